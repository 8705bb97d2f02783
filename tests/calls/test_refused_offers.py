"""An offer that nobody accepts costs no call: it is refused, and the sound is what it was (RFC 3261 14.1)."""

from __future__ import annotations

import asyncio

import pytest

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import Conversation, MakePhone, MakeRtp, MediaFreed, Talk
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import peer_trunk, until_heard
from tests.calls.media import Rtp
from tests.calls.provider import provider_address
from tests.calls.sip import Agent
from tests.calls.transports import Udp

HEAD = f"v=0\r\no=- 1 2 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
FAX = HEAD + "m=image 40122 udptl t38\r\na=T38FaxVersion:0\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n"
UNKNOWN_CODEC = HEAD + "m=audio 41990 RTP/AVP 97 101\r\na=rtpmap:97 FOO/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
NO_PORT = HEAD + "m=audio 0 RTP/AVP 0\r\n"
ONLY_VIDEO = HEAD + "m=video 41800 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
NOTHING = HEAD


async def until_both_hear(conversation: Conversation) -> None:
    conversation.caller_rtp.play(440)
    conversation.called_rtp.play(1000)
    for ear in (conversation.caller_rtp, conversation.called_rtp):
        ear.packets.clear()
    await until_heard(conversation.called_rtp, 440)
    await until_heard(conversation.caller_rtp, 1000)


class TestWithinCall:
    @pytest.mark.parametrize("offer", [FAX, UNKNOWN_CODEC, NO_PORT, ONLY_VIDEO, NOTHING])
    @pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
    async def test_sound_goes_on(
        self, talk: Talk, media_freed: MediaFreed, number: str, another: str, offer: str, method: str
    ) -> None:
        conversation = await talk(number, another)
        for call in (conversation.incoming, conversation.outgoing):
            assert (await call.ask(method, offer)).status == 488
        await until_both_hear(conversation)
        assert not conversation.incoming.ended.done()
        await conversation.outgoing.bye()
        await asyncio.wait_for(conversation.incoming.ended, 5)
        await media_freed()

    @pytest.mark.parametrize("side", ["incoming", "outgoing"])
    async def test_sound_is_back_after_the_core_refused_another_place(
        self, talk: Talk, media_freed: MediaFreed, rtp: MakeRtp, number: str, another: str, side: str
    ) -> None:
        """The relay has taken the offer by then."""
        conversation = await talk(number, another)
        elsewhere = await rtp()
        call = conversation.incoming if side == "incoming" else conversation.outgoing
        silent = elsewhere.offer().replace("a=sendrecv", "a=inactive")
        own = conversation.called_rtp if side == "incoming" else conversation.caller_rtp
        assert (await call.ask("INVITE", own.offer())).status == 200
        call.sequence -= 1  # out of order (RFC 3261 12.2.2)
        assert (await call.ask("INVITE", silent)).status == 500
        call.sequence += 1
        await until_both_hear(conversation)
        await conversation.outgoing.bye()
        await asyncio.wait_for(conversation.incoming.ended, 5)
        await media_freed()


class TestFirstOffer:
    @pytest.mark.parametrize("offer", [FAX, UNKNOWN_CODEC, NO_PORT, NOTHING])
    async def test_call_is_refused_and_nobody_is_asked(
        self, brain: FakeBrain, make_phone: MakePhone, media_freed: MediaFreed, number: str, another: str, offer: str
    ) -> None:
        """488 rather than 503, after which a provider regards us as down."""
        phone = await make_phone(number)
        call = await phone.call(another, offer)
        await call.response(488)
        assert brain.questions == []
        await media_freed()

    async def test_provider_without_a_codec_of_the_trunk_is_refused(
        self, engine: Engine, brain: FakeBrain, lines: EdgeTrunks, media_freed: MediaFreed, rtp: MakeRtp
    ) -> None:
        address = provider_address()
        line = peer_trunk(address, 5070, codecs=("pcma",))
        await lines.write(line)
        await engine.fill()
        provider = Agent(await Udp.open(address, (HOST, SIP_PORT), 5070), "peer")
        try:
            ear: Rtp = await rtp()
            for formats in ("18 101", "0 101"):
                call = await provider.call("5500", ear.offer(formats, ("18 G729/8000",)))
                await call.response(488)
            assert brain.questions == []
            await media_freed()
        finally:
            await provider.close()
