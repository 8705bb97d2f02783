"""Bad SDP that the gate lets through: the media relay answers, and its process survives."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from random import Random

import pytest

from tests.attack.relay import RelayCall
from tests.calls.conftest import MakePhone, Talk
from tests.calls.engine import Engine
from tests.calls.media import share
from tests.calls.message import Message

# A random seed in each run; `LINKUS_FUZZ_SEED` repeats a run.
SEEDS = (4477, int(os.environ.get("LINKUS_FUZZ_SEED", "0")) or secrets.randbelow(1_000_000))
SECONDS = float(os.environ.get("LINKUS_FUZZ_MINUTES", "0")) * 6 or 6.0


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("seed", SEEDS)
async def test_bad_sdp_ends_no_relay(engine: Engine, seed: int) -> None:
    """A clock rate of 800,080,008,000 made the relay exit, so that every call lost audio for a moment. Its answer to
    4,000 formats did not fit into a datagram, so that Kamailio regarded it as dead."""
    rng, calls, end = Random(seed), 0, time.monotonic() + SECONDS
    before = engine.status.part("rtpengine").pid
    while time.monotonic() < end:
        await RelayCall(engine.internal, rng).run()
        calls += 1
    assert calls > SECONDS
    part = engine.status.part("rtpengine")
    assert (part.pid, part.restarts) == (before, 0)


WITHOUT_ADDRESS = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\n"


@pytest.mark.parametrize(
    "sdp",
    [
        WITHOUT_ADDRESS,
        "no description",
        "v=0\r\ns=-\r\n" + WITHOUT_ADDRESS.partition("s=-\r\n")[2],
        WITHOUT_ADDRESS.replace("t=0 0", "c=IN IP4 127.0.0.1\r\nt=0 0").replace("AVP 0", "AVP x"),
        WITHOUT_ADDRESS.partition("m=")[0],
    ],
)
async def test_refused_offer_leaves_nothing_in_the_relay(
    engine: Engine, make_phone: MakePhone, number: str, sdp: str
) -> None:
    """The relay has no time limit for a call without a usable offer: each would stay until its process ends."""
    before = await engine.relayed_calls()
    call = await (await make_phone(number)).call("1002", sdp)
    await call.response(400, 488, 503)
    assert await engine.relayed_calls() - before == set()


async def test_refused_offer_with_the_call_id_of_others_ends_no_call(
    engine: Engine, make_phone: MakePhone, talk: Talk, number: str, another: str, third: str
) -> None:
    conversation = await talk(number, another)
    theirs = conversation.outgoing.call_id
    attacker = await make_phone(third)
    new = attacker.new

    def with_their_call_id(*parts: str) -> Message:
        message = new(*parts)
        message.headers = [(name, theirs if name == "Call-ID" else value) for name, value in message.headers]
        return message

    attacker.new = with_their_call_id  # type: ignore[method-assign]
    call = await attacker.call("1002", WITHOUT_ADDRESS)
    await call.response(503)
    assert theirs in await engine.relayed_calls()
    conversation.caller_rtp.play(440)
    await asyncio.sleep(1)
    assert share(conversation.called_rtp.heard(), 440) > 0.9


@pytest.mark.parametrize("method", ["UPDATE", "INVITE"])
async def test_offer_in_a_call_that_is_over_takes_no_ports(
    engine: Engine, talk: Talk, number: str, another: str, method: str
) -> None:
    """The mark of a dialog stays valid after its end, and also after the extension was deleted."""
    conversation = await talk(number, another)
    offer, call = conversation.caller_rtp.offer(), conversation.outgoing
    assert (await call.ask(method, offer)).status == 200
    assert await engine.is_relayed(call.call_id)
    assert (await call.bye()).status == 200
    async with asyncio.timeout(20):
        while await engine.is_relayed(call.call_id):
            await asyncio.sleep(0.05)
    assert (await call.ask(method, offer)).status == 481
    assert not await engine.is_relayed(call.call_id)
