"""Calls through edge, core and relay, from one desk phone to another."""

from __future__ import annotations

import asyncio
import re

from linkus.engine.core_events import BridgeEnter, DialBegin, DialEnd, Hangup
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp, MediaFreed, Talk
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain, Plan
from tests.calls.media import share
from tests.calls.sip import refusal

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def _until_heard(heard: list[object], kind: type[object], count: int) -> None:
    async with asyncio.timeout(5):
        while sum(isinstance(event, kind) for event in heard) < count:
            await asyncio.sleep(0.05)


class TestAnsweredCall:
    async def test_both_hear_each_other(self, talk: Talk, number: str, another: str) -> None:
        conversation = await talk(number, another)
        conversation.caller_rtp.play(440)
        conversation.called_rtp.play(1000)
        await asyncio.sleep(1.6)
        assert share(conversation.called_rtp.heard(), 440) > 0.9
        assert share(conversation.caller_rtp.heard(), 1000) > 0.9

    async def test_media_goes_through_the_relay_and_is_freed_at_the_end(
        self, engine: Engine, media_freed: MediaFreed, talk: Talk, number: str, another: str
    ) -> None:
        conversation = await talk(number, another)
        relayed = await engine.relayed_calls()
        assert {conversation.outgoing.call_id, conversation.incoming.call_id} <= relayed
        for sdp in (conversation.outgoing.body, conversation.incoming.body):
            port = re.search(r"m=audio (\d+) ", sdp)
            assert port
            assert 10000 <= int(port[1]) <= 19999
        assert (await conversation.outgoing.bye()).status == 200
        await asyncio.wait_for(conversation.incoming.ended, 5)
        await media_freed()

    async def test_brain_is_asked_once_with_what_the_edge_knows(
        self, engine: Engine, brain: FakeBrain, talk: Talk, number: str, another: str
    ) -> None:
        conversation = await talk(number, another)
        [question] = brain.questions
        assert (question["from"], question["kind"], question["to"]) == (number, "phone", another)
        assert UUID.fullmatch(question["call"])
        assert question["channel"].startswith("PJSIP/edge-")
        assert brain.keys == [engine.keys["internal"]]
        # The called leg and the logs of edge and core have the same id.
        assert conversation.incoming.invite.get("X-Linkus-Call") == question["call"]
        assert engine.log("kamailio").count(f"call={question['call']}") >= 3

    async def test_core_reports_the_events_of_a_call(
        self, brain: FakeBrain, heard: list[object], talk: Talk, number: str, another: str
    ) -> None:
        conversation = await talk(number, another)
        await _until_heard(heard, BridgeEnter, 2)
        await conversation.incoming.bye()
        await _until_heard(heard, Hangup, 2)
        [begin] = [event for event in heard if isinstance(event, DialBegin)]
        [end] = [event for event in heard if isinstance(event, DialEnd)]
        assert begin.aor == f"{another}.phone"
        assert begin.called.call == brain.questions[0]["call"]
        assert (begin.called.user, begin.called.kind) == (another, "phone")
        assert begin.caller
        assert begin.caller.linked_id == begin.called.linked_id == brain.questions[0]["linkedid"]
        assert end.status == "ANSWER"
        ended = [event for event in heard if isinstance(event, Hangup)]
        assert [event.cause for event in ended] == [16, 16]

    async def test_digits_are_sent_as_events(self, talk: Talk, number: str, another: str) -> None:
        conversation = await talk(number, another)
        conversation.caller_rtp.play(440)
        conversation.called_rtp.play(440)
        await asyncio.sleep(0.5)
        conversation.caller_rtp.stop()
        for index in range(8):
            # RFC 4733: event 5, volume 10, duration so far; the end bit is set in the last three packets.
            body = bytes([5, (0x80 if index >= 5 else 0) | 10]) + (160 * min(index + 1, 6)).to_bytes(2, "big")
            conversation.caller_rtp.send_packet(101, 40000 + index, 900000, body, mark=index == 0)
            await asyncio.sleep(0.02)
        async with asyncio.timeout(5):
            while not (events := [p for p in conversation.called_rtp.packets if p.payload_type not in (0, 8)]):
                await asyncio.sleep(0.05)
        # Four bytes per packet, of which the first is the digit. The called phone chose the payload type.
        assert {(p.payload_type, len(p.payload), p.payload[0]) for p in events} == {(101, 4, 5)}

    async def test_brain_ends_a_call(self, engine: Engine, talk: Talk, number: str, another: str) -> None:
        conversation = await talk(number, another)
        [caller, _] = [each for each in await engine.core.channels() if each.user in (number, another)]
        await engine.core.hangup(caller.name)
        await asyncio.wait_for(asyncio.gather(conversation.incoming.ended, conversation.outgoing.ended), 5)
        await engine.core.hangup(caller.name)

    async def test_hold_gives_the_other_music(self, talk: Talk, rtp: MakeRtp, number: str, another: str) -> None:
        conversation = await talk(number, another)
        conversation.caller_rtp.play(2345)
        conversation.called_rtp.play(1000)
        held = conversation.caller_rtp.offer().replace("a=sendrecv", "a=sendonly")
        response = await conversation.outgoing.ask("INVITE", held)
        assert response.status == 200
        assert "a=recvonly" in response.body
        conversation.caller_rtp.stop()
        await asyncio.sleep(2)
        music = conversation.called_rtp.heard(1.5)
        assert len(music) > 8000
        assert share(music, 2345) < 0.2
        assert float(abs(music.astype(float)).mean()) > 50
        response = await conversation.outgoing.ask("INVITE", conversation.caller_rtp.offer())
        assert response.status == 200
        conversation.caller_rtp.connect(response.body)
        conversation.caller_rtp.play(2345)
        await asyncio.sleep(1.6)
        assert share(conversation.called_rtp.heard(), 2345) > 0.9
        assert share(conversation.caller_rtp.heard(), 1000) > 0.9


class TestUnansweredCall:
    async def test_busy_prompt_is_heard_before_the_call_is_refused(
        self, media_freed: MediaFreed, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        brain.decide = lambda _: {"action": "prompt", "prompt": "busy", "cause": 17, "language": "zh-CN"}
        phone, ear = await make_phone(number), await rtp()
        call = await phone.call(another, ear.offer())
        progress = await call.response(183)
        ear.connect(progress.body)
        ear.play(440)
        await asyncio.sleep(2)
        spoken = ear.heard(1.5)
        assert len(spoken) > 8000
        assert float(abs(spoken.astype(float)).max()) > 3000
        async with asyncio.timeout(15):
            while not any(message.status == 486 for message in phone.seen if not message.is_request):
                await asyncio.sleep(0.1)
        await call.response(486)
        await media_freed()

    async def test_refusals_reach_the_caller_as_they_are_meant(
        self, media_freed: MediaFreed, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, ear = await make_phone(number), await rtp()
        for cause, status in ((1, 404), (17, 486), (19, 480), (20, 480), (21, 403), (38, 500)):
            plan: Plan = {"action": "reject", "cause": cause}
            brain.decide = lambda _, plan=plan: plan
            call = await phone.call(another, ear.offer())
            assert (await call.response(status)).status == status
        await media_freed()

    async def test_refusal_of_the_called_phone_reaches_the_caller(
        self, media_freed: MediaFreed, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        for given in ((486, "Busy Here"), (603, "Decline"), (480, "Gone")):
            call = await phone.call(another, ear.offer())
            await (await called.next_call()).answer(*given)
            assert await refusal(call) == given[0]
        await media_freed()

    async def test_call_is_refused_when_nobody_is_registered(
        self, media_freed: MediaFreed, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, ear = await make_phone(number), await rtp()
        call = await phone.call(another, ear.offer())
        assert await refusal(call) == 480
        await media_freed()

    async def test_cancel_frees_the_media_of_both_legs(
        self, engine: Engine, media_freed: MediaFreed, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await phone.call(another, ear.offer())
        ringing = await called.next_call()
        await ringing.answer(180, "Ringing")
        await call.response(180)
        assert len(await engine.relayed_calls()) == 2
        await call.cancel()
        await call.response(487)
        assert (await asyncio.wait_for(ringing.ended, 5)).method == "CANCEL"
        await media_freed()

    async def test_call_ends_when_nobody_answers_in_time(
        self, media_freed: MediaFreed, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        brain.decide = lambda question: {**FakeBrain.ring_phone(question), "timeout": 1}
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await phone.call(another, ear.offer())
        ringing = await called.next_call()
        await ringing.answer(180, "Ringing")
        assert (await asyncio.wait_for(ringing.ended, 5)).method == "CANCEL"
        assert await refusal(call) == 480
        await media_freed()


class TestSeveralPhones:
    async def test_all_contacts_ring_and_the_others_are_told_why_it_stops(
        self, media_freed: MediaFreed, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, ear, mouth = await make_phone(number), await rtp(), await rtp()
        winner, loser = await make_phone(another), await make_phone(another)
        call = await phone.call(another, ear.offer())
        won, lost = await winner.next_call(), await loser.next_call()
        await won.answer(180, "Ringing")
        await lost.answer(180, "Ringing")
        # Separate ports: media of one contact never reaches the other.
        assert re.findall(r"m=audio (\d+)", won.body) != re.findall(r"m=audio (\d+)", lost.body)
        await won.answer(200, "OK", mouth.offer())
        answered = await call.response(200)
        assert "cause=200" in (await asyncio.wait_for(lost.ended, 5)).get("Reason")
        ear.connect(answered.body)
        mouth.connect(won.body)
        ear.play(440)
        mouth.play(1000)
        await asyncio.sleep(1.6)
        assert share(mouth.heard(), 440) > 0.9
        assert share(ear.heard(), 1000) > 0.9
        await call.bye()
        await media_freed()

    async def test_clients_of_different_kinds_ring_together(
        self, brain: FakeBrain, make_phone: MakePhone, make_client: MakeClient, rtp: MakeRtp, number: str, another: str
    ) -> None:
        brain.decide = lambda question: {
            "action": "dial", "targets": [f"{another}.web", f"{another}.phone"], "timeout": 20,
            # the unbalanced bracket must not swallow what follows
            "cid_num": number, "cid_name": "王 Wang (A, [B", "start": "1700000000",
            "did_num": "+86105550000", "did_name": "总机 Main",
        }  # fmt: skip
        phone, desk, ear, mouth = await make_phone(number), await make_phone(another), await rtp(), await rtp()
        web = await make_client(another)
        call = await phone.call(another, ear.offer())
        on_web, on_desk = await web.next_call(), await desk.next_call()
        assert "UDP/TLS/RTP/SAVPF" in on_web.body
        assert "a=ice-pwd" in on_web.body
        assert " RTP/AVP " in on_desk.body
        for leg in (on_web, on_desk):
            assert leg.invite.get("From").startswith(f'"王 Wang (A, [B" <sip:{number}@')
            assert leg.invite.get("X-Start-Time") == "1700000000"
            assert leg.invite.get("X-DID-Number") == "+86105550000"
            assert leg.invite.get("X-DID-Name") == "总机 Main"
        await on_web.answer(180, "Ringing")
        await on_desk.answer(200, "OK", mouth.offer())
        await call.response(200)
        reason = (await asyncio.wait_for(on_web.ended, 5)).get("Reason")
        assert "cause=26" in reason or "cause=200" in reason
        await call.bye()  # otherwise the call lives on beside the tests that follow
