"""Sends bad messages to the engine from all sides, in parallel with real calls and valid requests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from linkus.kit.settings import EDGE_WS_PORT, SIP_PORT
from tests.attack.frames import websocket_frame
from tests.attack.good_messages import OFFER, any_message, request, response
from tests.attack.health import answers
from tests.attack.mutate import mutate, split
from tests.attack.real_calls import RealCalls
from tests.attack.transports import OpenTransport, RawStream, RawUdp
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain, Plan
from tests.calls.lines import peer_trunk
from tests.calls.message import Message
from tests.calls.sip import Agent, Call, response_to
from tests.calls.transports import Udp

STRANGER, PROVIDER = "127.0.0.201", "127.0.0.202"
EVIL_NUMBER, EVIL_CLIENT = "2666", "2667"
PAUSE_SECONDS = 0.02  # limits each sender to fifty messages a second


@dataclass
class Report:
    seed: int
    sent: int = 0
    calls: int = 0
    failed_calls: list[str] = field(default_factory=list)
    probes: int = 0
    unanswered: int = 0


class EvilPhone(Agent):
    """Answers calls with messages that no phone would send."""

    rng = Random(0)

    async def _request(self, message: Message) -> None:
        if message.method not in ("INVITE", "BYE", "CANCEL", "UPDATE", "INFO"):
            return
        for _ in range(self.rng.choice((1, 1, 2, 4))):
            status = self.rng.choice((100, 180, 183, 200, 200, 302, 380, 401, 407, 408, 480, 486, 491, 500, 503, 603))
            answer = response_to(message, status, "Attack").add("Contact", self.contact)
            if status in (183, 200):
                answer.add("Content-Type", "application/sdp")
                answer.body = OFFER.format(address=HOST)
            octets = answer.encode().encode()
            assert isinstance(self.transport, Udp)
            self.transport.send_bytes(mutate(self.rng, octets) if self.rng.random() < 0.8 else octets)


class Storm:
    def __init__(
        self,
        engine: Engine,
        brain: FakeBrain,
        attacker: OpenTransport,
        calls: RealCalls,
        seed: int,
        make_client: Callable[..., Awaitable[Agent]],
    ) -> None:
        self.engine, self.brain, self.attacker, self.calls, self.make_client = (
            engine,
            brain,
            attacker,
            calls,
            make_client,
        )
        self.rng = Random(seed)
        self.report = Report(seed)
        self._until = 0.0

    async def run(self, seconds: float) -> Report:
        self.brain.decide = self._decide
        self._until = time.monotonic() + seconds
        trunks = EdgeTrunks(self.engine.edge, told_by(self.engine.layout))
        trunk = peer_trunk(PROVIDER, SIP_PORT)
        await trunks.write(trunk)
        evil = await self._evil_phone()
        try:
            await asyncio.gather(
                self._stranger("udp"),
                self._stranger("tcp"),
                self._stranger("tls"),
                self._stranger("ws"),
                self._frames(),
                self._provider(),
                self._registered_client(),
                self._registering_phone(evil),
                self._probe(),
                self.calls.place(self._until, self.report),
            )
        finally:
            await trunks.remove(trunk.id)
            await evil.close()
        return self.report

    def _decide(self, question: dict[str, str]) -> Plan:
        if self.calls.is_own(question.get("to", "")):
            return FakeBrain.ring_phone(question)
        return self.rng.choice((
            {"action": "reject", "cause": 21},
            {"action": "prompt", "prompt": "busy", "cause": 17, "language": "en"},
            {"action": "dial", "targets": [f"{EVIL_NUMBER}.phone"], "timeout": 2, "language": "zh-CN"},
        ))  # fmt: skip

    @property
    def _goes_on(self) -> bool:
        return time.monotonic() < self._until

    def _mutated(self, transport: str) -> bytes:
        self.report.sent += 1
        return mutate(self.rng, any_message(self.rng, transport=transport, address=STRANGER))

    # ------------------------------------------------------------------ senders
    async def _stranger(self, transport: str) -> None:
        connection = await self.attacker(transport)
        while self._goes_on:
            if connection.is_closed or self.rng.random() < 0.02:
                await connection.close()
                connection = await self.attacker(transport)
            message = self._mutated(transport)
            for piece in split(self.rng, message) if isinstance(connection, RawStream) else [message]:
                await connection.send(piece)
            connection.heard = b""
            await asyncio.sleep(PAUSE_SECONDS)
        await connection.close()

    async def _frames(self) -> None:
        """Send bytes on a WebSocket connection that its other end would never send."""
        while self._goes_on:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(self.engine.internal, EDGE_WS_PORT)
                writer.write(
                    f"GET /ws/sip HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                    f"Sec-WebSocket-Protocol: sip\r\nX-Real-IP: {STRANGER}\r\n"
                    f"X-Linkus-Key: {self.engine.keys['proxy']}\r\n\r\n".encode()
                )
                await reader.readuntil(b"\r\n\r\n")
                for _ in range(self.rng.choice((1, 3, 9))):
                    for piece in split(self.rng, websocket_frame(self.rng, self._mutated("ws"))):
                        writer.write(piece)
                        await writer.drain()
                    await asyncio.sleep(PAUSE_SECONDS)
                writer.close()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _provider(self) -> None:
        """Send INVITEs of a provider. They need no password, so rtpengine and the core read their content."""
        connection = await self.attacker("udp", PROVIDER)
        while self._goes_on:
            self.report.sent += 1
            message = request(
                self.rng, transport="udp", address=PROVIDER, user="+8613800138000", dialled="1002", method="INVITE"
            )
            await connection.send(mutate(self.rng, message) if self.rng.random() < 0.9 else message)
            if self.rng.random() < 0.2:
                await connection.send(mutate(self.rng, response(self.rng, transport="udp", address=PROVIDER)))
            connection.heard = b""
            await asyncio.sleep(0.1)
        await connection.close()

    async def _registered_client(self) -> None:
        """Send messages of a signed-in client: its INVITEs are planned, its dialogs are real."""
        client = await self.make_client(EVIL_CLIENT)
        while self._goes_on:
            self.report.sent += 1
            with contextlib.suppress(Exception):  # the edge is allowed to close the connection
                message = request(
                    self.rng, transport="ws", address=STRANGER, user=f"{EVIL_CLIENT}.web", dialled="1002",
                    method="INVITE", is_browser=True,
                )  # fmt: skip
                await client.transport.connection.send(mutate(self.rng, message))  # type: ignore[union-attr]
                await asyncio.sleep(0.1)
                continue
            await client.close()
            client.forget()
            client = await self.make_client(EVIL_CLIENT)
        await client.close()

    async def _evil_phone(self) -> Agent:
        phone = await self.engine.add_phone(EVIL_NUMBER, "Desk-phone-7")
        connection = await Udp.open(HOST, (HOST, SIP_PORT))
        evil = EvilPhone(connection, phone.aor, phone.registration_name, "Desk-phone-7")
        evil.rng = Random(self.rng.getrandbits(32))
        assert (await evil.register()).status == 200
        return evil

    async def _registering_phone(self, evil: Agent) -> None:
        """Send messages of a phone with a right password: bad REGISTERs with a good digest, odd contacts, dialogs."""
        connection = await RawUdp.open(HOST, (HOST, SIP_PORT))
        while self._goes_on:
            with contextlib.suppress(TimeoutError, AssertionError):
                await evil.register()
                call = await evil.call("1002", OFFER.format(address=HOST))
                await self._in_dialog(evil, call, connection)
            evil.forget()
            await asyncio.sleep(0.2)
        await connection.close()

    async def _in_dialog(self, evil: Agent, call: Call, connection: RawUdp) -> None:
        await asyncio.sleep(0.2)
        for method in ("CANCEL", "BYE", "INFO", "UPDATE", "INVITE", "REFER", "PRACK", "REGISTER"):
            if method == "REGISTER":
                message = next(each for each in reversed(evil.sent) if each.start.startswith("REGISTER"))
                contact = self.rng.choice(
                    (evil.contact, "<sip:x@127.0.0.1:9>", "*", "<sip:x@192.0.2.1:5070>;expires=9")
                )
                message.headers = [(name, contact if name == "Contact" else value) for name, value in message.headers]
            else:
                call.target = call.target or f"sip:1002@{HOST}"
                message = call.request(method)
                message.body = OFFER.format(address=HOST) if method in ("INVITE", "UPDATE") else ""
                if message.body:
                    message.add("Content-Type", "application/sdp")
            self.report.sent += 1
            await connection.send(mutate(self.rng, message.encode().encode()))
            await asyncio.sleep(PAUSE_SECONDS)
        await call.cancel()

    async def _probe(self) -> None:
        """Check all the time, on each transport, that a valid request of another peer is answered."""
        while self._goes_on:
            for transport in ("udp", "tcp", "tls", "ws"):
                connection = await self.attacker(transport, "127.0.0.203")
                self.report.probes += 1
                self.report.unanswered += not await answers(connection, transport)
                await connection.close()
            await asyncio.sleep(0.5)
            self._forget()

    def _forget(self) -> None:
        """Drop what the fake brain remembers: with gigabytes of it, Python's garbage collector stops the phones for
        seconds."""
        for kept in (self.brain.questions, self.brain.keys, self.brain.events):
            del kept[:-100]
