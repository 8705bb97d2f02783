"""Fixtures of the call tests: one engine for all, and separate identities for each test."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from linkus.kit.settings import BRAIN_PORT, EDGE_CORE_PORT, EDGE_WS_PORT, SIP_PORT
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain, credential
from tests.calls.lines import heard_of, lines, provider  # noqa: F401 fixtures
from tests.calls.media import Rtp
from tests.calls.sip import Agent, Call
from tests.calls.transports import Udp, WebSocket

PASSWORD = "Desk-phone-7"
_numbers = itertools.count(2001)

MakePhone = Callable[..., Awaitable[Agent[Udp]]]
MakeClient = Callable[..., Awaitable[Agent[WebSocket]]]
MediaFreed = Callable[[], Awaitable[None]]
MakeRtp = Callable[[], Awaitable[Rtp]]


@dataclass
class Conversation:
    """Two desk phones in a call, and their media."""

    outgoing: Call
    incoming: Call
    caller_rtp: Rtp
    called_rtp: Rtp


Talk = Callable[[str, str], Awaitable[Conversation]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("engine") / "home")
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def fake_brain(engine: Engine) -> AsyncIterator[FakeBrain]:
    brain = FakeBrain(HOST, BRAIN_PORT, engine.layout.edge_events_socket, engine.keys["internal"], EDGE_CORE_PORT)
    await brain.start()
    yield brain
    await brain.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def brain(fake_brain: FakeBrain) -> AsyncIterator[FakeBrain]:
    fake_brain.forget()
    yield fake_brain
    fake_brain.forget()


@pytest.fixture
def number() -> str:
    return str(next(_numbers))


@pytest.fixture
def another() -> str:
    return str(next(_numbers))


@pytest.fixture
def third() -> str:
    return str(next(_numbers))


@pytest_asyncio.fixture(loop_scope="session")
async def media_freed(engine: Engine) -> AsyncIterator[MediaFreed]:
    """Wait until the relay has freed all ports that this test took."""
    before = await engine.relayed_calls()
    yield lambda: engine.until_freed(before)


@pytest_asyncio.fixture(loop_scope="session")
async def make_phone(engine: Engine) -> AsyncIterator[MakePhone]:
    """Make desk phones on UDP, registered by default."""
    agents: list[Agent[Udp]] = []

    async def make(
        number: str, *, register: bool = True, password: str = PASSWORD, max_contacts: int = 3
    ) -> Agent[Udp]:
        phone = await engine.add_phone(number, PASSWORD, max_contacts=max_contacts)
        agent = Agent(await Udp.open(HOST, (HOST, SIP_PORT)), phone.aor, phone.registration_name, password)
        agents.append(agent)
        if register:
            assert (await agent.register()).status == 200
        return agent

    yield make
    for agent in agents:
        await agent.close()


@pytest_asyncio.fixture(loop_scope="session")
async def make_client(engine: Engine) -> AsyncIterator[MakeClient]:
    """Make Linkus clients on WebSocket, registered by default."""
    agents: list[Agent[WebSocket]] = []

    async def make(
        number: str, kind: str = "web", *, register: bool = True, lives: int = 300, address: str = "203.0.113.7"
    ) -> Agent[WebSocket]:
        aor = f"{number}.{kind}"
        username, password = credential(engine.keys["sip_ephemeral"], aor, lives)
        transport = await WebSocket.open(f"ws://{HOST}:{EDGE_WS_PORT}/ws/sip", engine.keys["proxy"], address)
        agent = Agent(transport, aor, username, password)
        agents[:] = [each for each in agents if not each.is_closed]  # an hour of them would fill gigabytes
        agents.append(agent)
        if register:
            assert (await agent.register()).status == 200
        return agent

    yield make
    for agent in agents:
        await agent.close()


@pytest_asyncio.fixture(loop_scope="session")
async def rtp() -> AsyncIterator[MakeRtp]:
    opened: list[Rtp] = []

    async def make() -> Rtp:
        opened.append(await Rtp.open(HOST))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest_asyncio.fixture(loop_scope="session")
async def talk(brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp) -> AsyncIterator[Talk]:
    """Place an answered call between two new desk phones. Hang up after the test if the call still stands."""
    made: list[Conversation] = []

    async def begin(number: str, another: str) -> Conversation:
        caller, called = await make_phone(number), await make_phone(another)
        ear, mouth = await rtp(), await rtp()
        outgoing = await caller.call(another, ear.offer())
        incoming = await called.next_call()
        await incoming.answer(180, "Ringing")
        await incoming.answer(200, "OK", mouth.offer())
        answered = await outgoing.response(200)
        await asyncio.wait_for(incoming.acknowledged.wait(), 5)
        ear.connect(answered.body)
        mouth.connect(incoming.body)
        made.append(Conversation(outgoing, incoming, ear, mouth))
        return made[-1]

    yield begin
    for conversation in made:
        if not (conversation.outgoing.ended.done() or conversation.incoming.ended.done()):
            await conversation.outgoing.bye()


@pytest_asyncio.fixture(loop_scope="session")
async def heard(engine: Engine) -> AsyncIterator[list[object]]:
    """Collect the core's events while the test runs."""
    events: list[object] = []

    async def listen() -> None:
        stream = engine.core.events()
        while True:
            events.append(await anext(stream))

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.1)
    events.clear()
    yield events
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
