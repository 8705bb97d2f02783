"""Calls continue when a part fails."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing

import pytest_asyncio

from linkus.engine.edge_events import Started
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp, MediaFreed, Talk
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import share


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def edge_filled(engine: Engine) -> AsyncIterator[None]:
    """Leave a complete edge to the next test, also when a test fails between a restart and the filling."""
    yield
    await engine.fill()


class TestBrainAway:
    async def test_call_rings_the_dialled_number_when_the_brain_is_down(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        await brain.stop_listening()
        try:
            call = await phone.call(another, ear.offer())
            ringing = await called.next_call()
            await ringing.answer(180, "Ringing")
            await call.response(180)
            assert ringing.invite.get("From").partition("@")[0].endswith(f"<sip:{number}")
            assert ringing.invite.get("X-Linkus-Call")
            await call.cancel()
            await call.response(487)
        finally:
            await brain.listen()

    async def test_call_waits_a_second_for_a_brain_that_hangs(
        self, brain: FakeBrain, make_phone: MakePhone, make_client: MakeClient, rtp: MakeRtp, number: str, another: str
    ) -> None:
        """The fall-back rings every registered client of the dialled extension."""
        brain.silent = True
        phone, ear = await make_phone(number), await rtp()
        clients = [await make_client(another, kind) for kind in ("web", "desktop", "mobile", "pad")]
        desk = await make_phone(another)
        began = time.monotonic()
        call = await phone.call(another, ear.offer())
        legs = [await client.next_call() for client in (*clients, desk)]
        waited = time.monotonic() - began
        assert 0.9 < waited < 2
        await legs[0].answer(486, "Busy Here")
        await legs[-1].answer(180, "Ringing")
        await call.response(180)
        await call.cancel()
        await call.response(487)


class TestEdgeAway:
    async def test_restart_keeps_phones_and_forgets_websockets(
        self,
        engine: Engine,
        brain: FakeBrain,
        talk: Talk,
        make_phone: MakePhone,
        make_client: MakeClient,
        rtp: MakeRtp,
        media_freed: MediaFreed,
        number: str,
        another: str,
        third: str,
    ) -> None:
        conversation = await talk(number, another)
        waiting, client = await make_phone(third), await make_client(third)
        async with asyncio.timeout(10):
            # The first start of this session has been heard, or is heard now.
            while not brain.starts:
                await asyncio.sleep(0.1)
        known = set(brain.starts)
        await engine.restart("kamailio")

        # The locations of desk phones are restored. A browser's location ended with its connection.
        assert [each.contact for each in await engine.edge.registrations_of(waiting.aor)] == [
            waiting.contact.strip("<>")
        ]
        assert await engine.edge.registrations_of(client.aor) == []

        # The edge reports that it is empty until it is heard. Then the brain writes the phones again.
        assert await engine.edge.phones() == {}
        async with asyncio.timeout(5):
            while set(brain.starts) == known:
                await asyncio.sleep(0.05)
        await engine.fill()
        await engine.add_phone(number, "Desk-phone-7")

        # An established call survives: media flows, and each side can send requests through the new edge.
        conversation.caller_rtp.play(440)
        await asyncio.sleep(1.5)
        assert share(conversation.called_rtp.heard(), 440) > 0.9
        assert (await conversation.outgoing.ask("INVITE", conversation.caller_rtp.offer())).status == 200
        assert (await conversation.outgoing.bye()).status == 200
        assert (await asyncio.wait_for(conversation.incoming.ended, 5)).method == "BYE"

        # A new call reaches the phone that has not registered since.
        ear = await rtp()
        call = await conversation.outgoing.agent.call(third, ear.offer())
        ringing = await waiting.next_call()
        await ringing.answer(603, "Decline")
        await call.response(603)
        await media_freed()

    async def test_caller_gives_up_after_the_edge_was_killed_while_it_rings(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        """The new edge has no transaction. The CANCEL must still end the call, in the core and at the phone."""
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await phone.call(another, ear.offer())
        ringing = await called.next_call()
        await ringing.answer(180, "Ringing")
        await call.response(180)

        async def legs() -> list[str]:
            """Return the legs of this call. The core may still have those of other tests."""
            this = ringing.invite.get("X-Linkus-Call")
            return [each.name for each in await engine.core.channels() if each.call == this]

        assert len(await legs()) == 2
        await asyncio.sleep(6)  # the edge writes new locations every 5 s (usrloc, timer_interval)
        await engine.restart("kamailio", signal.SIGKILL)
        await call.cancel()
        assert (await asyncio.wait_for(ringing.ended, 10)).method == "CANCEL"
        async with asyncio.timeout(5):  # the core sends CANCEL before it ends the caller's leg
            while await legs():
                await asyncio.sleep(0.05)
        await engine.fill()

    async def test_edge_starts_without_a_database_that_keeps_it_from_starting(
        self, engine: Engine, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        """Otherwise nobody could call until somebody deleted a file."""
        database = engine.layout.run / "kamailio" / "edge.sqlite"
        for suffix in ("-wal", "-shm", ""):
            database.with_name(database.name + suffix).write_bytes(b"damaged" * 1000)
        await engine.restart("kamailio", signal.SIGKILL)
        assert database.with_name("edge.sqlite.bad").exists()
        await engine.fill()
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await phone.call(another, ear.offer())
        await (await called.next_call()).answer(603, "Decline")
        await call.response(603)

    async def test_each_start_after_a_death_succeeds(self, engine: Engine) -> None:
        """Twenty processes open the database at once. Those that find it locked must wait, or the start fails."""
        before = engine.status.part("kamailio").restarts
        for _ in range(8):
            await engine.restart("kamailio", signal.SIGKILL)
        await engine.fill()
        assert engine.status.part("kamailio").restarts == before + 8

    async def test_edge_writes_what_it_could_not_write_at_once(
        self, engine: Engine, talk: Talk, number: str, another: str
    ) -> None:
        """The edge saves dialogs in one process while another process saves locations."""
        database = engine.layout.run / "kamailio" / "edge.sqlite"
        logged = len(engine.log("kamailio"))
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            await talk(number, another)
            await asyncio.sleep(1.5)  # a dialog is saved every second
            connection.execute("COMMIT")
            async with asyncio.timeout(5):
                while not connection.execute("SELECT count(*) FROM dialog").fetchone()[0]:
                    await asyncio.sleep(0.1)
        assert "locked" not in engine.log("kamailio")[logged:]


class TestBrowserAway:
    async def test_loss_of_a_browser_in_a_call_is_reported(
        self,
        engine: Engine,
        brain: FakeBrain,
        make_phone: MakePhone,
        make_client: MakeClient,
        rtp: MakeRtp,
        media_freed: MediaFreed,
        number: str,
        another: str,
    ) -> None:
        """The edge reports whose connection is gone. The brain finds the leg and ends it."""
        client, phone, ear, mouth = await make_client(number), await make_phone(another), await rtp(), await rtp()
        registered = await brain.event("registered", client.aor)
        call = await client.call(another, ear.offer())
        incoming = await phone.next_call()
        await incoming.answer(200, "OK", mouth.offer())
        await call.response(200)
        began = time.monotonic()
        client.transport.abort()
        gone = await brain.event("disconnected", client.aor)
        assert time.monotonic() - began < 4
        assert getattr(gone, "connection", 0) == getattr(registered, "connection", None)
        async with asyncio.timeout(3):
            while await engine.edge.registrations_of(client.aor):
                await asyncio.sleep(0.1)
        for channel in await engine.core.channels():
            if (channel.user, channel.kind) == (number, "web"):
                await engine.core.hangup(channel.name)
        assert (await asyncio.wait_for(incoming.ended, 5)).method == "BYE"
        await media_freed()


class TestRelayAway:
    async def test_call_is_refused_when_the_relay_is_down(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        brain.decide = lambda _: {"action": "reject", "cause": 17}
        phone, ear = await make_phone(number), await rtp()
        await engine.pause("rtpengine")
        try:
            call = await phone.call(another, ear.offer())
            await call.response(503)
            assert brain.questions == []
        finally:
            await engine.resume("rtpengine")
        # The edge does not use a relay that did not answer for three seconds.
        async with asyncio.timeout(10):
            while True:
                call = await phone.call(another, ear.offer())
                if (await call.response(486, 503)).status == 486:
                    break
                await asyncio.sleep(0.5)


async def test_edge_start_is_heard_once(fake_brain: FakeBrain) -> None:
    """The edge repeats the notice every two seconds, and the brain acts on one of them."""
    async with asyncio.timeout(6):
        while not fake_brain.starts:
            await asyncio.sleep(0.1)
    assert len(fake_brain.starts) == len(set(fake_brain.starts))
    assert all(isinstance(start, str) for start in fake_brain.starts)
    assert Started.model_fields["instance"].is_required()
