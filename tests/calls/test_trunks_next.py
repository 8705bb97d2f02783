"""Refusals by a provider that make the core try the next line, and the prompt when no line is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import MakePhone, MakeRtp, MediaFreed
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import peer_trunk
from tests.calls.provider import provider_address
from tests.calls.sip import Agent
from tests.calls.transports import Udp
from tests.whole.recognise import likeness, samples_of

Lines = Callable[[], Awaitable[tuple[int, Agent]]]
PROMPTS = ("busy", "unavailable", "line-unavailable")


@pytest_asyncio.fixture(loop_scope="session")
async def make_line(engine: Engine, lines: EdgeTrunks) -> AsyncIterator[Lines]:
    """Make lines whose provider is the test itself."""
    agents: list[Agent] = []

    async def make() -> tuple[int, Agent]:
        transport = await Udp.open(provider_address(), (HOST, SIP_PORT))
        agents.append(agent := Agent(transport, "+8613800138000"))
        trunk = peer_trunk(provider_address(), int(transport.address.rpartition(":")[2]))
        await lines.write(trunk)
        return trunk.id, agent

    yield make
    for agent in agents:
        await agent.close()


def by(brain: FakeBrain, *trunk_ids: int, language: str = "zh-CN") -> None:
    brain.decide = lambda question: {
        "action": "trunk", "trunks": ":".join(str(each) for each in trunk_ids), "number": question["to"],
        "timeout": 20, "trunk_cids": ":".join("021" for _ in trunk_ids), "language": language,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "Forbidden"), (401, "Unauthorized"), (407, "Proxy Authentication Required"), (503, "Service Unavailable"),
     (500, "Server Internal Error"), (302, "Moved Temporarily")],
)  # fmt: skip
async def test_next_trunk_is_tried_when_a_trunk_fails(
    brain: FakeBrain, make_line: Lines, make_phone: MakePhone, rtp: MakeRtp, number: str, status: int, reason: str
) -> None:
    (first, refusing), (second, taking) = await make_line(), await make_line()
    by(brain, first, second)
    phone, ear = await make_phone(number), await rtp()
    call = await phone.call("+8610000", ear.offer())
    extra = {
        401: {"WWW_Authenticate": 'Digest realm="x", nonce="y"'},
        407: {"Proxy_Authenticate": 'Digest realm="x", nonce="y"'},
        302: {"Contact": f"<sip:4711@{HOST}>"},
    }.get(status, {})
    await (await refusing.next_call()).answer(status, reason, **extra)
    taken = await taking.next_call()
    await taken.answer(200, "OK", (await rtp()).offer("8", ("8 PCMA/8000",)))
    assert (await call.response(200)).status == 200
    assert (await call.bye()).status == 200


@pytest.mark.parametrize(
    ("status", "reason", "seen"),
    [(603, "Decline", 603), (486, "Busy Here", 486), (600, "Busy Everywhere", 486), (404, "Not Found", 404)],
)
async def test_next_trunk_is_not_tried_when_the_called_person_refuses(
    brain: FakeBrain,
    make_line: Lines,
    make_phone: MakePhone,
    rtp: MakeRtp,
    media_freed: MediaFreed,
    number: str,
    status: int,
    reason: str,
    seen: int,
) -> None:
    (first, refusing), (second, other) = await make_line(), await make_line()
    by(brain, first, second)
    phone, ear = await make_phone(number), await rtp()
    call = await phone.call("+8610000", ear.offer())
    await (await refusing.next_call()).answer(status, reason)
    assert (await call.response(seen)).status == seen
    assert other.incoming.empty()
    await media_freed()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_caller_hears_a_prompt_when_no_trunk_is_left(
    engine: Engine,
    brain: FakeBrain,
    make_line: Lines,
    make_phone: MakePhone,
    rtp: MakeRtp,
    media_freed: MediaFreed,
    number: str,
    language: str,
) -> None:
    """The prompt is early media, so the call costs nothing. Then comes 503."""
    (first, one), (second, two) = await make_line(), await make_line()
    by(brain, first, second, language=language)
    phone, ear = await make_phone(number), await rtp()
    call = await phone.call("+8610000", ear.offer())
    await (await one.next_call()).answer(503, "Service Unavailable")
    await (await two.next_call()).answer(403, "Forbidden")
    assert (await call.response(183)).body
    async with asyncio.timeout(15):
        while not any(message.status >= 300 and message.status != 407 for message in phone.seen):
            await asyncio.sleep(0.1)
    assert (await call.response(503)).status == 503
    folder = engine.layout.image / "usr/share/linkus/prompts" / language
    found = {name: likeness(ear.heard(20), samples_of(folder / f"{name}.wav")) for name in PROMPTS}
    assert max(found, key=lambda name: found[name]) == "line-unavailable", found
    assert found["line-unavailable"] > 0.6
    await media_freed()
