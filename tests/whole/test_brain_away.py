"""Calls while the brain is down: each gets one record, with the times from the core."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

from linkus.call.live.tracker import Tracker
from tests.whole.conftest import WAIT, Whole
from tests.whole.test_calls import states, talk
from tests.whole.test_kept_calls import LEAVE, Talk, hears_music, hears_nothing, legs, returned

TIME_TOLERANCE = timedelta(seconds=1)
CLOCKS = timedelta(milliseconds=50)


async def leave(whole: Whole) -> None:
    """Stop the brain, so that it loses its state of calls."""
    whole.server.services.calls.tracker = Tracker()
    await whole.stop_brain()


async def come_back(whole: Whole) -> None:
    await whole.start_brain()
    whole.boss = await whole.server.sign_in(await whole.server.make_administrator("another"))


def times(record: dict[str, Any]) -> list[datetime]:
    return [datetime.fromisoformat(record[name]) for name in ("started_at", "answered_at", "ended_at")]


def check_times(record: dict[str, Any], began: datetime, answered: datetime, ended: datetime) -> None:
    """Check that the record has the core's times, however long this machine took: the call was placed after `began`,
    connected by `answered`, and over about `ended`, when the core had answered the BYE."""
    started_at, answered_at, ended_at = times(record)
    assert began - CLOCKS <= started_at <= answered_at <= answered + CLOCKS
    assert answered - CLOCKS <= ended_at <= ended + TIME_TOLERANCE


async def only_record(whole: Whole, call_id: str) -> dict[str, Any]:
    """Return the only record of this call. There must still be only one a while later."""
    for _ in range(2):
        await whole.until(lambda: whole.server.services.calls.in_step)
        await whole.records(1)
        await asyncio.sleep(0.5)
    [record] = [each for each in await whole.records(1) if each["call_id"] == call_id]
    return record


async def test_call_is_recorded_when_it_ends_while_the_brain_is_away(whole: Whole) -> None:
    for number in ("3001", "3002"):
        await whole.extension(number)
    one, two = await whole.phone("3001"), await whole.phone("3002")
    began = datetime.now(UTC)
    outgoing, incoming = await talk(whole, one, two, "3002")
    answered = datetime.now(UTC)
    await leave(whole)
    await outgoing.bye()
    ended = datetime.now(UTC)
    await asyncio.sleep(2.5)
    await come_back(whole)
    record = await only_record(whole, incoming.invite.get("X-Linkus-Call"))
    check_times(record, began, answered, ended)
    assert (record["result"], record["from_kind"], record["to_kind"]) == ("answered", "phone", "phone")
    assert states(whole) == []


async def test_page_that_returns_while_the_brain_is_away_can_retry(whole: Whole) -> None:
    talk = await Talk(whole).begin(client_calls=True)
    page = await talk.page()
    await leave(whole)
    early = await page.call(f"rejoin.{talk.call_id}", (await whole.media()).offer())
    await early.response(503)
    await come_back(whole)
    await whole.until(lambda: states(whole) == [talk.sides])
    back = await returned(whole, page, talk.call_id)
    await legs(whole, 2)
    assert not talk.other.ended.done()
    await back.bye()
    await asyncio.wait_for(talk.other.ended, WAIT)
    assert (await only_record(whole, talk.call_id))["result"] == "answered"


async def test_call_is_recorded_when_the_brain_never_saw_it(whole: Whole) -> None:
    for number in ("3001", "3002"):
        await whole.extension(number)
    one, two = await whole.phone("3001"), await whole.phone("3002")
    await leave(whole)
    began = datetime.now(UTC)
    outgoing = await one.call("3002", (await whole.media()).offer())
    incoming = await two.next_call()
    await incoming.answer(200, "OK", (await whole.media()).offer())
    await outgoing.response(200)
    answered = datetime.now(UTC)
    await asyncio.sleep(0.5)
    await outgoing.bye()
    ended = datetime.now(UTC)
    await asyncio.sleep(1.5)
    await come_back(whole)
    record = await only_record(whole, incoming.invite.get("X-Linkus-Call"))
    check_times(record, began, answered, ended)
    assert (record["from_number"], record["to_number"], record["result"]) == ("3001", "3002", "answered")


async def test_call_keeps_its_start_when_the_brain_restarts(whole: Whole) -> None:
    for number in ("3001", "3002"):
        await whole.extension(number)
    one, two = await whole.phone("3001"), await whole.phone("3002")
    began = datetime.now(UTC)
    outgoing, incoming = await talk(whole, one, two, "3002")
    answered = datetime.now(UTC)
    await leave(whole)
    await asyncio.sleep(2.5)
    await come_back(whole)
    await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
    await outgoing.bye()
    ended = datetime.now(UTC)
    record = await only_record(whole, incoming.invite.get("X-Linkus-Call"))
    check_times(record, began, answered, ended)


async def test_call_is_recorded_when_the_core_dies_while_the_brain_is_away(whole: Whole) -> None:
    for number in ("3001", "3002"):
        await whole.extension(number)
    one, two = await whole.phone("3001"), await whole.phone("3002")
    outgoing, incoming = await talk(whole, one, two, "3002")
    await asyncio.sleep(1.5)  # the brain notes every second that the core lives
    last_alive = datetime.now(UTC)
    await leave(whole)
    part = whole.engine.status.part("asterisk")
    assert part.pid
    os.kill(part.pid, signal.SIGKILL)
    await whole.until(lambda: whole.engine.status.part("asterisk").pid not in (None, part.pid), 40)
    await whole.until(lambda: whole.engine.status.part("asterisk").state == "ready", 40)
    await come_back(whole)
    record = await only_record(whole, incoming.invite.get("X-Linkus-Call"))
    assert abs(times(record)[2] - last_alive) < 2 * TIME_TOLERANCE
    assert record["result"] == "answered"
    byes = await asyncio.wait_for(asyncio.gather(outgoing.ended, incoming.ended), 10)
    assert all("cause=41" in bye.get("Reason") for bye in byes)


async def test_call_is_one_record_when_a_page_came_back_to_it(whole: Whole) -> None:
    began = datetime.now(UTC)
    talk = await Talk(whole).begin(client_calls=True)
    answered = datetime.now(UTC)
    await talk.browser.post(LEAVE, json={"call_ids": [talk.call_id]})
    await hears_music(talk)
    await talk.rejoin()
    await hears_nothing(talk)
    await legs(whole, 2)
    await leave(whole)
    await talk.other.bye()
    ended = datetime.now(UTC)
    await asyncio.sleep(1)
    await come_back(whole)
    record = await only_record(whole, talk.call_id)
    check_times(record, began, answered, ended)
    assert (record["from_number"], record["to_number"], record["result"]) == ("3001", "3002", "answered")
    assert [each["call_id"] for each in await whole.records(1) if each["ended_at"] > began.isoformat()] == [
        talk.call_id
    ]


async def test_page_comes_back_to_a_call_of_the_previous_brain(whole: Whole) -> None:
    began = datetime.now(UTC)
    talk = await Talk(whole).begin(client_calls=False)
    connected = datetime.now(UTC)
    await talk.browser.post(LEAVE, json={"call_ids": [talk.call_id]})
    await hears_music(talk)
    await leave(whole)
    await come_back(whole)
    await whole.until(lambda: states(whole) == [talk.sides])
    talk.browser = await whole.server.sign_in(await whole.record(talk.extension_id))
    assert [each["call_id"] for each in await talk.current()] == [talk.call_id]
    back = await talk.rejoin()
    await hears_nothing(talk)
    await legs(whole, 2)
    await back.bye()
    ended = datetime.now(UTC)
    await asyncio.wait_for(talk.other.ended, WAIT)
    record = await only_record(whole, talk.call_id)
    assert began - CLOCKS <= times(record)[0] <= connected + CLOCKS
    assert abs(times(record)[2] - ended) < TIME_TOLERANCE
    assert [each["call_id"] for each in await whole.records(1) if each["ended_at"] > began.isoformat()] == [
        talk.call_id
    ]
