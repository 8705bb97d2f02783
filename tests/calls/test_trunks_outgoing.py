"""Calls to outside numbers through the edge and a provider, which is another Asterisk."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace

import pytest

from linkus.engine.edge_trunks import EdgeTrunk, EdgeTrunks
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp, MediaFreed
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import TRUNK, Heard, outside, until_heard
from tests.calls.media import Rtp
from tests.calls.provider import TONE, USER, Provider
from tests.calls.sip import Call


async def written_dialogs(engine: Engine) -> int:
    """Return how many dialogs the edge has saved for calls with their own CSeq."""
    with closing(sqlite3.connect(engine.layout.run / "kamailio" / "edge.sqlite")) as database:
        (count,) = database.execute("SELECT count(*) FROM dialog_vars WHERE dialog_key = 'cseq_diff'").fetchone()
        return int(count)


async def talk_to_provider(phone_call: Call, ear: Rtp) -> None:
    answered = await phone_call.response(200)
    ear.connect(answered.body)
    ear.play(440)


DialOut = Callable[..., Awaitable[tuple[Call, Rtp]]]


@pytest.fixture
def dial_out(
    brain: FakeBrain, provider: Provider, lines: EdgeTrunks, make_phone: MakePhone, rtp: MakeRtp, number: str
) -> DialOut:
    """Call a number of the provider from a desk phone over this trunk. With None, the trunk is already written."""

    async def dial(dialled: str, trunk: EdgeTrunk | None = TRUNK) -> tuple[Call, Rtp]:
        if trunk is not None:
            await lines.write(trunk)
        brain.decide = outside()
        phone, ear = await make_phone(number), await rtp()
        return await phone.call(dialled, ear.offer()), ear

    return dial


class TestOutgoing:
    @pytest.mark.manual("OV-1")
    async def test_call_to_an_outside_number(
        self, media_freed: MediaFreed, provider: Provider, number: str, dial_out: DialOut
    ) -> None:
        call, ear = await dial_out("+8610000")
        await talk_to_provider(call, ear)
        seen = await provider.event("Answered")
        assert re.match(rf'"?王 Wang"? <sip:{number}@provider\.example>', seen["From"]), seen
        assert seen["To"].startswith("<sip:+8610000@provider.example>")
        # the provider sees nothing of the PBX: no header of ours, no unrequested identity, no internal address
        assert seen["X-Linkus-Call"] == seen["X-Linkus-Trunk"] == seen["P-Asserted-Identity"] == ""
        assert seen["Contact"] == f"<sip:linkus@{HOST}:5060>"
        await until_heard(ear, TONE)
        provider.events.clear()  # the ends of other tests' calls
        assert (await call.bye()).status == 200
        ended = await provider.event("Hangup")
        assert ended["Cause"] == "16"
        await media_freed()

    async def test_provider_hears_the_caller_and_takes_the_keys(self, provider: Provider, dial_out: DialOut) -> None:
        call, ear = await dial_out("+8610003")
        ear.connect((await call.response(200)).body)
        for key, digit in enumerate((4, 7, 1, 1)):
            for index in range(8):
                # RFC 4733: the event, its end bit from the sixth packet on, volume, duration so far
                body = bytes([digit, (0x80 if index >= 5 else 0) | 10]) + (160 * min(index + 1, 6)).to_bytes(2, "big")
                ear.send_packet(101, 1000 * key + index, 80000 + 8000 * key, body, mark=index == 0)
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.15)
        assert (await provider.event("Keys", 15))["Keys"] == "4711"
        await until_heard(ear, TONE)
        # the provider hangs up when its announcement is over
        await provider.hang_up_all()
        await asyncio.wait_for(call.ended, 5)

    async def test_account_in_from_and_the_caller_asserted(
        self, provider: Provider, number: str, dial_out: DialOut
    ) -> None:
        call, ear = await dial_out("+8610000", replace(TRUNK, asserts=True, number="+862155501000", name="Acme"))
        await talk_to_provider(call, ear)
        seen = await provider.event("Answered")
        assert re.match(rf'"?Acme"? <sip:{USER}@provider\.example>', seen["From"])
        assert seen["P-Asserted-Identity"] == "Acme <sip:+862155501000@provider.example>"
        await call.bye()

    async def test_early_media_reaches_the_caller(
        self, media_freed: MediaFreed, provider: Provider, dial_out: DialOut
    ) -> None:
        call, ear = await dial_out("+8610002")
        ear.connect((await call.response(183)).body)
        ear.play(440)
        await until_heard(ear, TONE)
        await call.cancel()
        await call.response(487)
        await provider.event("Hangup")
        await media_freed()

    @pytest.mark.parametrize(("dialled", "status"), [("+8610017", 486), ("+8610404", 404)])
    async def test_refusals_reach_the_caller(
        self, media_freed: MediaFreed, dialled: str, status: int, dial_out: DialOut
    ) -> None:
        call, _ = await dial_out(dialled)
        assert (await call.response(status)).status == status
        await media_freed()

    async def test_caller_gives_up_while_it_rings(
        self, media_freed: MediaFreed, provider: Provider, dial_out: DialOut
    ) -> None:
        provider.events.clear()
        call, _ = await dial_out("+8610004")
        await call.response(180)
        await call.cancel()
        await call.response(487)
        await provider.event("Hangup", 5)
        await media_freed()

    async def test_wrong_password_is_no_challenge_to_the_core(
        self, media_freed: MediaFreed, engine: Engine, dial_out: DialOut
    ) -> None:
        call, _ = await dial_out("+8610000", replace(TRUNK, register=False, password="wrong"))
        await call.response(480, 500, 503)
        assert "event=trunk-refused trunk=7 status=401 replied=True answer=503" in engine.log("kamailio")
        await media_freed()

    async def test_edge_restarted_in_mid_call_still_hangs_up(
        self, engine: Engine, provider: Provider, lines: EdgeTrunks, dial_out: DialOut
    ) -> None:
        """The challenge raised the provider's CSeq by one. The edge must still know that after a restart."""
        call, ear = await dial_out("+8610000")
        await talk_to_provider(call, ear)
        await provider.event("Answered")
        provider.events.clear()
        async with asyncio.timeout(10):
            while not await written_dialogs(engine):
                await asyncio.sleep(0.2)
        await engine.restart("kamailio")
        await lines.write(TRUNK)
        await engine.fill()
        assert (await call.bye()).status == 200
        await provider.event("Hangup", 5)

    async def test_caller_holds(self, dial_out: DialOut) -> None:
        call, ear = await dial_out("+8610000")
        await talk_to_provider(call, ear)
        await until_heard(ear, TONE)
        response = await call.ask("INVITE", ear.offer().replace("a=sendrecv", "a=sendonly"))
        assert response.status == 200
        response = await call.ask("INVITE", ear.offer())
        assert response.status == 200
        ear.connect(response.body)
        await until_heard(ear, TONE)
        assert (await call.bye()).status == 200


class TestCodecs:
    async def test_browser_and_a_provider_that_has_g711_a_law_only(
        self,
        brain: FakeBrain,
        provider: Provider,
        lines: EdgeTrunks,
        make_client: MakeClient,
        rtp: MakeRtp,
        number: str,
    ) -> None:
        """The offer to the provider lists only the trunk's codecs, in order. The core transcodes."""
        await lines.write(replace(TRUNK, codecs=("pcma",)))
        brain.decide = outside()
        client, ear = await make_client(number), await rtp()
        offer = ear.offer("111 101", ("111 opus/48000/2",)).replace("telephone-event/8000", "telephone-event/8000")
        call = await client.call("+8610000", offer)
        answered = await call.response(200)
        assert re.search(r"a=rtpmap:111 opus/48000", answered.body)
        ear.connect(answered.body)
        seen = await provider.event("Answered")
        assert seen["Codec"] == "alaw"
        async with asyncio.timeout(8):
            while len([each for each in ear.packets if each.payload_type == 111]) < 50:
                await asyncio.sleep(0.1)
        await call.bye()


class TestTcp:
    async def test_registers_and_calls_over_tcp(
        self, media_freed: MediaFreed, provider: Provider, lines: EdgeTrunks, heard_of: Heard, dial_out: DialOut
    ) -> None:
        await heard_of(await lines.write(replace(TRUNK, transport="tcp")), "registered")
        assert "transport=tcp" in await provider.contact()
        call, ear = await dial_out("+8610000", None)
        await talk_to_provider(call, ear)
        seen = await provider.event("Answered")
        assert seen["Contact"] == f"<sip:linkus@{HOST}:5060;transport=tcp>"
        await until_heard(ear, TONE)
        # the provider hangs up, and its BYE is routed back
        await provider.hang_up_all()
        await asyncio.wait_for(call.ended, 5)
        await media_freed()
