"""Transports of the tests' SIP messages: UDP, TCP, TLS, and a browser's WebSocket."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import uuid
from pathlib import Path

import websockets
from websockets.typing import Subprotocol


def unique() -> str:
    return uuid.uuid4().hex[:16]


def place(socket_name: tuple[str, int]) -> str:
    """Return host and port as in a URI: an IPv6 address in brackets (RFC 3261 19.1.1)."""
    host, port = socket_name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Udp(asyncio.DatagramProtocol):
    """A UDP socket of a phone."""

    name = "UDP"

    def __init__(self, peer: tuple[str, int]) -> None:
        self.peer = peer
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    @classmethod
    async def open(cls, host: str, peer: tuple[str, int], port: int = 0, *, sock: socket.socket | None = None) -> Udp:
        """Open a socket at `host` and `port`, or use `sock`, which may be in another network
        (tests/network/topology.py)."""
        local = (host, port) if sock is None else None
        transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: cls(peer), local_addr=local, sock=sock
        )
        protocol.endpoint = transport
        protocol.address = place(transport.get_extra_info("sockname"))
        return protocol

    endpoint: asyncio.DatagramTransport
    address: str

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data.strip(b"\r\n\0"):
            self.heard.put_nowait(data.decode())

    async def send(self, text: str) -> None:
        self.send_bytes(text.encode())

    def send_bytes(self, data: bytes) -> None:
        self.endpoint.sendto(data, self.peer)

    async def receive(self) -> str:
        return await self.heard.get()

    async def close(self) -> None:
        self.endpoint.close()


class Tls:
    """A phone's connection over TLS (RFC 3261 26.2). Messages are separated by their length (18.3)."""

    name = "TLS"

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.address = place(writer.get_extra_info("sockname"))

    @classmethod
    async def open(cls, host: str, port: int, authority: Path, *, sock: socket.socket | None = None) -> Tls:
        """Open a connection to `host` and `port`, or over `sock`, which is already connected to them."""
        context = ssl.create_default_context(cafile=str(authority))
        if sock is not None:
            return cls(*await asyncio.open_connection(sock=sock, ssl=context, server_hostname=host))
        return cls(*await asyncio.open_connection(host, port, ssl=context))

    async def send(self, text: str) -> None:
        self.writer.write(text.encode())
        await self.writer.drain()

    async def receive(self) -> str:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lstrip("\r\n")
        length = re.search(r"^Content-Length:\s*(\d+)", head, re.MULTILINE | re.IGNORECASE)
        assert length, head
        return head + (await self.reader.readexactly(int(length[1]))).decode()

    async def close(self) -> None:
        self.writer.close()


class Tcp(Tls):
    """The same without TLS."""

    name = "TCP"

    @classmethod
    async def connect(cls, host: str, port: int, source: tuple[str, int] | None = None) -> Tcp:
        return cls(*await asyncio.open_connection(host, port, local_addr=source))


class WebSocket:
    """A browser's connection (RFC 7118)."""

    name = "WS"
    opened_with: tuple[str, str]

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection
        self.address = f"{unique()}.invalid"

    @classmethod
    async def open(cls, url: str, key: str, address: str = "203.0.113.7") -> WebSocket:
        """Connect as nginx does for a browser, whose own address it sends. `key` is that of `keys/proxy`."""
        headers = {"X-Linkus-Key": key, "X-Real-IP": address}
        transport = cls(
            await websockets.connect(
                url, subprotocols=[Subprotocol("sip")], additional_headers=headers, proxy=None, compression=None
            )
        )
        transport.opened_with = (url, key)
        return transport

    async def again(self) -> WebSocket:
        """Open the same browser's next connection."""
        transport = await self.open(*self.opened_with)
        transport.address = self.address
        return transport

    async def send(self, text: str) -> None:
        await self.connection.send(text)

    async def receive(self) -> str:
        text = await self.connection.recv()
        return text if isinstance(text, str) else text.decode()

    async def close(self) -> None:
        await self.connection.close()

    def abort(self) -> None:
        """Close as a killed browser does: without a close in SIP or WebSocket."""
        self.connection.transport.abort()
