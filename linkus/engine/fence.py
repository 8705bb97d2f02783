"""Keeps other users of this machine away from the internal ports, with nftables if permitted.

Most internal interfaces also require a key. The relay's control protocol (ng) has neither keys nor Unix sockets:
without this fence any local user could list and end its calls. `linkus doctor` reports a missing fence.
"""

import os
import re
import shutil
import subprocess
from ipaddress import ip_address

import structlog

from linkus.engine.layout import Layout
from linkus.engine.sandbox import ENGINE_UID
from linkus.kit import settings as ports

log = structlog.get_logger("supervisor")
TCP_PORTS = (ports.BRAIN_PORT, ports.EDGE_WS_PORT, ports.EDGE_RPC_PORT, ports.CORE_AMI_PORT)
UDP_PORTS = (ports.EDGE_CORE_PORT, ports.CORE_SIP_PORT, ports.RTPENGINE_NG_PORT)
_CORE_MEDIA = "20000-29999"  # rtp.conf
_RELAY_MEDIA = "10000-19999"  # rtpengine.conf
_TIMEOUT_SECONDS = 10
_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"  # an ordinary user does not have nft in PATH


def put_up(layout: Layout) -> bool:
    """Let only root, the own user and the engine's user use the internal ports. Return False if that is not
    possible."""
    problem = _run(rules(layout, {0, os.geteuid(), ENGINE_UID}))
    if problem is not None:
        log.warning("fence_not_put_up", reason=problem)
    return problem is None


def take_down(layout: Layout) -> None:
    """Remove the rules. Rules left after a kill do no harm: nothing listens there, and the next start replaces them."""
    _run(_removal(layout))


def is_possible() -> bool:
    return _run("list tables\n") is None


def rules(layout: Layout, users: set[int]) -> str:
    """Return one nftables transaction: a table of our own, which replaces that of an earlier start."""
    family = "ip6" if ip_address(layout.internal).version == 6 else "ip"
    others = f"meta skuid != {{ {', '.join(str(user) for user in sorted(users))} }}"
    tcp, udp = (f"{{ {', '.join(map(str, numbers))} }}" for numbers in (TCP_PORTS, UDP_PORTS))
    lines = [
        f"{family} daddr {layout.internal} tcp dport {tcp} {others} reject with tcp reset",
        f"{family} daddr {layout.internal} udp dport {udp} {others} reject",
        # drop answers of a user who takes a port while its program restarts, so that no client sends a key to them
        f"{family} saddr {layout.internal} tcp sport {tcp} {others} drop",
        # the core sends media to the relay only: no SDP makes it send to the relay's control port, or to anybody else
        f"{family} saddr {layout.internal} udp sport {_CORE_MEDIA} udp dport != {_RELAY_MEDIA} drop",
    ]
    chain = "".join(f"    {line}\n" for line in ("type filter hook output priority filter; policy accept;", *lines))
    return f"{_removal(layout)}table inet {table_name(layout)} {{\n  chain output {{\n{chain}  }}\n}}\n"


def table_name(layout: Layout) -> str:
    """Return the table name for the internal address. Several instances may run side by side."""
    return "linkus_" + re.sub(r"[^0-9a-f]", "_", layout.internal)


def _removal(layout: Layout) -> str:
    """Return the commands that remove the table. The first creates it if needed; otherwise the second would fail."""
    return f"table inet {table_name(layout)}\ndelete table inet {table_name(layout)}\n"


def _run(commands: str) -> str | None:
    """Run nft commands. Return the error, or None."""
    program = shutil.which("nft", path=_PATH)
    if program is None:
        return "nft is not installed"
    try:
        done = subprocess.run(  # noqa: S603 our own rules
            [program, "-f", "-"], input=commands, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip()[:300] or f"status {done.returncode}"
