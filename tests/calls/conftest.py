"""One engine for all call tests; each test has identities of its own, so that none sees another's."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from linkus.kit.settings import BRAIN_PORT, EDGE_CORE_PORT, EDGE_EVENTS_PORT, EDGE_WS_PORT, SIP_PORT
from tests.calls.engine import HOST, Engine
from tests.calls.media import Rtp
from tests.calls.sip import Agent, Udp, WebSocket
from tests.calls.stand_in import StandIn, credential

PASSWORD = "Desk-phone-7"
_numbers = itertools.count(2001)

MakePhone = Callable[..., Awaitable[Agent]]
MakeClient = Callable[..., Awaitable[Agent]]


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
async def stand_in(engine: Engine) -> AsyncIterator[StandIn]:
    brain = StandIn(HOST, BRAIN_PORT, EDGE_EVENTS_PORT, engine.keys["internal"], EDGE_CORE_PORT)
    await brain.start()
    yield brain
    await brain.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def brain(stand_in: StandIn) -> AsyncIterator[StandIn]:
    stand_in.forget()
    yield stand_in
    stand_in.forget()


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
async def make_phone(engine: Engine) -> AsyncIterator[MakePhone]:
    """A desk phone on UDP; registered unless told otherwise."""
    agents: list[Agent] = []

    async def make(number: str, *, register: bool = True, password: str = PASSWORD, max_contacts: int = 3) -> Agent:
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
    """A Linkus client on WebSocket; registered unless told otherwise."""
    agents: list[Agent] = []

    async def make(number: str, kind: str = "web", *, register: bool = True, lives: int = 300) -> Agent:
        aor = f"{number}.{kind}"
        username, password = credential(engine.keys["sip_ephemeral"], aor, lives)
        wire = await WebSocket.open(f"ws://{HOST}:{EDGE_WS_PORT}/ws/sip")
        agent = Agent(wire, aor, username, password)
        agents.append(agent)
        if register:
            assert (await agent.register()).status == 200
        return agent

    yield make
    for agent in agents:
        await agent.close()


@pytest_asyncio.fixture(loop_scope="session")
async def rtp() -> AsyncIterator[Callable[[], Awaitable[Rtp]]]:
    opened: list[Rtp] = []

    async def make() -> Rtp:
        opened.append(await Rtp.open(HOST))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
