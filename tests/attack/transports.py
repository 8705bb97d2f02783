"""Sends octets to the edge unchanged, over each of its transports, and collects the answers."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import websockets
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from linkus.kit.settings import EDGE_WS_PORT, SIP_PORT, SIP_TLS_PORT

TRANSPORTS = ("udp", "tcp", "tls", "ws")


class RawTransport:
    """Reads all incoming data into one text. Subclasses implement sending."""

    name = ""

    def __init__(self) -> None:
        self.heard = b""
        self.news = asyncio.Event()
        self.is_closed = False

    def hear(self, data: bytes) -> None:
        self.heard += data
        self.news.set()

    async def send(self, data: bytes) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def wait_for(self, wanted: Callable[[bytes], bool], seconds: float = 4.0) -> bool:
        """Return whether the incoming data fits within this time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not wanted(self.heard) and not self.is_closed:
                    self.news.clear()
                    await self.news.wait()
        return wanted(self.heard)


class RawUdp(RawTransport, asyncio.DatagramProtocol):
    name = "UDP"
    transport: asyncio.DatagramTransport

    def __init__(self, peer: tuple[str, int]) -> None:
        super().__init__()
        self.peer = peer

    @classmethod
    async def open(cls, host: str, peer: tuple[str, int], port: int = 0) -> RawUdp:
        transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: cls(peer), local_addr=(host, port)
        )
        protocol.transport = transport
        return protocol

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.hear(data)

    async def send(self, data: bytes) -> None:
        self.transport.sendto(data, self.peer)

    async def close(self) -> None:
        self.is_closed = True
        self.transport.close()


class RawStream(RawTransport):
    """TCP, or TLS above it."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self.name, self.writer = name, writer
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                self.hear(data)
        self.is_closed = True
        self.news.set()

    async def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self.writer.write(data)
            await self.writer.drain()

    async def close(self) -> None:
        self.is_closed = True
        self._reading.cancel()
        self.writer.close()
        await asyncio.gather(self._reading, return_exceptions=True)


class RawWebSocket(RawTransport):
    name = "WS"

    def __init__(self, connection: websockets.ClientConnection) -> None:
        super().__init__()
        self.connection = connection
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.connection:
                self.hear(frame.encode() if isinstance(frame, str) else frame)
        self.is_closed = True
        self.news.set()

    async def send(self, data: bytes) -> None:
        """Send text if it is UTF-8 (RFC 6455 5.6), binary if not: RFC 7118 4.2 allows both."""
        with contextlib.suppress(ConnectionClosed):
            try:
                await self.connection.send(data.decode())
            except UnicodeDecodeError:
                await self.connection.send(data)

    async def close(self) -> None:
        self.is_closed = True
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.connection.close()


@cache
def _tls_context(authority: Path) -> ssl.SSLContext:
    """Make one context for all connections: a storm opens thousands."""
    return ssl.create_default_context(cafile=str(authority))


OpenTransport = Callable[..., Awaitable[RawTransport]]


async def open_transport(
    transport: str, host: str, internal: str, authority: Path, key: str, client: str, port: int = 0
) -> RawTransport:
    """Connect from the address `client` to the edge. A WebSocket uses nginx's `key`."""
    if transport == "udp":
        return await RawUdp.open(client, (host, SIP_PORT), port)
    if transport == "tcp":
        return RawStream("TCP", *await asyncio.open_connection(host, SIP_PORT, local_addr=(client, 0)))
    if transport == "tls":
        streams = await asyncio.open_connection(host, SIP_TLS_PORT, ssl=_tls_context(authority), local_addr=(client, 0))
        return RawStream("TLS", *streams)
    url = f"ws://{internal}:{EDGE_WS_PORT}/ws/sip"
    headers = {"X-Linkus-Key": key, "X-Real-IP": client}
    return RawWebSocket(
        await websockets.connect(
            url,
            subprotocols=[Subprotocol("sip")],
            additional_headers=headers,
            proxy=None,
            max_size=None,
            compression=None,
        )
    )
