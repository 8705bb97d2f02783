"""A part that carries calls is killed: both sides hear each other again, or get a reason why the call is over."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime

from tests.calls import talker
from tests.calls.message import tag
from tests.calls.sip import Agent
from tests.calls.talker import Talker
from tests.whole.conftest import WAIT, Whole
from tests.whole.test_calls import talk

PROMISED_SECONDS = 5.0  # the promised time


def kill(whole: Whole, name: str) -> int:
    """Kill a part as the kernel does when memory runs out. Return how often it had been restarted before."""
    part = whole.engine.status.part(name)
    assert part.pid
    os.kill(part.pid, signal.SIGKILL)
    return part.restarts


async def is_back(whole: Whole, name: str, restarts: int) -> None:
    def ready() -> bool:
        part = whole.engine.status.part(name)
        return part.restarts > restarts and part.state == "ready"

    await whole.until(ready, 60)


async def two_phones(whole: Whole) -> tuple[Agent, Agent]:
    for number in ("3001", "3002"):
        await whole.extension(number)
    return await whole.phone("3001"), await whole.phone("3002")


async def talking(whole: Whole) -> tuple[Talker, Talker]:
    one, two = await two_phones(whole)
    return await talker.talking(one, two, "3002", await whole.media(), await whole.media())


async def hang_up(ends: tuple[Talker, Talker]) -> None:
    assert not any(end.call.ended.done() for end in ends)
    for end in ends:
        end.close()
    await ends[0].call.bye()
    await asyncio.wait_for(ends[1].call.ended, 5)


async def test_media_returns_when_the_relay_is_killed(whole: Whole) -> None:
    ends = await talking(whole)
    restarts = kill(whole, "rtpengine")
    await asyncio.sleep(2 * talker.HEARD_SECONDS)  # packets that were in flight are heard
    await asyncio.gather(*(end.hears(PROMISED_SECONDS) for end in ends))
    await hang_up(ends)
    await is_back(whole, "rtpengine", restarts)


async def test_ringing_call_survives_when_the_relay_is_killed(whole: Whole) -> None:
    one, two = await two_phones(whole)
    mouth, ear = await whole.media(), await whole.media()
    outgoing = await one.call("3002", mouth.offer())
    incoming = await two.next_call()
    await incoming.answer(180, "Ringing")
    await outgoing.response(180)
    restarts = kill(whole, "rtpengine")
    await asyncio.sleep(0.2)
    await incoming.answer(200, "OK", ear.offer())
    answered = await outgoing.response(200)
    await asyncio.wait_for(incoming.acknowledged.wait(), 5)
    ends = talker.connect(outgoing, mouth, answered.body, incoming, ear)
    await asyncio.gather(*(end.hears(PROMISED_SECONDS) for end in ends))
    await hang_up(ends)
    await is_back(whole, "rtpengine", restarts)


async def test_both_sides_learn_the_reason_when_the_core_is_killed(whole: Whole) -> None:
    begun = datetime.now(UTC).isoformat()
    ends = await talking(whole)
    restarts = kill(whole, "asterisk")
    byes = await asyncio.wait_for(asyncio.gather(*(end.call.ended for end in ends)), PROMISED_SECONDS)
    for bye, end in zip(byes, ends, strict=True):
        assert bye.method == "BYE"
        assert "cause=41" in bye.get("Reason")
        # the fields by which a telephone matches its dialog (RFC 3261 12)
        assert (tag(bye.get("From")), tag(bye.get("To"))) == (tag(end.call.remote), end.call.own_tag)
        end.close()
    await is_back(whole, "asterisk", restarts)
    # A test before may have left a dialog that rang at a lost connection. It lasts as long as it would have rung.
    ended = {end.call.call_id for end in ends}
    assert not [dialog for dialog in await whole.engine.edge.dialogs("") if dialog.call_id in ended]
    # The replayed journal also has the calls of earlier tests, whose records were deleted.
    async with asyncio.timeout(WAIT):
        while not (records := [each for each in await whole.records(1) if each["started_at"] >= begun]):
            await asyncio.sleep(0.05)
    assert [each["result"] for each in records] == ["answered"]


async def test_client_is_told_over_its_connection_when_the_core_is_killed(whole: Whole) -> None:
    made = [await whole.extension(number) for number in ("3001", "3002")]
    client = await whole.client("3001", await whole.server.sign_in(await whole.record(made[0]["id"])))
    assert (await client.register()).status == 200
    outgoing, incoming = await talk(whole, client, await whole.phone("3002"), "3002")
    restarts = kill(whole, "asterisk")
    byes = await asyncio.wait_for(asyncio.gather(outgoing.ended, incoming.ended), PROMISED_SECONDS)
    assert all("cause=41" in bye.get("Reason") for bye in byes)
    await is_back(whole, "asterisk", restarts)


async def test_ringing_call_ends_when_the_core_is_killed(whole: Whole) -> None:
    one, two = await two_phones(whole)
    outgoing = await one.call("3002", (await whole.media()).offer())
    incoming = await two.next_call()
    await incoming.answer(180, "Ringing")
    await outgoing.response(180)
    restarts = kill(whole, "asterisk")
    refused = await asyncio.wait_for(outgoing.response(503), PROMISED_SECONDS)
    assert refused.status == 503
    ended = await asyncio.wait_for(incoming.ended, PROMISED_SECONDS)
    assert ended.method == "CANCEL"
    await is_back(whole, "asterisk", restarts)


async def test_call_continues_when_the_edge_is_killed(whole: Whole) -> None:
    ends = await talking(whole)
    await asyncio.sleep(2.5)  # dialogs are saved every 2 s
    restarts = kill(whole, "kamailio")
    await asyncio.sleep(1)
    await asyncio.gather(*(end.hears(PROMISED_SECONDS) for end in ends))
    await is_back(whole, "kamailio", restarts)
    await hang_up(ends)
