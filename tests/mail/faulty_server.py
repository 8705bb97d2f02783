"""Mail servers that misbehave, below the level of aiosmtpd: each received line decides their reaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tests.mail.smtp import HOST

HANG = "hang"
DROP = "drop"
GREETING = "greeting"
BODY = "body"  # in the middle of a mail
END = "end"  # the whole mail has arrived


@dataclass
class FaultyServer:
    """Misbehaves. Calls `react(moment, count)` for "greeting", each command's word, "body" and "end". The result is an
    answer instead of agreement, HANG, DROP, or None. `count` is the number of mails accepted so far."""

    react: Callable[[str, int], str | None] = lambda _moment, _count: None
    pause: float = 0.0  # before each answer
    checks_mail_seconds: float = 0.0  # before the answer to a mail's content
    acceptance: str = ""  # the answer to a mail's content; bytes that are not UTF-8 as surrogates
    port: int = 0
    accepted: list[bytes] = field(default_factory=list)
    connections: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.add(writer)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, GREETING, "220 faulty.example.cn")
        while line := await reader.readline():
            word = line.split()[0].decode().upper() if line.split() else ""
            agreed = {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 OK")
            if not await self._say(writer, word, agreed) or word == "QUIT":
                if word == "QUIT":
                    return
                continue
            if word == "DATA":
                await self._mail(reader, writer)

    async def _mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readline()
        reaction = self.react(BODY, len(self.accepted))
        if reaction == DROP:
            writer.transport.abort()
            raise ConnectionResetError
        if reaction == HANG:
            await asyncio.Event().wait()
        content = first + await reader.readuntil(b"\r\n.\r\n")
        reaction = self.react(END, len(self.accepted))
        if reaction is None:
            self.accepted.append(content)
            await asyncio.sleep(self.checks_mail_seconds)
        await self._answer(writer, reaction, self.acceptance or f"250 2.0.0 accepted as {len(self.accepted)}")

    async def _say(self, writer: asyncio.StreamWriter, moment: str, agreed: str) -> bool:
        return await self._answer(writer, self.react(moment, len(self.accepted)), agreed)

    async def _answer(self, writer: asyncio.StreamWriter, reaction: str | None, agreed: str) -> bool:
        if reaction == HANG:
            await asyncio.Event().wait()
        if reaction == DROP:
            writer.transport.abort()
            raise ConnectionResetError
        await asyncio.sleep(self.pause)
        writer.write(f"{reaction or agreed}\r\n".encode("utf-8", "surrogateescape"))
        await writer.drain()
        return reaction is None


@contextlib.asynccontextmanager
async def run_faulty_server(server: FaultyServer, port: int = 0) -> AsyncIterator[FaultyServer]:
    listening = await asyncio.start_server(server.converse, HOST, port, limit=2**20)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for writer in list(server.writers):
            writer.transport.abort()
        await asyncio.sleep(0)
