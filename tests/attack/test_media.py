"""Media from an unknown source, in every phase of a call, is not heard and diverts no stream."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator

import psutil
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from linkus.kit.settings import SIP_PORT
from tests.attack.conftest import ATTACKER
from tests.calls.conftest import Conversation, MakePhone, MakeRtp, Talk
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import peer_trunk
from tests.calls.media import Rtp, share
from tests.calls.provider import provider_address
from tests.calls.sip import Agent
from tests.calls.test_transfer import leave, refer
from tests.calls.transports import Udp

FORGED = 2000
CORE_PORTS = range(20000, 30000)
SPEECH, ANSWER = 440, 1000


@pytest_asyncio.fixture(loop_scope="session")
async def strangers() -> AsyncIterator[tuple[Rtp, Rtp]]:
    """Open two senders that belong to no call: one elsewhere, one at the phones' own address but another port."""
    opened = (await Rtp.open(ATTACKER), await Rtp.open(HOST))
    yield opened
    for each in opened:
        each.close()


def inject(strangers: tuple[Rtp, ...], target: tuple[str, int] | None, ssrc: int) -> None:
    """Send speech to this port of the relay, with the SSRC of the stream that belongs there."""
    for stranger in strangers:
        stranger.peer, stranger.ssrc = target, ssrc
        stranger.play(FORGED)


def stop(strangers: tuple[Rtp, ...]) -> None:
    for stranger in strangers:
        stranger.stop()


async def relayed(engine: Engine, call_id: str) -> dict[str, int]:
    """Return how many RTP and RTCP packets the relay has accepted for this call."""
    answer = await engine.ask_relay("query", **{"call-id": call_id})
    totals = answer.partition("6:totals")[2]
    found = re.findall(r"(?:3:RTP|4:RTCP)d7:packetsi(\d+)e", totals)
    assert len(found) == 2, answer
    return {"rtp": int(found[0]), "rtcp": int(found[1])}


async def converse(conversation: Conversation) -> None:
    """Let both phones speak, and check that each hears only the other."""
    caller, called = conversation.caller_rtp, conversation.called_rtp
    caller.play(SPEECH)
    called.play(ANSWER)
    await asyncio.sleep(1.6)
    for ear, hertz in ((caller, ANSWER), (called, SPEECH)):
        assert share(ear.heard(), hertz) > 0.9
        assert share(ear.heard(), FORGED) < 0.01
    caller.stop()
    called.stop()


def nothing_came(strangers: tuple[Rtp, ...]) -> bool:
    return all(stranger.packets == [] for stranger in strangers)


class TestPhone:
    async def test_injected_media_is_dropped_before_the_answer(
        self, engine: Engine, make_phone: MakePhone, rtp: MakeRtp, strangers: tuple[Rtp, Rtp], number: str, another: str
    ) -> None:
        caller, called, ear, mouth = await make_phone(number), await make_phone(another), await rtp(), await rtp()
        outgoing = await caller.call(another, ear.offer())
        incoming = await called.next_call()
        await incoming.answer(180, "Ringing")
        await outgoing.response(180)
        mouth.connect(incoming.body)
        inject(strangers, mouth.peer, mouth.ssrc)
        await asyncio.sleep(1)
        assert (await relayed(engine, incoming.call_id))["rtp"] == 0
        stop(strangers)
        await incoming.answer(200, "OK", mouth.offer())
        ear.connect((await outgoing.response(200)).body)
        await converse(Conversation(outgoing, incoming, ear, mouth))
        assert nothing_came(strangers)
        await outgoing.bye()

    async def test_injected_media_is_not_heard_during_early_media(
        self,
        engine: Engine,
        brain: FakeBrain,
        make_phone: MakePhone,
        rtp: MakeRtp,
        strangers: tuple[Rtp, Rtp],
        number: str,
    ) -> None:
        """A caller hears early media before any answer. Strangers are not relayed, and receive none of it."""
        brain.decide = lambda _: {"action": "prompt", "prompt": "busy", "cause": 17, "language": "zh-CN"}
        caller, ear = await make_phone(number), await rtp()
        outgoing = await caller.call("1999", ear.offer())
        progress = await outgoing.response(183)
        ear.connect(progress.body)
        inject(strangers, ear.peer, ear.ssrc)
        await asyncio.sleep(0.6)
        assert (await relayed(engine, outgoing.call_id))["rtp"] < 50  # the core's own; each stranger sends 30
        assert len(ear.packets) > 10
        assert nothing_came(strangers)
        stop(strangers)
        await outgoing.cancel()

    async def test_injected_media_is_not_heard_while_the_phones_are_silent(
        self, talk: Talk, strangers: tuple[Rtp, Rtp], number: str, another: str
    ) -> None:
        """A phone that sends nothing for its first five seconds (silence suppression) keeps its stream."""
        conversation = await talk(number, another)
        more = (await Rtp.open(ATTACKER), await Rtp.open(HOST))
        inject(strangers, conversation.caller_rtp.peer, conversation.caller_rtp.ssrc)
        inject(more, conversation.called_rtp.peer, conversation.called_rtp.ssrc)
        await asyncio.sleep(5)
        assert conversation.called_rtp.heard(4.0).size == 0
        assert conversation.caller_rtp.heard(4.0).size == 0
        await converse(conversation)
        assert nothing_came((*strangers, *more))
        for each in more:
            each.close()

    async def test_injected_media_is_not_heard_on_hold_and_after_it(
        self, talk: Talk, rtp: MakeRtp, strangers: tuple[Rtp, Rtp], number: str, another: str
    ) -> None:
        conversation = await talk(number, another)
        await converse(conversation)
        held = await conversation.outgoing.ask(
            "INVITE", conversation.caller_rtp.offer().replace("sendrecv", "sendonly")
        )
        assert held.status == 200
        inject(strangers, conversation.caller_rtp.peer, conversation.caller_rtp.ssrc)
        await asyncio.sleep(1.5)
        assert share(conversation.called_rtp.heard(), FORGED) < 0.01
        # The phone comes back from another port, as after a network change. Only the new port is agreed on now.
        moved = await rtp()
        back = await conversation.outgoing.ask("INVITE", moved.offer())
        assert back.status == 200
        moved.connect(back.body)
        old, conversation.caller_rtp = conversation.caller_rtp, moved
        inject((*strangers, old), moved.peer, moved.ssrc)
        await asyncio.sleep(1)
        await converse(conversation)
        old.stop()
        assert nothing_came(strangers)

    async def test_injected_media_is_dropped_after_the_call(
        self, engine: Engine, talk: Talk, strangers: tuple[Rtp, Rtp], number: str, another: str
    ) -> None:
        before = await engine.relayed_calls()
        conversation = await talk(number, another)
        await converse(conversation)
        await conversation.outgoing.bye()
        await engine.until_freed(before)
        inject(strangers, conversation.caller_rtp.peer, conversation.caller_rtp.ssrc)
        await asyncio.sleep(0.5)
        heard = len(conversation.called_rtp.packets)
        await asyncio.sleep(0.5)
        assert len(conversation.called_rtp.packets) == heard
        assert nothing_came(strangers)

    async def test_injected_media_is_not_heard_after_a_transfer(
        self,
        talk: Talk,
        make_phone: MakePhone,
        rtp: MakeRtp,
        strangers: tuple[Rtp, Rtp],
        number: str,
        another: str,
        third: str,
    ) -> None:
        """The parties now in the call hear neither a stranger nor the one who has transferred it."""
        conversation, target, ear = await talk(number, another), await make_phone(third), await rtp()
        await converse(conversation)
        await refer(conversation.incoming, f"sip:{third}@linkus.example")
        incoming = await target.next_call()
        await incoming.answer(180, "Ringing")
        ear.connect(incoming.body)
        inject(strangers, ear.peer, ear.ssrc)
        await asyncio.sleep(1)
        assert share(conversation.caller_rtp.heard(), FORGED) < 0.01
        await incoming.answer(200, "OK", ear.offer())
        await leave(conversation.incoming)
        inject((conversation.called_rtp,), conversation.called_rtp.peer, conversation.called_rtp.ssrc)
        await asyncio.sleep(1)
        await converse(Conversation(conversation.outgoing, incoming, conversation.caller_rtp, ear))
        inject((*strangers, conversation.called_rtp), conversation.caller_rtp.peer, conversation.caller_rtp.ssrc)
        await converse(Conversation(conversation.outgoing, incoming, conversation.caller_rtp, ear))
        stop((conversation.called_rtp,))
        assert nothing_came(strangers)
        await conversation.outgoing.bye()

    async def test_injected_rtcp_is_dropped(
        self, engine: Engine, talk: Talk, strangers: tuple[Rtp, Rtp], number: str, another: str
    ) -> None:
        """Forged reports and a forged BYE (RFC 3550 6.6), to the port of RTP and to that of RTCP."""
        conversation = await talk(number, another)
        await converse(conversation)
        peer, ssrc = conversation.caller_rtp.peer, conversation.caller_rtp.ssrc
        assert peer
        before = (await relayed(engine, conversation.outgoing.call_id))["rtcp"]
        report = struct.pack("!BBHIIIIII", 0x80, 200, 6, ssrc, 0, 0, 0, 1, 160)
        goodbye = struct.pack("!BBHI", 0x81, 203, 1, ssrc)
        for _ in range(50):
            for stranger in strangers:
                for port in (peer[1], peer[1] + 1):
                    stranger.transport.sendto(report + goodbye, (peer[0], port))
            await asyncio.sleep(0.01)
        assert (await relayed(engine, conversation.outgoing.call_id))["rtcp"] - before < 10  # the core sends its own
        await converse(conversation)


class TestBehindNat:
    """The SDP names 192.168.1.5. The relay learns the port that the NAT has chosen."""

    @staticmethod
    def private(rtp: Rtp) -> str:
        return re.sub(r"(c=IN IP4 )\S+", r"\g<1>192.168.1.5", rtp.offer()).replace(
            f"m=audio {rtp.address[1]}", "m=audio 4000"
        )

    async def test_phone_behind_nat_is_learned_at_the_address_that_signals(
        self, make_phone: MakePhone, rtp: MakeRtp, strangers: tuple[Rtp, Rtp], number: str, another: str
    ) -> None:
        caller, called, ear, mouth = await make_phone(number), await make_phone(another), await rtp(), await rtp()
        outgoing = await caller.call(another, self.private(ear))
        incoming = await called.next_call()
        await incoming.answer(200, "OK", self.private(mouth))
        ear.connect((await outgoing.response(200)).body)
        mouth.connect(incoming.body)
        elsewhere = strangers[0]
        inject((elsewhere, elsewhere), ear.peer, ear.ssrc)
        await asyncio.sleep(1)
        conversation = Conversation(outgoing, incoming, ear, mouth)
        await converse(conversation)
        # The phone has sent media, so no other sender is heard, even while the phone is silent.
        received = len(elsewhere.packets)
        await asyncio.sleep(3)
        assert len(elsewhere.packets) == received
        await converse(conversation)
        await outgoing.bye()


class TestTrunk:
    async def test_injected_media_is_not_heard_while_the_provider_is_silent(
        self,
        engine: Engine,
        brain: FakeBrain,
        make_phone: MakePhone,
        rtp: MakeRtp,
        strangers: tuple[Rtp, Rtp],
        number: str,
    ) -> None:
        brain.decide = lambda _: {"action": "dial", "targets": [f"{number}.phone"], "timeout": 20, "language": "zh-CN"}
        trunks = EdgeTrunks(engine.edge, told_by(engine.layout))
        transport = await Udp.open(provider_address(), (HOST, SIP_PORT))
        provider = Agent(transport, "+8613800138000")
        trunk = peer_trunk(provider_address(), int(transport.address.rpartition(":")[2]))
        await trunks.write(trunk)
        try:
            phone, ear, mouth = await make_phone(number), await Rtp.open(provider_address()), await rtp()
            outgoing = await provider.call("+862155501001", ear.offer())
            incoming = await phone.next_call()
            await incoming.answer(200, "OK", mouth.offer())
            ear.connect((await outgoing.response(200)).body)
            mouth.connect(incoming.body)
            inject(strangers, ear.peer, ear.ssrc)
            await asyncio.sleep(4)
            assert mouth.heard(3.0).size == 0
            await converse(Conversation(outgoing, incoming, ear, mouth))
            assert nothing_came(strangers)
            await outgoing.bye()
            ear.close()
        finally:
            await trunks.remove(trunk.id)
            await provider.close()


class TestInside:
    async def test_media_ports_of_the_core_accept_the_relay_only(
        self, engine: Engine, talk: Talk, number: str, another: str
    ) -> None:
        """Another program on this machine sends to the core's ports. While the phones speak it is not heard, and it
        receives nothing."""
        conversation = await talk(number, another)
        conversation.caller_rtp.play(SPEECH)
        conversation.called_rtp.play(ANSWER)
        await asyncio.sleep(0.5)
        core = engine.status.part("asterisk").pid
        assert core
        ports = [
            each.laddr.port
            for process in (psutil.Process(core), *psutil.Process(core).children(recursive=True))
            for each in process.net_connections("udp")
            if each.laddr and each.laddr.port in CORE_PORTS and each.laddr.port % 2 == 0
        ]
        assert len(ports) >= 2
        senders = [await Rtp.open(ATTACKER) for _ in ports]
        for sender, port in zip(senders, ports, strict=True):
            sender.peer = (HOST, port)
            sender.play(FORGED)
        await asyncio.sleep(2)
        # On a busy machine a packet may be missing. Only the source of the sound matters.
        for ear, voice in ((conversation.caller_rtp, ANSWER), (conversation.called_rtp, SPEECH)):
            assert share(ear.heard(), voice) > 0.6
            assert share(ear.heard(), FORGED) < 0.01
        for sender in senders:
            assert sender.packets == []
            sender.close()
