"""The channel between the supervisor and the brain: JSON lines over a socket, which is the brain's standard input.

The supervisor sends the versions and the states of the parts. The brain sends the first administrator's setup link,
which the terminal shows.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from typing import Any

from linkus.engine.status import EngineStatus, PartState, decode, encode

Report = dict[str, Any]


class SupervisorEnd:
    """The supervisor's end. It survives restarts of the brain, and sends each new brain the full state."""

    def __init__(self, status: EngineStatus, on_report: Callable[[Report], None]) -> None:
        self._status = status
        self._versions: dict[str, str] | None = None
        self._on_report = on_report
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        status.subscribe(self._send)

    async def open(self) -> socket.socket:
        """Return the socket for a new brain. The caller closes it once the brain has inherited it."""
        ours, theirs = socket.socketpair()
        await self.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        if self._versions is not None:
            self._write({"versions": self._versions})
        for part in self._status.parts:
            self._send(part)
        self._reading = asyncio.create_task(self._read(reader))
        return theirs

    def go(self, versions: dict[str, str]) -> None:
        """Tell the brain that all preparations are done. A brain that was started earlier waits for this."""
        self._versions = versions
        self._write({"versions": versions})

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._writer = self._reading = None

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                self._on_report(json.loads(line))

    def _send(self, part: PartState) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(encode(part))

    def _write(self, message: Report) -> None:
        if self._writer is not None:
            self._writer.write(json.dumps(message).encode() + b"\n")


class BrainEnd:
    def __init__(self, status: EngineStatus) -> None:
        self._status = status
        self._writer: asyncio.StreamWriter | None = None
        self.versions: dict[str, str] = {}
        self.go = asyncio.Event()

    async def follow(self) -> None:
        """Keep `status` up to date until the supervisor is gone."""
        reader, self._writer = await asyncio.open_connection(sock=socket.socket(fileno=0))
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                if b'"versions"' in line:
                    self.versions.update(json.loads(line)["versions"])
                    self.go.set()
                else:
                    self._status.set(decode(line))

    def report(self, report: Report) -> None:
        if self._writer is not None:
            self._writer.write(json.dumps(report).encode() + b"\n")
