"""Calls through edge, core and brain: the prompts of callers, the view of the portal, and the records."""

from __future__ import annotations

import asyncio
import time

import pytest

from linkus.call.live import keeping, lost_clients
from linkus.call.live.tracker import Tracker
from linkus.kit.bus import extension_topic
from linkus.presence import edge_sync
from linkus.session import service as session_service
from linkus.shared.models.extension import Extension
from tests.calls.sip import Agent, Call, refusal
from tests.support.api import frames
from tests.whole.conftest import Whole


async def talk(whole: Whole, caller: Agent, called: Agent, number: str) -> tuple[Call, Call]:
    outgoing = await caller.call(number, (await whole.media()).offer())
    incoming = await called.next_call()
    await incoming.answer(180, "Ringing")
    await incoming.answer(200, "OK", (await whole.media()).offer())
    await outgoing.response(200)
    await whole.until(lambda: are_bridged(whole, outgoing))
    return outgoing, incoming


def are_bridged(whole: Whole, outgoing: Call) -> bool:
    """Return whether the core has bridged the two. Before that, it refuses to transfer either of them."""
    tracker: Tracker = whole.server.services.calls.tracker
    number = outgoing.agent.aor.partition(".")[0]
    mine = [call for call in tracker.calls() if call.from_number == number and call.answered_channel]
    return any(tracker.is_bridged(call.caller_channel) and tracker.is_bridged(call.answered_channel) for call in mine)


def states(whole: Whole) -> list[tuple[str, str, str]]:
    return [(call.from_, call.to, call.state.value) for call in whole.server.services.calls.live()]


class TestCalls:
    @pytest.mark.manual("OV-1")
    async def test_answered_call_is_recorded(self, whole: Whole) -> None:
        for number in ("3001", "3002"):
            await whole.extension(number, first_name=f"N{number}")
        one, two = await whole.phone("3001"), await whole.phone("3002")
        outgoing = await one.call("3002", (await whole.media()).offer())
        incoming = await two.next_call()
        assert "N3001" in incoming.invite.get("From")
        await incoming.answer(180, "Ringing")
        await outgoing.response(180)
        await whole.until(lambda: states(whole) == [("3001", "3002", "ringing")])
        await incoming.answer(200, "OK", (await whole.media()).offer())
        await outgoing.response(200)
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        await asyncio.sleep(1.1)
        await outgoing.bye()
        [record] = await whole.records(1)
        assert (record["result"], record["from_kind"], record["to_kind"]) == ("answered", "phone", "phone")
        assert (record["from_name"], record["to_name"], record["cause"]) == ("N3001", "N3002", 16)
        assert 1 <= record["duration"] <= 3
        assert record["call_id"] == incoming.invite.get("X-Linkus-Call")
        for part, event in (("kamailio", "call"), ("asterisk", "plan")):
            log = (whole.engine.layout.logs / f"{part}.log").read_text(errors="replace")
            said = [line for line in log.splitlines() if f"call={record['call_id']}" in line]
            assert any(f"event={event} " in line for line in said), part
        assert states(whole) == []

    @pytest.mark.parametrize(
        ("dialled", "status", "result"), [("3999", 404, "failed"), ("3002", 480, "unanswered"), ("3001", 486, "busy")]
    )
    async def test_caller_hears_the_prompt_of_each_outcome(
        self, whole: Whole, dialled: str, status: int, result: str
    ) -> None:
        for number in ("3001", "3002"):
            await whole.extension(number)
        phone = await whole.phone("3001")
        outgoing = await phone.call(dialled, (await whole.media()).offer())
        assert (await outgoing.response(183)).body
        assert await refusal(outgoing) == status
        [record] = await whole.records(1)
        assert (record["result"], record["to_number"]) == (result, dialled)

    async def test_refused_call_is_recorded(self, whole: Whole) -> None:
        for number in ("3001", "3002"):
            await whole.extension(number)
        one, two = await whole.phone("3001"), await whole.phone("3002")
        outgoing = await one.call("3002", (await whole.media()).offer())
        await (await two.next_call()).answer(603, "Decline")
        assert (await outgoing.response(603)).status == 603
        assert (await whole.records(1))[0]["result"] == "declined"

    async def test_cancelled_call_is_recorded_as_missed(self, whole: Whole) -> None:
        for number in ("3001", "3002"):
            await whole.extension(number)
        one, two = await whole.phone("3001"), await whole.phone("3002")
        outgoing = await one.call("3002", (await whole.media()).offer())
        await (await two.next_call()).answer(180, "Ringing")
        await outgoing.response(180)
        await outgoing.cancel()
        await outgoing.response(487)
        assert (await whole.records(1))[0]["result"] == "cancelled"
        async with whole.server.database.transaction(write=False) as db:
            from sqlalchemy import select

            callee = (await db.scalars(select(Extension).where(Extension.number == "3002"))).one()
        theirs = (await (await whole.server.sign_in(callee)).get("/api/v1/client/calls")).json()
        assert (theirs["items"][0]["result"], theirs["missed_unseen"]) == ("missed", 1)


class TestOddities:
    async def test_blind_transfer_is_recorded_as_two_calls(self, whole: Whole) -> None:
        first, *_ = [await whole.extension(number, first_name=number[-1]) for number in ("3001", "3002", "3003")]
        heard = whole.server.listen(extension_topic(first["id"]))
        one, two, three = [await whole.phone(number) for number in ("3001", "3002", "3003")]
        _, incoming = await talk(whole, one, two, "3002")
        refused = await incoming.ask("REFER", Refer_To=f"<sip:3003@{whole.engine.host}>")
        assert refused.status == 202
        third = await three.next_call()
        await third.answer(200, "OK", (await whole.media()).offer())
        await whole.until(lambda: states(whole) == [("3001", "3003", "talking")])
        connected = [frame for frame in frames(heard) if frame["type"] == "call.connected"]
        assert [(each["number"], each["name"]) for each in connected] == [("3003", "3")]
        assert connected[0]["call_id"] == incoming.invite.get("X-Linkus-Call")
        await third.bye()
        records = await whole.records(2)
        assert [(each["from_number"], each["to_number"], each["result"]) for each in records] == [
            ("3001", "3003", "answered"),
            ("3001", "3002", "answered"),
        ]
        await whole.until(lambda: states(whole) == [])

    async def test_restarted_brain_takes_over_running_calls(self, whole: Whole) -> None:
        for number in ("3001", "3002"):
            await whole.extension(number)
        one, two = await whole.phone("3001"), await whole.phone("3002")
        outgoing, _ = await talk(whole, one, two, "3002")
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        await whole.stop_brain()
        await whole.start_brain()
        whole.boss = await whole.server.sign_in(await whole.server.make_administrator("another"))
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        await whole.until(lambda: whole.server.services.presence.online("3001").phone)
        await outgoing.bye()
        assert (await whole.records(1))[0]["result"] == "answered"

    async def test_call_during_a_brain_outage_is_recorded(self, whole: Whole) -> None:
        for number in ("3001", "3002"):
            await whole.extension(number)
        one, two = await whole.phone("3001"), await whole.phone("3002")
        whole.server.services.calls.tracker = Tracker()
        await whole.stop_brain()
        outgoing = await one.call("3002", (await whole.media()).offer())
        incoming = await two.next_call()
        await whole.start_brain()
        whole.boss = await whole.server.sign_in(await whole.server.make_administrator("another"))
        await incoming.answer(200, "OK", (await whole.media()).offer())
        await outgoing.response(200)
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        await outgoing.bye()
        assert (await whole.records(1))[0]["result"] == "answered"

    @pytest.mark.manual("EN-3")
    async def test_switching_linkus_off_ends_the_clients_call_and_keeps_the_desk_phones(
        self, whole: Whole, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(session_service, "GOODBYE_SECONDS", 4)
        made = [await whole.extension(number) for number in ("3001", "3002", "3003")]
        extension = await whole.record(made[0]["id"])
        client = await whole.client("3001", await whole.server.sign_in(extension))
        assert (await client.register()).status == 200
        desk, two, three = [await whole.phone(number) for number in ("3001", "3002", "3003")]
        outgoing, incoming = await talk(whole, client, two, "3002")
        of_the_desk_phone, _ = await talk(whole, desk, three, "3003")
        switch = {"ids": [extension.id], "enabled": False}
        await whole.boss.post("/api/v1/admin/extensions/linkus", json=switch)
        switched = time.monotonic()
        await whole.until(lambda: not whole.server.services.presence.online("3001").web)
        assert await whole.engine.edge.registrations_of("3001.web") == []
        assert time.monotonic() - switched < 3
        assert not incoming.ended.done()
        # both sides get a BYE, the client over the connection that it still has
        await asyncio.wait_for(asyncio.gather(incoming.ended, outgoing.ended), 20)
        assert time.monotonic() - switched > 3.5
        assert (await client.register()).status == 401
        assert not of_the_desk_phone.ended.done()
        await of_the_desk_phone.bye()

    async def test_call_ends_when_a_client_is_gone_for_good(
        self, whole: Whole, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping, "KEEP_SECONDS", 1.0)
        made = [await whole.extension(number) for number in ("3001", "3002")]
        extension = await whole.record(made[0]["id"])
        client = await whole.client("3001", await whole.server.sign_in(extension))
        assert (await client.register()).status == 200
        phone = await whole.phone("3002")
        _, incoming = await talk(whole, client, phone, "3002")
        await whole.until(lambda: states(whole) == [("3001", "3002", "talking")])
        client.transport.abort()  # type: ignore[union-attr]  # a WebSocket: the page crashed without a close
        await asyncio.wait_for(incoming.ended, 20)
        assert (await whole.records(1))[0]["result"] == "answered"

    async def test_call_ends_when_its_browser_is_gone_despite_another_one(
        self, whole: Whole, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The other browser does not lose its own call either. A reloaded page counts as another browser."""
        monkeypatch.setattr(keeping, "KEEP_SECONDS", 1.0)
        made = [await whole.extension(number) for number in ("3001", "3002", "3003")]
        extension = await whole.record(made[0]["id"])
        phones = [await whole.phone(number) for number in ("3002", "3003")]
        one, other, third = [await whole.client("3001", await whole.server.sign_in(extension)) for _ in range(3)]
        for client in (one, other):
            assert (await client.register()).status == 200
        await whole.until(lambda: len(whole.server.services.presence.registry.uris("3001.web")) == 2)
        outgoing = await phones[0].call("3001", (await whole.media()).offer())
        incoming = await one.next_call()
        await incoming.answer(200, "OK", (await whole.media()).offer())
        await outgoing.response(200)
        _, of_the_other = await talk(whole, other, phones[1], "3003")
        await whole.until(lambda: [state for *_, state in states(whole)] == ["talking"] * 2)

        one.transport.abort()  # type: ignore[union-attr]  # it had answered
        await asyncio.wait_for(outgoing.ended, 20)
        assert not of_the_other.ended.done()
        assert (await third.register()).status == 200
        other.transport.abort()  # type: ignore[union-attr]  # it had called
        await asyncio.wait_for(of_the_other.ended, 20)

    async def test_call_ends_when_a_client_went_while_the_brain_was_away(
        self, whole: Whole, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(edge_sync, "RECONCILE_SECONDS", 0.5)
        monkeypatch.setattr(lost_clients, "MISSING_SECONDS", 1.0)
        monkeypatch.setattr(keeping, "KEEP_SECONDS", 1.0)
        made = [await whole.extension(number) for number in ("3001", "3002")]
        extension = await whole.record(made[0]["id"])
        client = await whole.client("3001", await whole.server.sign_in(extension))
        assert (await client.register()).status == 200
        _, incoming = await talk(whole, client, await whole.phone("3002"), "3002")
        await whole.stop_brain()
        client.transport.abort()  # type: ignore[union-attr]
        async with asyncio.timeout(10):
            while await whole.engine.edge.registrations_of("3001.web"):
                await asyncio.sleep(0.1)
        await asyncio.sleep(2.5)  # the edge reports it after a second, and nobody listens
        await whole.start_brain()
        await asyncio.wait_for(incoming.ended, 20)
