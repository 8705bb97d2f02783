"""AA-4, the other side: the core mixes a page. All members hear the caller. Nobody, or everybody, hears the members."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import numpy as np
import pytest
from sqlalchemy import insert

from linkus.shared.models.paging import PagingGroup, PagingGroupMember
from tests.calls.media import Rtp, share
from tests.calls.sip import Agent, Call, refusal
from tests.whole.conftest import Whole
from tests.whole.recognise import likeness, samples_of
from tests.whole.test_call_waiting import web_client

SPEAKER, MEMBER = 600, 1100


async def make_group(whole: Whole, ids: list[int], mode: str = "one_way", callers: str = "all") -> None:
    async with whole.server.database.transaction() as db:
        group = PagingGroup(number="6000", name="仓库", mode=mode, callers=callers)
        db.add(group)
        await db.flush()
        await db.execute(insert(PagingGroupMember), [{"group_id": group.id, "extension_id": one} for one in ids])


async def join(whole: Whole, member: Agent, seconds: float = 10) -> tuple[Call, Rtp]:
    call = await asyncio.wait_for(member.incoming.get(), seconds)
    ear = await whole.media()
    await call.answer(200, "OK", ear.offer())
    await asyncio.wait_for(call.acknowledged.wait(), 5)
    ear.connect(call.body)
    return call, ear


async def hears(whole: Whole, ear: Rtp, hertz: int) -> None:
    await whole.until(lambda: share(ear.heard(0.6), hertz) > 0.8)


@pytest.mark.parametrize("mode", ["one_way", "two_way"])
async def test_phone_and_client_hear_the_page(whole: Whole, mode: str) -> None:
    made = {number: await whole.extension(number) for number in ("3001", "3002", "3003")}
    await make_group(whole, [made["3001"]["id"], made["3002"]["id"], made["3003"]["id"]], mode)
    speaker, desk = await whole.phone("3001"), await whole.phone("3002")
    web, _ = await web_client(whole, "3003")
    mouth = await whole.media()
    outgoing = await speaker.call("6000", mouth.offer())
    answered = await outgoing.response(200)
    mouth.connect(answered.body)
    mouth.play(SPEAKER)
    (on_desk, desk_ear), (on_web, web_ear) = await asyncio.gather(join(whole, desk), join(whole, web))
    for call in (on_desk, on_web):
        assert call.invite.get("X-Linkus-Origin") == "page"
        assert call.invite.get("X-Linkus-Page") == "6000"
        assert call.invite.get("X-Linkus-Page-Mode") == mode
        assert unquote(call.invite.get("X-Linkus-Page-Name")) == "仓库"
        assert call.invite.get("X-Linkus-Call") == whole.server.services.calls.live()[0].call_id
    # the two ways to ask telephones for auto-answer; a client has settings for that
    assert on_desk.invite.get("Call-Info") == "<sip:linkus.invalid>;answer-after=0"
    assert on_desk.invite.get("Alert-Info") == "<http://linkus.invalid>;info=alert-autoanswer;delay=0"
    assert not on_web.invite.get("Call-Info")
    assert not on_web.invite.get("Alert-Info")
    await hears(whole, desk_ear, SPEAKER)
    await hears(whole, web_ear, SPEAKER)
    desk_ear.play(MEMBER)
    if mode == "two_way":
        await hears(whole, mouth, MEMBER)
        await whole.until(lambda: min(share(web_ear.heard(0.6), one) for one in (SPEAKER, MEMBER)) > 0.3)
    else:
        await asyncio.sleep(1.5)
        assert share(mouth.heard(1), MEMBER) < 0.1
        assert share(web_ear.heard(1), MEMBER) < 0.1
    await whole.until(lambda: whole.server.services.calls.tracker.on_call() >= {"3001", "3002", "3003"})
    await outgoing.bye()
    for call in (on_desk, on_web):
        await asyncio.wait_for(call.ended, 5)
    [record] = await whole.records(1)
    assert (record["origin"], record["to_number"], record["result"]) == ("page", "6000", "answered")


async def test_caller_without_permission_hears_a_refusal(whole: Whole) -> None:
    made = {number: await whole.extension(number) for number in ("3001", "3002")}
    await make_group(whole, [made["3002"]["id"]], callers="members")
    speaker, _member = await whole.phone("3001"), await whole.phone("3002")
    call = await speaker.call("6000", (await whole.media()).offer())
    assert (await call.response(183)).body
    assert await refusal(call) == 403


async def test_fifty_members_hear_a_page(whole: Whole) -> None:
    numbers = [str(4000 + n) for n in range(50)]
    made = [await whole.extension(number) for number in numbers]
    speaker_id = (await whole.extension("3001"))["id"]
    await make_group(whole, [speaker_id, *(one["id"] for one in made)])
    speaker = await whole.phone("3001")
    members = [await whole.phone(number) for number in numbers]
    mouth = await whole.media()
    outgoing = await speaker.call("6000", mouth.offer())
    mouth.connect((await outgoing.response(200)).body)
    mouth.play(SPEAKER)
    joined = await asyncio.gather(*(join(whole, member, 15) for member in members))
    await asyncio.sleep(3)
    deaf = [number for number, (_, ear) in zip(numbers, joined, strict=True) if share(ear.heard(1.5), SPEAKER) < 0.8]
    assert deaf == []
    await outgoing.bye()
    for call, _ in joined:
        await asyncio.wait_for(call.ended, 10)


async def test_page_ends_when_nobody_answers(whole: Whole) -> None:
    """The core has answered the caller, who hears the prompt in the call and is then hung up on."""
    made = {number: await whole.extension(number, language="en") for number in ("3001", "3002", "3003")}
    await make_group(whole, [made["3002"]["id"], made["3003"]["id"]])
    speaker, desk, other = await whole.phone("3001"), await whole.phone("3002"), await whole.phone("3003")
    ear = await whole.media()
    outgoing = await speaker.call("6000", ear.offer())
    ear.connect((await outgoing.response(200)).body)
    ear.play(SPEAKER)
    await (await desk.next_call()).answer(486, "Busy Here")
    still = await other.next_call()
    await still.answer(180, "Ringing")
    await asyncio.sleep(1.5)
    assert not outgoing.ended.done()  # a member may still answer
    await still.answer(603, "Decline")
    bye = await asyncio.wait_for(outgoing.ended, 15)
    assert "cause=19" in bye.get("Reason")
    folder = whole.settings.home / "prompts" / "en"
    found = {name: likeness(ear.heard(20), samples_of(folder / f"{name}.wav")) for name in ("busy", "no-answer")}
    assert found["no-answer"] > 0.6 > found["busy"], found
    [record] = await whole.records(1)
    assert (record["origin"], record["result"]) == ("page", "unanswered")


async def test_page_ends_when_its_last_member_leaves(whole: Whole) -> None:
    made = {number: await whole.extension(number) for number in ("3001", "3002")}
    await make_group(whole, [made["3002"]["id"]])
    speaker, desk = await whole.phone("3001"), await whole.phone("3002")
    ear = await whole.media()
    outgoing = await speaker.call("6000", ear.offer())
    await outgoing.response(200)
    on_desk, _ = await join(whole, desk)
    await on_desk.bye()
    await asyncio.wait_for(outgoing.ended, 15)
    [record] = await whole.records(1)
    assert record["result"] == "answered"


async def test_caller_alone_hears_the_beep_before_speaking(whole: Whole) -> None:
    made = {number: await whole.extension(number) for number in ("3001", "3002")}
    await make_group(whole, [made["3002"]["id"]], "two_way")
    speaker, desk = await whole.phone("3001"), await whole.phone("3002")
    ear = await whole.media()
    outgoing = await speaker.call("6000", ear.offer())
    await outgoing.response(200)
    _, desk_ear = await join(whole, desk)
    await asyncio.sleep(2.5)
    assert beeps(ear.heard(10)) == 1
    assert beeps(desk_ear.heard(10)) == 0
    await outgoing.bye()


def beeps(heard: np.ndarray) -> int:
    """Return how many times the sound becomes loud, by pieces of 20 ms."""
    pieces = heard[: len(heard) // 160 * 160].astype(float).reshape(-1, 160)
    loud = np.sqrt(np.mean(pieces**2, axis=1)) > 300
    begins = 0
    quiet = 10
    for each in loud:
        begins += bool(each) and quiet >= 10
        quiet = 0 if each else quiet + 1
    return begins
