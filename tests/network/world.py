"""A server in its own network, and phones and browsers in theirs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from linkus.kit.settings import BRAIN_PORT, EDGE_CORE_PORT, EDGE_WS_PORT, SIP_PORT, SIP_TLS_PORT
from tests.calls.browser import FLAGS, BrowserMedia
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain, credential
from tests.calls.media import Rtp, share
from tests.calls.sip import Agent, Call
from tests.calls.transports import Tls, Udp, WebSocket
from tests.network.topology import Node

PASSWORD = "Desk-phone-7"
INTERNAL = "127.0.0.1"
BROWSER_TONE, PHONE_TONE, OTHER_TONE = 700, 1000, 440
_numbers = itertools.count(2001)


class SilentAboutPort(Agent):
    """A phone that does not send `rport` (RFC 3581), like older ones."""

    def via(self) -> str:
        return super().via().removesuffix(";rport")


class World:
    """The engine in the network of `server`, with a stand-in for the brain. This thread is in that network too."""

    def __init__(self, engine: Engine, brain: FakeBrain, address: str) -> None:
        self.engine, self.brain, self.address = engine, brain, address
        self._closing = contextlib.AsyncExitStack()

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, server: Node, home: Path, host: str, address: str, *, public: str = "", tls: bool = False
    ) -> AsyncIterator[World]:
        """Open it. Phones send to `address`, unless they get another one."""
        with server.inside():
            engine = Engine(home, host, INTERNAL, tls=tls, public=public)
            brain = FakeBrain(
                INTERNAL, BRAIN_PORT, engine.layout.edge_events_socket, engine.keys["internal"], EDGE_CORE_PORT
            )
            world = cls(engine, brain, address)
            try:
                await engine.start()
                await brain.start()
                yield world
            finally:
                await world._closing.aclose()
                await brain.stop()
                await engine.stop()

    async def phone(
        self, node: Node, address: str, *, port: int = 0, server: str = "", kind: type[Agent] = Agent, number: str = ""
    ) -> Agent:
        """Return a desk phone that has not registered yet."""
        number = number or str(next(_numbers))
        entry = await self.engine.add_phone(number, PASSWORD)
        transport = await Udp.open("", (server or self.address, SIP_PORT), sock=node.udp(address, port))
        agent = kind(transport, entry.aor, entry.registration_name, PASSWORD)
        self._closing.push_async_callback(agent.close)
        return agent

    async def registered_phone(self, node: Node, address: str, *, server: str = "", port: int = 0) -> Agent:
        agent = await self.phone(node, address, server=server, port=port)
        assert (await agent.register()).status == 200
        return agent

    async def registered_tls_phone(self, node: Node, address: str, server: str) -> Agent:
        """Return a phone that keeps a TLS connection, and trusts the instance's own authority."""
        number = str(next(_numbers))
        entry = await self.engine.add_phone(number, PASSWORD)
        authority = self.engine.layout.keys / "ca" / "ca.pem"
        connection = node.tcp(address, (server, SIP_TLS_PORT))
        transport = await Tls.open(server, SIP_TLS_PORT, authority, sock=connection)
        agent = Agent(transport, entry.aor, entry.registration_name, PASSWORD)
        self._closing.push_async_callback(agent.close)
        assert (await agent.register()).status == 200
        return agent

    async def client(self, address: str) -> Agent:
        """Return the SIP part of a browser at this address, which nginx would give in the handshake."""
        aor = f"{next(_numbers)}.web"
        username, password = credential(self.engine.keys["sip_ephemeral"], aor)
        transport = await WebSocket.open(f"ws://{INTERNAL}:{EDGE_WS_PORT}/ws/sip", self.engine.keys["proxy"], address)
        agent = Agent(transport, aor, username, password)
        self._closing.push_async_callback(agent.close)
        assert (await agent.register()).status == 200
        return agent

    async def rtp(self, node: Node, address: str) -> Rtp:
        stream = await Rtp.open("", sock=node.udp(address))
        self._closing.callback(stream.close)
        return stream

    async def browser(self, node: Node) -> Browser:
        """Return Chromium in the network of `node`."""
        with node.inside():
            # the driver is a process, and the browser its child: both stay in the network where they started
            playwright = await self._closing.enter_async_context(async_playwright())
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        self._closing.push_async_callback(browser.close)
        return browser


def number_of(agent: Agent) -> str:
    return agent.aor.partition(".")[0]


async def ring(caller: Agent, called: Agent, offer: str, answer: str) -> tuple[Call, Call]:
    """Place a call between two phones, up to its answer."""
    call = await caller.call(number_of(called), offer)
    incoming = await called.next_call()
    await incoming.answer(180, "Ringing")
    await incoming.answer(200, "OK", answer)
    await call.response(200)
    await asyncio.wait_for(incoming.acknowledged.wait(), 5)
    return call, incoming


async def talk(caller: Agent, called: Agent, ear: Rtp, mouth: Rtp) -> tuple[Call, Call]:
    """Place a call between two phones in which each hears the other."""
    call, incoming = await ring(caller, called, ear.offer(), mouth.offer())
    ear.connect(call.body)
    mouth.connect(incoming.body)
    ear.play(OTHER_TONE)
    mouth.play(PHONE_TONE)
    await until_heard(mouth, OTHER_TONE)
    await until_heard(ear, PHONE_TONE)
    return call, incoming


async def until_heard(stream: Rtp, frequency: int, seconds: float = 8) -> None:
    """Wait until the last half second is this tone."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while share(stream.heard(0.5), frequency) < 0.9:
        assert loop.time() < end, f"{frequency} Hz is not heard: {len(stream.packets)} packets came"
        await asyncio.sleep(0.1)


async def until_browser_hears(media: BrowserMedia, frequency: int, seconds: float = 8) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        hertz, decibel = await media.heard()
        if abs(hertz - frequency) < 20 and decibel > -60:
            return
        assert loop.time() < end, f"{frequency} Hz is not heard, but {hertz:.0f} Hz at {decibel:.0f} dB"
        await asyncio.sleep(0.1)


async def hang_up(call: Call, other: Call) -> None:
    """Let the called phone hang up, and wait until both know that the call is over."""
    assert (await other.bye()).status == 200
    assert (await asyncio.wait_for(call.ended, 5)).method == "BYE"
