"""Call transfer (REFER), blind and attended."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from linkus.engine.core_events import Transfer
from tests.calls.conftest import Conversation, MakePhone, MakeRtp, MediaFreed, Talk
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import share
from tests.calls.message import tag
from tests.calls.sip import Call


async def refer(call: Call, target: str) -> None:
    response = await call.ask("REFER", Refer_To=f"<{target}>", Referred_By=call.agent.contact)
    assert response.status == 202


async def leave(call: Call) -> None:
    """Wait for the report that the transfer worked, and hang up, as a telephone does (RFC 5589 6.1)."""
    async with asyncio.timeout(5):
        while "SIP/2.0 200" not in (await call.requests.get()).body:
            pass
    assert (await call.bye()).status == 200


class TestBlind:
    async def test_called_person_transfers_the_caller(
        self,
        brain: FakeBrain,
        heard: list[object],
        talk: Talk,
        make_phone: MakePhone,
        rtp: MakeRtp,
        media_freed: MediaFreed,
        number: str,
        another: str,
        third: str,
    ) -> None:
        conversation, target, ear = await talk(number, another), await make_phone(third), await rtp()
        await refer(conversation.incoming, f"sip:{third}@linkus.example")
        incoming = await target.next_call()
        await incoming.answer(200, "OK", ear.offer())
        # The target sees the remaining party, not the one who transferred.
        assert f"<sip:{number}@" in incoming.invite.get("From")
        assert incoming.invite.get("Referred-By") == ""  # whoever sends REFER could name anybody
        first, second = brain.questions
        assert (second["from"], second["kind"], second["to"]) == (number, "phone", third)
        assert second["call"] == first["call"] == incoming.invite.get("X-Linkus-Call")
        await leave(conversation.incoming)
        ear.connect(incoming.body)
        ear.play(1000)
        conversation.caller_rtp.play(440)
        await asyncio.sleep(1.8)
        assert share(ear.heard(), 440) > 0.9
        assert share(conversation.caller_rtp.heard(), 1000) > 0.9
        [transfer] = [event for event in heard if isinstance(event, Transfer)]
        assert (transfer.attended, transfer.to, transfer.by.user) == (False, third, another)
        await conversation.outgoing.bye()
        await asyncio.wait_for(incoming.ended, 5)
        await media_freed()

    async def test_caller_transfers_the_called_person(
        self, brain: FakeBrain, talk: Talk, make_phone: MakePhone, number: str, another: str, third: str
    ) -> None:
        conversation, target = await talk(number, another), await make_phone(third)
        await refer(conversation.outgoing, f"sip:{third}@linkus.example")
        incoming = await target.next_call()
        second = brain.questions[1]
        assert (second["from"], second["kind"], second["to"]) == (another, "phone", third)
        await incoming.answer(603, "Decline")
        await asyncio.wait_for(conversation.incoming.ended, 5)

    async def test_transfer_to_an_outside_uri_dials_its_number_here(
        self, brain: FakeBrain, talk: Talk, number: str, another: str
    ) -> None:
        """The target of a REFER is never dialled directly. The core asks the brain about its user part."""
        conversation = await talk(number, another)
        brain.decide = lambda _: {"action": "reject", "cause": 1}
        await refer(conversation.incoming, "sip:4711@198.51.100.9:5060")
        await asyncio.wait_for(conversation.outgoing.ended, 15)
        assert [question["to"] for question in brain.questions] == [another, "4711"]


class TestWhatTheFirstPlanLeft:
    """The transferred caller asks for a plan again, on the same channel."""

    FIRST = {"origin": "inbound", "did_num": "5500", "did_name": "Sales", "alert": "answer", "waiting": "1"}  # noqa: RUF012

    async def handed_on(self, brain: FakeBrain, talk: Talk, number: str, another: str) -> Conversation:
        brain.decide = lambda question: {**FakeBrain.ring_phone(question), **self.FIRST}
        conversation = await talk(number, another)
        first = conversation.incoming.invite
        assert (first.get("X-DID-Number"), first.get("X-Linkus-Origin")) == ("5500", "inbound")
        return conversation

    async def test_old_plan_is_not_used_after_a_transfer(
        self, brain: FakeBrain, talk: Talk, make_phone: MakePhone, number: str, another: str, third: str
    ) -> None:
        target = await make_phone(third)
        conversation = await self.handed_on(brain, talk, number, another)
        brain.decide = FakeBrain.ring_phone
        await refer(conversation.incoming, f"sip:{third}@linkus.example")
        incoming = await target.next_call()
        await incoming.answer(180, "Ringing")
        for name in ("X-DID-Number", "X-DID-Name", "X-Linkus-Origin", "Call-Info", "Alert-Info"):
            assert incoming.invite.get(name) == "", name
        # the caller hears ringing, and no prompt that the target is on a call
        conversation.caller_rtp.packets.clear()
        await asyncio.sleep(1.5)
        assert share(conversation.caller_rtp.heard(), 450) + share(conversation.caller_rtp.heard(), 425) > 0.8 or not (
            conversation.caller_rtp.packets
        )
        await incoming.answer(603, "Decline")
        await asyncio.wait_for(conversation.outgoing.ended, 5)

    async def test_old_plan_is_not_used_while_the_brain_is_down(
        self, brain: FakeBrain, talk: Talk, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str, third: str
    ) -> None:
        target, ear = await make_phone(third), await rtp()
        conversation = await self.handed_on(brain, talk, number, another)
        await brain.stop_listening()
        try:
            await refer(conversation.incoming, f"sip:{third}@linkus.example")
            incoming = await target.next_call()
        finally:
            await brain.listen()
        assert incoming.invite.get("X-DID-Number") == incoming.invite.get("X-Linkus-Origin") == ""
        assert f"<sip:{number}@" in incoming.invite.get("From")
        await incoming.answer(200, "OK", ear.offer())
        await leave(conversation.incoming)
        assert conversation.incoming.agent.incoming.empty()
        await conversation.outgoing.bye()
        await asyncio.wait_for(incoming.ended, 5)


class TestAttended:
    async def test_attended_transfer_connects_both_sides(
        self,
        heard: list[object],
        talk: Talk,
        make_phone: MakePhone,
        rtp: MakeRtp,
        media_freed: MediaFreed,
        number: str,
        another: str,
        third: str,
    ) -> None:
        conversation, target = await talk(number, another), await make_phone(third)
        mouth, ear = await rtp(), await rtp()
        asking = await conversation.incoming.agent.call(third, mouth.offer())
        asked = await target.next_call()
        await asked.answer(200, "OK", ear.offer())
        await asking.response(200)
        replaces = f"{asking.call_id};to-tag={tag(asking.remote)};from-tag={asking.own_tag}"
        await refer(conversation.incoming, f"sip:{third}@linkus.example?Replaces={quote(replaces)}")
        await leave(conversation.incoming)
        await asyncio.wait_for(asking.ended, 5)
        ear.connect(asked.body)
        ear.play(1000)
        conversation.caller_rtp.play(440)
        await asyncio.sleep(1.8)
        assert share(ear.heard(), 440) > 0.9
        assert share(conversation.caller_rtp.heard(), 1000) > 0.9
        [transfer] = [event for event in heard if isinstance(event, Transfer)]
        assert transfer.attended
        await conversation.outgoing.bye()
        await asyncio.wait_for(asked.ended, 5)
        await media_freed()
