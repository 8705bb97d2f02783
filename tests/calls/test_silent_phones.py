"""A phone that sends no sound keeps its call; one that has vanished does not (engine/kamailio/edge_vanished.py)."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from tests.calls.conftest import MakePhone, MakeRtp, MediaFreed, Talk
from tests.calls.sip import Agent, Call
from tests.calls.transports import Udp

_numbers = itertools.count(7001)
WELL_SECONDS = 125  # longer than anybody waited for sound before, and than a vanished phone's call may last


class Unanswering(Agent[Udp]):
    """A phone that gives no answer to OPTIONS."""

    async def send(self, message) -> None:  # type: ignore[no-untyped-def]
        if message.is_request or message.method != "OPTIONS":
            await super().send(message)


def was_asked(agent: Agent[Udp], call: Call) -> bool:
    return any(
        each.method == "OPTIONS" and each.get("Call-ID") == call.call_id for each in agent.seen if each.is_request
    )


@pytest.mark.timeout(240)
async def test_silent_phones_stay_and_vanished_ones_go(
    talk: Talk, make_phone: MakePhone, rtp: MakeRtp, media_freed: MediaFreed
) -> None:
    def new() -> str:
        return str(next(_numbers))

    # nobody sends anything
    silent = await talk(new(), new())
    # the caller only listens
    listener, speaker, ear, mouth = await make_phone(new()), await make_phone(target := new()), await rtp(), await rtp()
    listening = await listener.call(target, ear.offer().replace("a=sendrecv", "a=recvonly"))
    spoken = await speaker.next_call()
    await spoken.answer(200, "OK", mouth.offer())
    await listening.response(200)
    mouth.connect(spoken.body)
    mouth.play(700)
    # phones that do not answer OPTIONS, of which one sends sound
    speaking, vanished = await talk(new(), new()), await talk(new(), new())
    for agent in (speaking.outgoing.agent, vanished.incoming.agent):
        agent.__class__ = Unanswering
    speaking.caller_rtp.play(440)

    ending = asyncio.create_task(asyncio.wait_for(vanished.outgoing.ended, WELL_SECONDS))
    for _ in range(2):  # a tone lasts for a minute
        await asyncio.sleep(WELL_SECONDS / 2)
        speaking.caller_rtp.play(440)
        mouth.play(700)
    assert (await ending).method == "BYE"
    for call in (silent.outgoing, silent.incoming, listening, spoken, speaking.outgoing, speaking.incoming):
        assert was_asked(call.agent, call)
        assert not call.ended.done()
    # what was silent for so long is heard as soon as somebody speaks
    silent.caller_rtp.play(500)
    await asyncio.sleep(1.5)
    assert len(silent.called_rtp.heard()) > 4000
    for call in (silent.outgoing, listening, speaking.outgoing):
        assert (await call.bye()).status == 200
    await media_freed()
