"""CW-2 and CW-3 over real SIP and RTP: what the caller of somebody who is on a call hears, and how it ends."""

from __future__ import annotations

import asyncio

import httpx
import numpy as np
import pytest

from tests.calls.sip import Agent, Call
from tests.whole.conftest import Whole
from tests.whole.recognise import likeness, samples_of
from tests.whole.test_calls import refusal

PROMPTS = ("busy", "call-waiting", "unavailable")


async def web_client(whole: Whole, number: str) -> tuple[Agent, httpx.AsyncClient]:
    """A Linkus client of kind web, registered, and its browser."""
    from linkus.extension.models import Extension

    async with whole.server.database.transaction(write=False) as db:
        found = await db.get(Extension, (await whole.shown(number))["id"])
    assert found is not None
    browser = await whole.server.sign_in(found)
    agent = await whole.client(number, browser)
    assert (await agent.register()).status == 200
    await whole.until(lambda: whole.server.app.state.presence.online(number).web)
    return agent, browser


async def set_call_waiting(whole: Whole, extension_id: int, on: bool, kind: str = "web") -> None:
    url = f"/api/v1/admin/extensions/{extension_id}/client-settings/{kind}"
    version = (await whole.boss.get(url)).json()["version"]
    answer = await whole.boss.put(url, json={"kind": kind, "version": version, "values": {"call_waiting": on}})
    assert answer.status_code == 200, answer.text


async def busy_talk(whole: Whole, caller: Agent, called: Agent, number: str) -> Call:
    """A call that stands, seen as such by the brain."""
    outgoing = await caller.call(number, (await whole.media()).offer())
    incoming = await called.next_call()
    await incoming.answer(200, "OK", (await whole.media()).offer())
    await outgoing.response(200)
    await whole.until(lambda: "web" in whole.server.app.state.calls.tracker.busy_kinds(number))
    return outgoing


def prompt_heard(whole: Whole, heard: np.ndarray, language: str) -> str:
    """Which of the prompts it was."""
    folder = whole.settings.home / "prompts"
    found = {name: likeness(heard, samples_of(folder / language / f"{name}.wav")) for name in PROMPTS}
    best = max(found, key=lambda name: found[name])
    assert found[best] > 0.6, found
    return best


@pytest.mark.parametrize(("language", "caller_kind"), [("zh-CN", "phone"), ("en", "phone")])
async def test_off_the_caller_hears_busy_and_gets_486(whole: Whole, language: str, caller_kind: str) -> None:
    for number in ("3001", "3002", "3003"):
        made = await whole.extension(number, language=language)
        if number == "3002":
            await set_call_waiting(whole, made["id"], False)
    first, third = await whole.phone("3001"), await whole.phone("3003")
    second, _ = await web_client(whole, "3002")
    await busy_talk(whole, first, second, "3002")
    ear = await whole.media()
    call = await third.call("3002", ear.offer())
    assert (await call.response(183)).body
    assert await refusal(call) == 486
    assert prompt_heard(whole, ear.heard(30), language) == "busy"
    [record] = [one for one in await whole.records(1) if one["from_number"] == "3003"]
    assert record["result"] == "busy"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_on_the_caller_hears_the_waiting_prompt_while_it_rings(whole: Whole, language: str) -> None:
    for number in ("3001", "3002", "3003"):
        await whole.extension(number, language=language)
    first, third = await whole.phone("3001"), await whole.phone("3003")
    second, _ = await web_client(whole, "3002")
    await busy_talk(whole, first, second, "3002")
    ear = await whole.media()
    call = await third.call("3002", ear.offer())
    waiting = await second.next_call()
    await waiting.answer(180, "Ringing")
    assert (await call.response(183)).body
    await asyncio.sleep(6)
    assert prompt_heard(whole, ear.heard(30), language) == "call-waiting"
    # it goes on being played, and stops when the call is taken
    before = len(ear.packets)
    await asyncio.sleep(1)
    assert len(ear.packets) - before > 30
    await waiting.answer(200, "OK", (await whole.media()).offer())
    assert (await call.response(200)).status == 200
    await call.bye()


async def test_another_client_that_is_idle_rings_and_the_caller_hears_an_ordinary_ring(whole: Whole) -> None:
    for number in ("3001", "3002", "3003"):
        made = await whole.extension(number)
        if number == "3002":
            await set_call_waiting(whole, made["id"], False)
    first, third = await whole.phone("3001"), await whole.phone("3003")
    second, _ = await web_client(whole, "3002")
    desk = await whole.phone("3002")
    await busy_talk_on_web(whole, first, second, desk)
    call = await third.call("3002", (await whole.media()).offer())
    ringing = await desk.next_call()
    await ringing.answer(180, "Ringing")
    assert not (await call.response(180)).body
    assert second.incoming.empty()
    await ringing.answer(486, "Busy Here")
    assert await refusal(call) == 486


async def busy_talk_on_web(whole: Whole, caller: Agent, web: Agent, desk: Agent) -> None:
    outgoing = await caller.call("3002", (await whole.media()).offer())
    on_web, on_desk = await web.next_call(), await desk.next_call()
    await on_desk.answer(180, "Ringing")
    await on_web.answer(200, "OK", (await whole.media()).offer())
    await outgoing.response(200)
    await whole.until(lambda: whole.server.app.state.calls.tracker.busy_kinds("3002") == {"web"})
