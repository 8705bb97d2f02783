"""Acts as a provider that challenges REGISTER and then accepts it."""

from __future__ import annotations

import asyncio

from tests.calls.message import Message, parse
from tests.calls.transports import unique


class Registrar(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.registered = asyncio.Event()

    transport: asyncio.DatagramTransport
    port: int

    @classmethod
    async def open(cls, host: str) -> Registrar:
        loop = asyncio.get_running_loop()
        transport, registrar = await loop.create_datagram_endpoint(cls, local_addr=(host, 0))
        registrar.transport, registrar.port = transport, transport.get_extra_info("sockname")[1]
        return registrar

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not data.strip():
            return
        request = parse(data.decode())
        taken = request.method != "REGISTER" or bool(request.all("Authorization"))
        answer = Message("SIP/2.0 200 OK" if taken else "SIP/2.0 401 Unauthorized")
        for via in request.all("Via"):
            answer.add("Via", via)
        answer.add("From", request.get("From")).add("To", f"{request.get('To')};tag={unique()}")
        answer.add("Call-ID", request.get("Call-ID")).add("CSeq", request.get("CSeq"))
        if not taken:
            answer.add("WWW-Authenticate", f'Digest realm="provider.example", nonce="{unique()}", algorithm=MD5')
        elif request.method == "REGISTER":
            answer.add("Contact", request.get("Contact")).add("Expires", 60)
            self.registered.set()
        self.transport.sendto(answer.encode().encode(), addr)

    def close(self) -> None:
        self.transport.close()
