"""Trunks at the edge: registrations, and calls from a provider, which is another Asterisk."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from linkus.engine.edge_trunks import EdgeTrunks
from tests.calls.conftest import MakePhone, MakeRtp, MediaFreed
from tests.calls.engine import HOST
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import CONTACT, TRUNK, Heard, until_heard
from tests.calls.provider import TONE, Provider


class TestRegistration:
    async def test_registers_with_digest(self, provider: Provider, lines: EdgeTrunks, heard_of: Heard) -> None:
        revision = await lines.write(TRUNK)
        event = await heard_of(revision, "registered")
        assert (event.id, event.code, event.reason) == (7, 200, "OK")
        assert (await provider.contact()).startswith(f"sip:{CONTACT}@{HOST}:5060")

    async def test_removed_trunk_deregisters(self, provider: Provider, lines: EdgeTrunks, heard_of: Heard) -> None:
        await heard_of(await lines.write(TRUNK), "registered")
        await provider.contact()
        await lines.remove(TRUNK.id)
        async with asyncio.timeout(5):
            while await provider.contacts():
                await asyncio.sleep(0.1)
        assert await lines.registrations() == {}

    async def test_wrong_password_is_reported(self, provider: Provider, lines: EdgeTrunks, heard_of: Heard) -> None:
        revision = await lines.write(replace(TRUNK, password="wrong"))
        event = await heard_of(revision, "failed")
        assert (event.code, event.reason) == (401, "Unauthorized")

    async def test_provider_is_reported_when_it_goes_and_comes_back(
        self, provider: Provider, lines: EdgeTrunks, heard_of: Heard
    ) -> None:
        revision = await lines.write(TRUNK)
        await heard_of(revision, "registered")
        # wait for a second report: by then the provider has answered OPTIONS; one that never does may not support it
        await heard_of(revision, "registered")
        await provider.stop()
        try:
            assert (await heard_of(revision, "unreachable", 40)).code == 0
        finally:
            await provider.start()
        await heard_of(revision, "registered", 40)
        # the provider had lost our registration: the edge registered again immediately, not at the next interval
        assert (await provider.contact()).startswith(f"sip:{CONTACT}@")


class TestIncoming:
    async def test_call_from_the_provider_reaches_the_dialled_number(
        self,
        media_freed: MediaFreed,
        brain: FakeBrain,
        provider: Provider,
        lines: EdgeTrunks,
        heard_of: Heard,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
    ) -> None:
        await heard_of(await lines.write(TRUNK), "registered")
        brain.decide = lambda _: {"action": "dial", "targets": [f"{number}.phone"], "timeout": 20, "language": "zh-CN"}
        phone, ear = await make_phone(number), await rtp()
        await provider.call(f"sip:+862155501001@{HOST}", "+8613800138000", "Li 李")
        ringing = await phone.next_call()
        [question] = brain.questions
        assert (question["kind"], question["from"], question["to"]) == ("trunk", "+8613800138000", "+862155501001")
        await ringing.answer(180, "Ringing")
        await ringing.answer(200, "OK", ear.offer())
        await asyncio.wait_for(ringing.acknowledged.wait(), 5)
        ear.connect(ringing.body)
        ear.play(440)
        await until_heard(ear, TONE)
        assert (await ringing.bye()).status == 200
        await provider.event("Hangup", 5)
        await media_freed()

    async def test_provider_hangs_up(
        self,
        media_freed: MediaFreed,
        brain: FakeBrain,
        provider: Provider,
        lines: EdgeTrunks,
        heard_of: Heard,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
    ) -> None:
        """The provider's BYE names the only contact that it was shown, the edge's own."""
        await heard_of(await lines.write(TRUNK), "registered")
        brain.decide = lambda _: {"action": "dial", "targets": [f"{number}.phone"], "timeout": 20, "language": "zh-CN"}
        phone, ear = await make_phone(number), await rtp()
        await provider.call(f"sip:+862155501001@{HOST}", "013800138000")
        ringing = await phone.next_call()
        await ringing.answer(200, "OK", ear.offer())
        await asyncio.wait_for(ringing.acknowledged.wait(), 5)
        await provider.hang_up_all()
        await asyncio.wait_for(ringing.ended, 5)
        await media_freed()
