"""CW-2 and CW-3 over real SIP and RTP: the prompts for a caller of somebody who is on a call, and the final answer; and
the prompt for a caller whom nobody answers."""

from __future__ import annotations

import asyncio

import httpx
import numpy as np
import pytest

from linkus.call.plan import ringing as rules
from tests.calls.media import Rtp
from tests.calls.sip import Agent, Call, refusal
from tests.whole.conftest import Whole
from tests.whole.recognise import likenesses, which

PROMPTS = ("busy", "call-waiting", "unavailable", "no-answer")
HEARD_PACKETS = 200  # of 20 ms: the comparison needs two and a half seconds


async def web_client(whole: Whole, number: str) -> tuple[Agent, httpx.AsyncClient]:
    """Return a registered Linkus client of kind web, and its browser."""
    browser = await whole.server.sign_in(await whole.record((await whole.shown(number))["id"]))
    agent = await whole.client(number, browser)
    assert (await agent.register()).status == 200
    await whole.until(lambda: whole.server.services.presence.online(number).web)
    return agent, browser


async def set_own(whole: Whole, extension_id: int, **values: bool | int) -> None:
    """Change settings of the web client."""
    url = f"/api/v1/admin/extensions/{extension_id}/client-settings/web"
    version = (await whole.boss.get(url)).json()["version"]
    answer = await whole.boss.put(url, json={"kind": "web", "version": version, "values": values})
    assert answer.status_code == 200, answer.text


async def busy_talk(whole: Whole, caller: Agent, called: Agent, number: str) -> Call:
    """Set up a call, and wait until the brain sees it."""
    outgoing = await caller.call(number, (await whole.media()).offer())
    incoming = await called.next_call()
    await incoming.answer(200, "OK", (await whole.media()).offer())
    await outgoing.response(200)
    await whole.until(lambda: "web" in whole.server.services.calls.tracker.busy_kinds(number))
    return outgoing


def prompt_heard(whole: Whole, heard: np.ndarray) -> tuple[str, str]:
    """Return name and language of the recognised prompt."""
    found = likenesses(heard, whole.settings.home / "prompts", PROMPTS)
    best = which(found)
    assert best is not None, sorted(found.items(), key=lambda one: -one[1])[:3]
    return best


async def listen(whole: Whole, ear: Rtp, packets: int) -> None:
    """Wait until so many more packets have come."""
    enough = len(ear.packets) + packets
    await whole.until(lambda: len(ear.packets) >= enough)


LANGUAGES = {"3003": "zh-CN", "3004": "en"}


async def two_callers(whole: Whole, *, call_waiting: bool) -> tuple[Agent, dict[str, Agent]]:
    """Put 3002's web client into a call with 3001. Return it, and two callers with different languages."""
    for number in ("3001", "3002", *LANGUAGES):
        made = await whole.extension(number, language=LANGUAGES.get(number, "zh-CN"))
        if number == "3002":
            await set_own(whole, made["id"], call_waiting=call_waiting)
    first = await whole.phone("3001")
    second, _ = await web_client(whole, "3002")
    await busy_talk(whole, first, second, "3002")
    return second, {number: await whole.phone(number) for number in LANGUAGES}


@pytest.mark.manual("CW-2")
async def test_caller_hears_busy_and_gets_486_when_call_waiting_is_off(whole: Whole) -> None:
    second, callers = await two_callers(whole, call_waiting=False)
    ears = {number: await whole.media() for number in callers}
    calls = {number: await caller.call("3002", ears[number].offer()) for number, caller in callers.items()}
    for call in calls.values():
        assert (await call.response(183)).body
    assert await asyncio.gather(*(refusal(call) for call in calls.values())) == [486, 486]
    for number, ear in ears.items():
        assert prompt_heard(whole, ear.heard(30)) == (LANGUAGES[number], "busy")
    assert second.incoming.empty()
    records = [one for one in await whole.records(2) if one["from_number"] in callers]
    assert [record["result"] for record in records] == ["busy", "busy"]


@pytest.mark.manual("CW-3")
async def test_caller_hears_the_waiting_prompt_when_call_waiting_is_on(whole: Whole) -> None:
    second, callers = await two_callers(whole, call_waiting=True)
    for number, caller in callers.items():
        ear = await whole.media()
        call = await caller.call("3002", ear.offer())
        waiting = await second.next_call()
        await waiting.answer(180, "Ringing")
        assert (await call.response(183)).body
        await listen(whole, ear, HEARD_PACKETS)
        assert prompt_heard(whole, ear.heard(30)) == (LANGUAGES[number], "call-waiting")
        # the prompt is repeated until the call is answered
        await listen(whole, ear, 30)
        await waiting.answer(200, "OK", (await whole.media()).offer())
        assert (await call.response(200)).status == 200
        await call.bye()
        await asyncio.wait_for(waiting.ended, 5)


async def test_third_and_refused_callers_hear_busy(whole: Whole) -> None:
    """A client takes two calls, and it may have become busy since the plan."""
    second, callers = await two_callers(whole, call_waiting=True)
    ears = {number: await whole.media() for number in callers}
    waits = await callers["3003"].call("3002", ears["3003"].offer())
    ringing = await second.next_call()
    await ringing.answer(180, "Ringing")
    third = await callers["3004"].call("3002", ears["3004"].offer())
    assert (await third.response(183)).body
    clock = asyncio.get_running_loop().time
    refused_at = clock()
    await ringing.answer(486, "Busy Here")
    assert await asyncio.gather(*(refusal(call) for call in (waits, third))) == [486, 486]
    assert second.incoming.empty()
    assert prompt_heard(whole, ears["3004"].heard(30)) == ("en", "busy")
    assert prompt_heard(whole, ears["3003"].heard(clock() - refused_at)) == ("zh-CN", "busy")
    records = [one for one in await whole.records(2) if one["from_number"] in callers]
    assert [record["result"] for record in records] == ["busy", "busy"]


async def test_caller_hears_an_ordinary_ring_when_another_client_is_idle(whole: Whole) -> None:
    for number in ("3001", "3002", "3003"):
        made = await whole.extension(number)
        if number == "3002":
            await set_own(whole, made["id"], call_waiting=False)
    first, third = await whole.phone("3001"), await whole.phone("3003")
    second, _ = await web_client(whole, "3002")
    desk = await whole.phone("3002")
    await busy_talk_on_web(whole, first, second, desk)
    call = await third.call("3002", (await whole.media()).offer())
    ringing = await desk.next_call()
    await ringing.answer(180, "Ringing")
    assert not (await call.response(180)).body
    assert second.incoming.empty()
    await ringing.answer(603, "Decline")
    assert await refusal(call) == 603


async def busy_talk_on_web(whole: Whole, caller: Agent, web: Agent, desk: Agent) -> None:
    outgoing = await caller.call("3002", (await whole.media()).offer())
    on_web, on_desk = await web.next_call(), await desk.next_call()
    await on_desk.answer(180, "Ringing")
    await on_web.answer(200, "OK", (await whole.media()).offer())
    await outgoing.response(200)
    await whole.until(lambda: whole.server.services.calls.tracker.busy_kinds("3002") == {"web"})


async def test_call_rings_until_auto_answer(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """AA-1: the auto-answer delay may be longer than the usual ringing time. An unanswered caller hears `no-answer`."""
    monkeypatch.setattr(rules, "RING_SECONDS", 1)
    for number in ("3001", "3002", "3003", "3004"):
        made = await whole.extension(number, language="en")
        if number == "3002":
            await set_own(whole, made["id"], auto_answer=True, auto_answer_delay=3)
    web, _ = await web_client(whole, "3002")
    one, three, _four = [await whole.phone(number) for number in ("3001", "3003", "3004")]
    ear = await whole.media()
    answered, unanswered = (
        await one.call("3002", (await whole.media()).offer()),
        await three.call("3004", ear.offer()),
    )
    incoming = await web.next_call()
    await asyncio.sleep(3)
    await incoming.answer(200, "OK", (await whole.media()).offer())
    await answered.response(200)
    assert await refusal(unanswered) == 480
    assert prompt_heard(whole, ear.heard(30)) == ("en", "no-answer")
    await answered.bye()
    records = {record["to_number"]: record["result"] for record in await whole.records(2)}
    assert records == {"3002": "answered", "3004": "unanswered"}
