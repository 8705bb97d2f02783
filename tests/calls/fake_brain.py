"""Stands in for the brain in tests that do not test its decisions: it answers as the test says, or not at all."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from linkus.engine.edge_events import EdgeEvent, EdgeEvents, Started
from linkus.engine.plan_text import plan_text

Plan = dict[str, object]


def credential(key: str, aor: str, lives: int = 300) -> tuple[str, str]:
    """Return a time-limited credential, as the brain issues it (docs/contracts/identities.md)."""
    name = f"{int(time.time()) + lives}:{aor}"
    return name, base64.b64encode(hmac.new(key.encode(), name.encode(), hashlib.sha256).digest()).decode()


def ha1(name: str, password: str) -> str:
    return hashlib.md5(f"{name}:linkus:{password}".encode()).hexdigest()  # noqa: S324 SIP digest requires it


class FakeBrain:
    """Answers the core's HTTP requests, and receives the edge's events over its socket."""

    def __init__(self, host: str, http_port: int, events: Path, key: str, edge_port: int) -> None:
        self._host, self._http_port, self._events = host, http_port, events
        self._key, self._edge_port = key, edge_port
        self.questions: list[dict[str, str]] = []
        self.keys: list[str] = []
        self.events: list[EdgeEvent] = []
        self.starts: list[str] = []
        self.decide: Callable[[dict[str, str]], Plan] = self.ring_phone
        self.silent = False
        self._server: asyncio.Server | None = None
        self._listener: EdgeEvents | None = None

    @staticmethod
    def ring_phone(question: dict[str, str]) -> Plan:
        targets = [f"{question['to']}.phone"]
        return {"action": "dial", "targets": targets, "timeout": 20, "cid_num": question["from"], "language": "zh-CN"}

    async def start(self) -> None:
        await self.listen()
        self._listener = await EdgeEvents.listen(self._events, self._hear)

    def _hear(self, event: EdgeEvent) -> None:
        if isinstance(event, Started):
            self.starts.append(event.instance)
        else:
            self.events.append(event)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._answer, self._host, self._http_port)

    async def stop_listening(self) -> None:
        """Close the port, as while the brain restarts."""
        if self._server:
            self._server.close()
            self._server = None

    async def stop(self) -> None:
        await self.stop_listening()
        if self._listener:
            self._listener.close()

    def forget(self) -> None:
        self.questions.clear()
        self.keys.clear()
        self.events.clear()
        self.decide = self.ring_phone
        self.silent = False

    async def event(self, name: str, aor: str, seconds: float = 6.0) -> EdgeEvent:
        """Return the next event of this name and identity, or one that has already come."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if event.event == name and getattr(event, "aor", "") == aor:
                        self.events.remove(event)
                        return event
                await asyncio.sleep(0.02)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._converse(reader, writer)
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        question = dict(parse_qsl(urlsplit(head.split()[1]).query))
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        self.questions.append(question)
        self.keys.append(headers.get("X-Linkus-Key", ""))
        if self.silent:
            await reader.read()
            return
        assert self.keys[-1] == self._key
        body = plan_text(self.decide(question), internal=self._host, edge_port=self._edge_port).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
