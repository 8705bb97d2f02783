"""A client vanishes in mid-call: the other side hears music, and the client comes back to the call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import numpy as np
import pytest
import pytest_asyncio

from linkus.call.live import keeping
from linkus.kit.bus import extension_topic
from linkus.presence.edge_sync import EdgeSync
from linkus.presence.edge_writer import EdgeWriter
from tests.calls.media import Rtp
from tests.calls.sip import Agent, Call, refusal
from tests.support.api import frames
from tests.whole.conftest import WAIT, Whole
from tests.whole.test_calls import states, talk

CURRENT = "/api/v1/client/calls/current"
LEAVE = "/api/v1/client/calls/leave"
MUSIC = 300  # loudness of the quietest second of music; silence has none


class Talk:
    """A web client and a desk phone in a call. The phone's end hears and plays."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole

    async def begin(self, *, client_calls: bool) -> Talk:
        whole = self.whole
        made = [await whole.extension(number) for number in ("3001", "3002")]
        self.extension_id = made[0]["id"]
        self.browser = await whole.server.sign_in(await whole.record(self.extension_id))
        self.client = await self.page()
        self.phone, self.sound = await whole.phone("3002"), await whole.media()
        if client_calls:
            self.own = await self.client.call("3002", (await whole.media()).offer())
            self.other = await self.phone.next_call()
            await self.other.answer(200, "OK", self.sound.offer())
            self.call_id = (await self.own.response(200)).get("X-Linkus-Call")
            assert self.call_id == self.other.invite.get("X-Linkus-Call")
            await self.other.acknowledged.wait()
        else:
            self.other = await self.phone.call("3001", self.sound.offer())
            self.own = await self.client.next_call()
            await self.own.answer(200, "OK", (await whole.media()).offer())
            self.call_id = self.own.invite.get("X-Linkus-Call")
            await self.other.response(200)
        self.sides = ("3001", "3002", "talking") if client_calls else ("3002", "3001", "talking")
        await whole.until(lambda: states(whole) == [self.sides])
        self.sound.connect(self.other.body)
        self.sound.play(600)
        return self

    async def page(self) -> Agent:
        return await registered(self.whole, self.browser)

    async def rejoin(self, call_id: str = "") -> Call:
        client = await self.page()
        call = await client.call(f"rejoin.{call_id or self.call_id}", (await self.whole.media()).offer())
        await call.response(200)
        return call

    async def current(self) -> list[dict[str, Any]]:
        answer = await self.browser.get(CURRENT)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


async def registered(whole: Whole, browser: httpx.AsyncClient) -> Agent:
    """Return the reloaded page of 3001, which registers with a new contact."""
    agent = await whole.client("3001", browser)
    assert (await agent.register()).status == 200
    # The edge answers before the brain knows. A test that ends the connection at once would end an unknown one.
    await whole.until(lambda: agent.contact.strip("<>") in whole.server.services.presence.registry.uris("3001.web"))
    return agent


async def returned(whole: Whole, page: Agent, call_id: str) -> Call:
    """Let a page return to its call. If it is told to retry, it does so, as the real client does."""
    async with asyncio.timeout(WAIT):
        while True:
            call = await page.call(f"rejoin.{call_id}", (await whole.media()).offer())
            if (await call.response(200, 503)).status == 200:
                return call


def loudness(sound: Rtp, seconds: float = 0.5) -> float:
    heard = sound.heard(seconds).astype(float)
    return float(np.sqrt(np.mean(heard**2))) if len(heard) else 0.0


async def hears_music(talk: Talk) -> None:
    """Wait for hold music. The client sends nothing in these tests, so the phone hears only the core's own sound."""
    await talk.whole.until(lambda: loudness(talk.sound) > MUSIC, 30)  # the edge may notice late


async def hears_nothing(talk: Talk) -> None:
    await talk.whole.until(lambda: loudness(talk.sound) < 1, 12)


async def legs(whole: Whole, count: int) -> None:
    """Wait until exactly so many legs exist in the core."""
    channels = await whole.engine.core.channels()
    for _ in range(int(WAIT * 10)):
        if len(channels) == count:
            return
        await asyncio.sleep(0.1)
        channels = await whole.engine.core.channels()
    pytest.fail(f"{count} legs expected: {channels}")


@pytest_asyncio.fixture(loop_scope="session")
async def read_often(whole: Whole) -> AsyncIterator[None]:
    """Read the edge's registrations all the time, as the brain does every few seconds: a vanished client stays in them
    for up to five seconds."""
    services, edge = whole.server.services, whole.engine.edge
    sync = EdgeSync(services, edge, EdgeWriter(whole.server.database, services.presence, edge))

    async def read() -> None:
        while True:
            await sync.reconcile()
            await asyncio.sleep(0.2)

    task = asyncio.create_task(read())
    yield
    assert not task.done(), task
    task.cancel()


class TestAPageIsLoadedAgain:
    @pytest.mark.usefixtures("read_often")
    @pytest.mark.parametrize("client_calls", [True, False])
    async def test_other_side_hears_hold_music_until_the_page_is_back(self, whole: Whole, client_calls: bool) -> None:
        talk = await Talk(whole).begin(client_calls=client_calls)
        began = time.monotonic()
        await hears_nothing(talk)
        talk.client.transport.abort()  # type: ignore[union-attr]  # a WebSocket: the page crashed
        await hears_music(talk)
        assert states(whole) == [talk.sides]
        [kept] = await talk.current()
        assert (kept["call_id"], kept["number"], kept["kept"]) == (talk.call_id, "3002", True)
        assert kept["direction"] == ("out" if client_calls else "in")

        back = await talk.rejoin()
        await hears_nothing(talk)
        await legs(whole, 2)
        assert states(whole) == [talk.sides]
        [current] = await talk.current()
        assert (current["number"], current["kept"]) == ("3002", False)
        await back.bye()
        await asyncio.wait_for(talk.other.ended, WAIT)
        seconds = time.monotonic() - began
        records = await whole.records(1)
        assert [(each["result"], each["from_number"]) for each in records] == [("answered", talk.sides[0])]
        assert abs(records[0]["duration"] - seconds) < 3
        await legs(whole, 0)

    async def test_page_that_announces_its_leaving_is_kept_immediately(self, whole: Whole) -> None:
        talk = await Talk(whole).begin(client_calls=True)
        call_id, back = talk.call_id, talk.own
        for _ in range(3):
            answer = await talk.browser.post(LEAVE, json={"call_ids": [call_id]})
            assert answer.status_code == 204
            await hears_music(talk)
            back = await talk.rejoin(call_id)
            await hears_nothing(talk)
            call_id = (await talk.current())[0]["call_id"]
        await legs(whole, 2)
        await talk.other.bye()
        await asyncio.wait_for(back.ended, WAIT)
        assert len(await whole.records(1)) == 1
        await legs(whole, 0)

    async def test_call_ends_when_the_page_stays_away(self, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keeping, "KEEP_SECONDS", 2.0)
        talk = await Talk(whole).begin(client_calls=False)
        await talk.browser.post(LEAVE, json={"call_ids": [talk.call_id]})
        await hears_music(talk)
        await asyncio.wait_for(talk.other.ended, 10)
        assert (await whole.records(1))[0]["result"] == "answered"
        assert await talk.current() == []
        await legs(whole, 0)

    async def test_waiting_side_can_hang_up(self, whole: Whole) -> None:
        talk = await Talk(whole).begin(client_calls=True)
        await talk.browser.post(LEAVE, json={"call_ids": [talk.call_id]})
        await hears_music(talk)
        await talk.other.bye()
        await legs(whole, 0)
        assert (await whole.records(1))[0]["result"] == "answered"
        late = await (await talk.page()).call(f"rejoin.{talk.call_id}", (await whole.media()).offer())
        await late.response(404)

    async def test_kept_call_goes_to_no_other_client(self, whole: Whole) -> None:
        talk = await Talk(whole).begin(client_calls=True)
        stranger = await whole.extension("3003")
        other = await whole.phone("3003")
        await talk.browser.post(LEAVE, json={"call_ids": [talk.call_id]})
        refused = await other.call(f"rejoin.{talk.call_id}", (await whole.media()).offer())
        await refused.response(404)
        theirs = await whole.server.sign_in(await whole.record(stranger["id"]))
        assert (await theirs.get(CURRENT)).json()["items"] == []
        await theirs.post(LEAVE, json={"call_ids": [talk.call_id]})
        await talk.rejoin()
        await hears_nothing(talk)

    async def test_call_survives_when_both_pages_reload(self, whole: Whole) -> None:
        made = [await whole.extension(number) for number in ("3001", "3002")]
        browsers = [await whole.server.sign_in(await whole.record(each["id"])) for each in made]

        async def page(side: int) -> Agent:
            agent = await whole.client(("3001", "3002")[side], browsers[side])
            assert (await agent.register()).status == 200
            return agent

        one, two = await page(0), await page(1)
        outgoing = await one.call("3002", (await whole.media()).offer())
        incoming = await two.next_call()
        await incoming.answer(200, "OK", (await whole.media()).offer())
        call_id = (await outgoing.response(200)).get("X-Linkus-Call")
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        for browser in browsers:
            await browser.post(LEAVE, json={"call_ids": [call_id]})
        await whole.until(lambda: len(whole.server.services.calls.keeping._gone) == 2)
        backs = []
        for side in (1, 0):
            backs.append(await (await page(side)).call(f"rejoin.{call_id}", (await whole.media()).offer()))
            await backs[-1].response(200)
        await whole.until(lambda: not whole.server.services.calls.keeping._waiting)
        await legs(whole, 2)
        await backs[0].bye()
        await asyncio.wait_for(backs[1].ended, WAIT)
        assert len(await whole.records(1)) == 1

    @pytest.mark.parametrize("apart_ms", [0, 30, 100, 250])
    async def test_call_survives_when_both_pages_return_at_the_same_moment(self, whole: Whole, apart_ms: int) -> None:
        """Two people are behind one router that restarts. Neither has said goodbye, and neither is missed yet."""
        made = [await whole.extension(number) for number in ("3001", "3002")]
        browsers = [await whole.server.sign_in(await whole.record(each["id"])) for each in made]
        old = [await whole.client(("3001", "3002")[side], browsers[side]) for side in (0, 1)]
        for agent in old:
            assert (await agent.register()).status == 200
        _, incoming = await talk(whole, old[0], old[1], "3002")
        call_id = incoming.invite.get("X-Linkus-Call")
        pages = [await whole.client(("3001", "3002")[side], browsers[side]) for side in (0, 1)]
        for agent in pages:
            assert (await agent.register()).status == 200

        async def back(side: int) -> Call:
            await asyncio.sleep(side * apart_ms / 1000)
            return await returned(whole, pages[side], call_id)

        one, two = await asyncio.gather(back(0), back(1))
        await legs(whole, 2)
        assert states(whole) == [("3001", "3002", "talking")]
        await asyncio.sleep(1)
        assert not one.ended.done()
        assert not two.ended.done()
        await one.bye()
        await asyncio.wait_for(two.ended, WAIT)
        assert len(await whole.records(1)) == 1

    async def test_page_whose_turn_has_not_come_can_retry(self, whole: Whole) -> None:
        """The page of the other side is just being put into the call, and that takes long."""
        talk = await Talk(whole).begin(client_calls=True)
        page, calls = await talk.page(), whole.server.services.calls
        [call] = calls.tracker.calls()
        async with calls.keeping.turn(call.answered_channel):
            early = await page.call(f"rejoin.{talk.call_id}", (await whole.media()).offer())
            await early.response(503)
        await returned(whole, page, talk.call_id)
        await legs(whole, 2)
        assert states(whole) == [talk.sides]
        assert not talk.other.ended.done()


class TestALegIsPutAsideAndEndedAtOnce:
    @pytest.mark.parametrize("ended_side", ["caller", "called"])
    async def test_leg_ends(self, whole: Whole, ended_side: str) -> None:
        """A new leg takes the place of the old one. The core gets both requests before it acts on the first."""
        for number in ("3001", "3002"):
            await whole.extension(number)
        one, two = await whole.phone("3001"), await whole.phone("3002")
        core = whole.engine.core
        for _ in range(12):
            outgoing, incoming = await talk(whole, one, two, "3002")
            [call] = whole.server.services.calls.tracker.calls()
            first, second = call.sides if ended_side == "caller" else call.sides[::-1]
            ended, other = (outgoing, incoming) if ended_side == "caller" else (incoming, outgoing)
            await asyncio.gather(core.redirect_pair(first, keeping.ABSENT, second, keeping.KEPT), core.hangup(first))
            # the leg would end by itself after 30 seconds
            await asyncio.wait_for(ended.ended, 20)
            if not other.ended.done():
                await other.bye()
            await whole.until(lambda: not states(whole))
            await legs(whole, 0)


class TestAConnectionIsLost:
    @pytest.mark.usefixtures("read_often")
    async def test_reconnected_client_continues_its_leg(self, whole: Whole) -> None:
        talk = await Talk(whole).begin(client_calls=True)
        contact = talk.client.contact
        talk.client.transport.abort()  # type: ignore[union-attr]
        await hears_music(talk)
        again = await whole.client("3001", talk.browser)
        again.contact = contact  # JsSIP keeps its contact through all its connections
        assert (await again.register()).status == 200
        await hears_nothing(talk)
        await legs(whole, 2)
        assert not talk.other.ended.done()
        await talk.other.bye()
        assert len(await whole.records(1)) == 1
        await legs(whole, 0)

    async def test_call_stays_unchanged_while_its_client_is_heard(
        self, whole: Whole, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only the signalling is broken, as while nginx restarts. Nobody may notice."""
        monkeypatch.setattr(keeping, "KEEP_SECONDS", 1.0)
        for number in ("3001", "3002", "3003"):
            await whole.extension(number)
        desk, two = await whole.phone("3001"), await whole.phone("3002")
        sounds = [await whole.media(), await whole.media()]
        outgoing = await desk.call("3002", sounds[0].offer())
        incoming = await two.next_call()
        await incoming.answer(200, "OK", sounds[1].offer())
        await outgoing.response(200)
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        sounds[0].connect(outgoing.body)
        sounds[0].play(600)
        await asyncio.sleep(0.5)
        calls = whole.server.services.calls
        [call] = calls.tracker.calls()
        watch = asyncio.create_task(calls.keeping.follow(lambda: calls.legs_of("3001", "phone"), lambda: False))
        await asyncio.sleep(4)
        assert not calls.keeping.is_gone(call.caller_channel)
        sounds[0].stop()
        await whole.until(lambda: calls.keeping.is_gone(call.caller_channel))
        await asyncio.wait_for(asyncio.gather(outgoing.ended, incoming.ended, watch), 10)


class TestAPageIsLoadedAgainWhileItRings:
    async def test_reloaded_page_rings_again_unnoticed(self, whole: Whole) -> None:
        made = [await whole.extension(number) for number in ("3001", "3002")]
        browser = await whole.server.sign_in(await whole.record(made[0]["id"]))
        page, desk, caller = await registered(whole, browser), await whole.phone("3001"), await whole.phone("3002")
        outgoing = await caller.call("3001", (await whole.media()).offer())
        first, other = await page.next_call(), await desk.next_call()
        for ringing in (first, other):
            await ringing.answer(180, "Ringing")
        await outgoing.response(180)
        page.transport.abort()  # type: ignore[union-attr]  # a page that is loaded again says no goodbye
        await asyncio.sleep(1.5)
        again = await registered(whole, browser)
        second = await again.next_call()
        await second.answer(180, "Ringing")
        await asyncio.sleep(keeping.GONE_SECONDS)
        assert not second.ended.done()
        assert not other.ended.done()
        assert all(one.status < 200 for one in list(outgoing.responses._queue))  # type: ignore[attr-defined]
        await second.answer(200, "OK", (await whole.media()).offer())
        await outgoing.response(200)
        await asyncio.wait_for(other.ended, WAIT)
        assert (await outgoing.bye()).status == 200
        await asyncio.wait_for(second.ended, WAIT)
        [record] = await whole.records(1)
        assert (record["result"], record["to_number"]) == ("answered", "3001")

    @pytest.mark.usefixtures("read_often")
    async def test_ringing_ends_when_the_page_stays_away(self, whole: Whole) -> None:
        made = [await whole.extension(number) for number in ("3001", "3002")]
        browser = await whole.server.sign_in(await whole.record(made[0]["id"]))
        page, caller = await registered(whole, browser), await whole.phone("3002")
        outgoing = await caller.call("3001", (await whole.media()).offer())
        await (await page.next_call()).answer(180, "Ringing")
        page.transport.abort()  # type: ignore[union-attr]
        assert await refusal(outgoing, keeping.GONE_SECONDS + 15) >= 400
        assert (await whole.records(1))[0]["result"] == "unanswered"

    @pytest.mark.usefixtures("read_often")
    async def test_new_call_waits_for_a_reloading_page(self, whole: Whole) -> None:
        made = [await whole.extension(number) for number in ("3001", "3002")]
        browser = await whole.server.sign_in(await whole.record(made[0]["id"]))
        page, caller = await registered(whole, browser), await whole.phone("3002")
        page.transport.abort()  # type: ignore[union-attr]
        await whole.until(lambda: not whole.server.services.presence.online("3001").web, 15)
        outgoing = await caller.call("3001", (await whole.media()).offer())
        await asyncio.sleep(1)
        incoming = await (await registered(whole, browser)).next_call()
        await incoming.answer(200, "OK", (await whole.media()).offer())
        await outgoing.response(200)
        assert (await outgoing.bye()).status == 200


class TestHeldByTheOtherSide:
    async def test_client_is_told_that_the_core_died(self, whole: Whole) -> None:
        talk = await Talk(whole).begin(client_calls=True)
        heard = whole.server.listen(extension_topic(talk.extension_id))

        async def told() -> list[tuple[str, str | None]]:
            await asyncio.sleep(0.7)
            found = [frame for frame in frames(heard) if frame["type"] == "call.held"]
            return [(frame["call_id"], frame["reason"]) for frame in found]

        on_hold = talk.sound.offer().replace("sendrecv", "sendonly")
        assert (await talk.other.ask("INVITE", on_hold)).status == 200
        assert await told() == [(talk.call_id, "hold")]
        assert [each["held"] for each in await talk.current()] == ["hold"]
        assert (await talk.other.ask("INVITE", talk.sound.offer())).status == 200
        assert await told() == [(talk.call_id, None)]
        assert [each["held"] for each in await talk.current()] == [None]

    async def test_client_is_told_that_the_other_side_is_gone(self, whole: Whole) -> None:
        talk = await Talk(whole).begin(client_calls=False)
        phones = whole.server.services.calls
        [call] = phones.tracker.calls()
        await talk.browser.post(LEAVE, json={"call_ids": [talk.call_id]})
        await hears_music(talk)
        assert phones.held_reason(call, call.caller_channel) == "away"
        await talk.rejoin()
        assert phones.held_reason(call, call.caller_channel) is None
