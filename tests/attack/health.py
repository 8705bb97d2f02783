"""Checks that the engine is as healthy after an attack as before it."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from pathlib import Path

import psutil

from tests.attack.transports import RawTransport
from tests.calls.engine import PARTS, Engine
from tests.calls.transports import unique

# No message from outside may cause these: a fault of the script, or an unexpected state of a component.
_FAULT = re.compile(
    r"ERROR: .*\bapp_python3 |Traceback|\bfault where=|exception in|CRITICAL|BUG:|segfault|core dumped|signal 11|"
    r"stack smashing|Sanitizer|assert(?:ion)? .*fail|out of (?:shared |pkg )?memory|no more (?:shm|pkg|memory)",
    re.IGNORECASE,
)
MAX_LOG_LINES_PER_MESSAGE = 6
PROBE_ID = b"probe-of-the-test-"


def probe(transport: str) -> tuple[str, bytes]:
    """Return the Call-ID of a valid request that is answered for everybody, and the request."""
    call_id = f"{PROBE_ID.decode()}{unique()}"
    name = transport.upper()
    return call_id, (
        f"OPTIONS sip:linkus.example SIP/2.0\r\nVia: SIP/2.0/{name} probe.invalid;rport;branch=z9hG4bK{unique()}\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:probe@linkus.example>;tag={unique()}\r\nTo: <sip:linkus.example>\r\n"
        f"Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def _names(call_id: bytes, heard: bytes) -> bool:
    return call_id in heard


async def answers(connection: RawTransport, transport: str, attempts: int = 3) -> bool:
    """Return whether the edge answers a valid request here. A datagram may be sent again (RFC 3261 17.1)."""
    for _ in range(attempts):
        call_id, request = probe(transport)
        await connection.send(request)
        if await connection.wait_for(partial(_names, call_id.encode()), 2.0):
            return True
        if connection.is_closed:
            return False
    return False


class Health:
    """The engine's restarts and logs since this object was created."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._restarts = {part: engine.status.part(part).restarts for part in PARTS}
        self._pids = self._processes()
        self._lengths = {part: self._log(part).stat().st_size for part in PARTS}

    def _processes(self) -> dict[int, str]:
        """Return the processes of all parts: Kamailio's workers are its children."""
        found: dict[int, str] = {}
        for part in PARTS:
            pid = self.engine.status.part(part).pid
            assert pid is not None, part
            main = psutil.Process(pid)
            found |= {process.pid: part for process in (main, *main.children(recursive=True))}
        return found

    def _log(self, part: str) -> Path:
        return self.engine.layout.logs / f"{part}.log"

    def new_lines(self, part: str) -> list[str]:
        with self._log(part).open("rb") as log:
            log.seek(self._lengths[part])
            return log.read().decode(errors="replace").splitlines()

    def check(self, messages: int = 1) -> None:
        """Fail if a part was restarted or lost a process, or if a log shows a fault or was flooded."""
        assert {part: self.engine.status.part(part).restarts for part in PARTS} == self._restarts
        lost = {pid: part for pid, part in self._pids.items() if not psutil.pid_exists(pid)}
        assert not lost, lost
        for part in PARTS:
            lines = self.new_lines(part)
            faults = [line for line in lines if _FAULT.search(line)]
            assert not faults, "\n".join(faults[:20])
            assert len(lines) <= 20 + MAX_LOG_LINES_PER_MESSAGE * messages, "\n".join(lines[-40:])


async def settle(seconds: float = 0.15) -> None:
    """Give sent messages the time to be processed."""
    await asyncio.sleep(seconds)
