"""Shared by the tests of trunks: the trunk's settings, and a scripted peer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import pytest
import pytest_asyncio

from linkus.engine.edge_events import TrunkHeard
from linkus.engine.edge_trunks import EdgeTrunk, EdgeTrunks
from linkus.engine.reach import told_by
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain, Plan
from tests.calls.media import Rtp, share
from tests.calls.provider import PASSWORD, SIP_PORT, USER, Provider, provider_address

CONTACT = "c0ffee00c0ffee00c0ffee00c0ffee07"
TRUNK = EdgeTrunk(
    id=7, register=True, host=provider_address(), addresses=(provider_address(),), port=SIP_PORT, transport="udp",
    domain="provider.example", user=USER, auth_user=USER, password=PASSWORD, codecs=("pcma", "pcmu"), number="",
    name="", asserts=False, contact=CONTACT,
)  # fmt: skip
_numbers = itertools.count(8)


def peer_trunk(address: str, port: int, **values: object) -> EdgeTrunk:
    """Return a peer trunk with its own id and contact."""
    trunk_id = next(_numbers)
    given: dict[str, object] = {
        "id": trunk_id, "register": False, "host": address, "addresses": (address,), "port": port, "transport": "udp",
        "domain": "peer.example", "user": "", "auth_user": "", "password": "", "codecs": ("pcma", "pcmu"),
        "number": "", "name": "", "asserts": False, "contact": f"c0ffee00c0ffee00c0ffee00{trunk_id:08d}",
    }  # fmt: skip
    return EdgeTrunk(**{**given, **values})  # type: ignore[arg-type]  # the dictionary has its fields


def outside(trunk_id: int = TRUNK.id) -> Callable[[dict[str, str]], Plan]:
    """Return a brain that sends every call to this trunk."""

    def decide(question: dict[str, str]) -> Plan:
        return {
            "action": "trunk", "trunks": str(trunk_id), "number": question["to"], "timeout": 20,
            "trunk_cids": question["from"], "trunk_names": quote("王 Wang", safe=""), "language": "zh-CN",
        }  # fmt: skip

    return decide


Heard = Callable[..., Awaitable[TrunkHeard]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def provider(engine: Engine) -> AsyncIterator[Provider]:
    provider = Provider(engine.layout)
    try:
        await provider.start()
        yield provider
    finally:
        await provider.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def lines(engine: Engine) -> AsyncIterator[EdgeTrunks]:
    lines = EdgeTrunks(engine.edge, told_by(engine.layout))
    yield lines
    for trunk_id in await lines.present():
        await lines.remove(trunk_id)


@pytest.fixture
def heard_of(brain: FakeBrain) -> Heard:
    async def wait(revision: str, state: str, seconds: float = 30.0) -> TrunkHeard:
        async with asyncio.timeout(seconds):
            while True:
                for event in brain.events:
                    if isinstance(event, TrunkHeard) and (event.revision, event.state) == (revision, state):
                        brain.events.clear()
                        return event
                await asyncio.sleep(0.05)

    return wait


async def until_heard(ear: Rtp, hertz: int, seconds: float = 8.0) -> None:
    """Wait until this tone is heard."""
    async with asyncio.timeout(seconds):
        while share(ear.heard(), hertz) < 0.9:
            await asyncio.sleep(0.1)
