"""Start commands and readiness probes of the four programs."""

import signal
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from linkus.engine.call_filter import filtered
from linkus.engine.keys import read_key
from linkus.engine.layout import Layout
from linkus.engine.logsieve import log_mark
from linkus.engine.probes import Probe, http_answers, rpc_answers, rtpengine_answers, sip_answers
from linkus.engine.sandbox import ENVIRONMENT
from linkus.kit.addresses import in_url, is_wildcard
from linkus.kit.settings import CORE_SIP_PORT, EDGE_RPC_PORT, PORTAL_PORT, RTPENGINE_NG_PORT

# For 20,000 connections (kamailio.cfg): each takes 17 kB, or 90 kB with TLS. The kernel provides memory only on use.
KAMAILIO_MEMORY = ("-m768", "-M16")
# Without these, the allocator makes the memory of a program with many threads grow under load (engine/README.md).
STEADY_ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
PART_NAMES = ("linkus", "rtpengine", "kamailio", "asterisk", "nginx")


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: list[str]
    ready: Probe
    after: tuple[str, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    env: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    open_stdin: Callable[[], Awaitable[socket.socket]] | None = None
    memory: Path | None = None  # the database of what it knew when it ended, and can do without
    log_mark: str = ""  # prefix of the program's own lines; its other lines are rate-limited


def reachable(host: str) -> str:
    """Return the address at which this machine reaches a service that listens on `host`."""
    if not is_wildcard(host):
        return in_url(host)
    return "[::1]" if ":" in host else "127.0.0.1"


def engine_programs(layout: Layout) -> list[Program]:
    run, internal = layout.run, layout.internal
    scheme = "https" if layout.tls else "http"
    programs = [
        Program(
            "rtpengine",
            filtered(run / "rtpengine", ["rtpengine", "--config-file", f"{run}/rtpengine/rtpengine.conf"]),
            rtpengine_answers(internal, RTPENGINE_NG_PORT),
            env=dict(STEADY_ALLOCATOR),
        ),
        Program(
            # rtpengine first: Kamailio pings it once at start, and without an answer disables it for a while
            "kamailio",
            ["kamailio", "-DD", "-E", *KAMAILIO_MEMORY, "-f", f"{run}/kamailio/kamailio.cfg", "-Y", f"{run}/kamailio"],
            rpc_answers(internal, EDGE_RPC_PORT, read_key(layout.keys, "rpc")),
            after=("rtpengine",),
            memory=run / "kamailio" / "edge.sqlite",
            log_mark=log_mark(read_key(layout.keys, "edge")),
        ),
        Program(
            "asterisk",
            ["asterisk", "-f", "-C", f"{run}/asterisk/asterisk.conf"],
            sip_answers(internal, CORE_SIP_PORT),
            after=("rtpengine",),
            env=dict(STEADY_ALLOCATOR),
        ),
        Program(
            "nginx",
            ["nginx", "-e", "stderr", "-p", f"{run}/nginx/", "-c", f"{run}/nginx/nginx.conf"],
            http_answers(f"{scheme}://{reachable(layout.addresses.listen[0])}:{PORTAL_PORT}/nginx-ready"),
        ),
    ]
    for program in programs:
        program.env.update(ENVIRONMENT, HOME=f"{run}/{program.name}")
    return programs
