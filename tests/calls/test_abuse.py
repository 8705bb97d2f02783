"""Attempts to abuse the edge."""

from __future__ import annotations

import asyncio
import time

import pytest
from websockets.exceptions import InvalidStatus
from websockets.protocol import State

from linkus.engine.edge_events import Refused
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp, Talk
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain, credential
from tests.calls.media import encode_ulaw, share, tone
from tests.calls.message import Message, digest
from tests.calls.sip import Agent, refusal
from tests.calls.transports import Udp, unique

ELSEWHERE = "127.0.9.9"


class TestRelay:
    async def test_call_is_challenged(self, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str) -> None:
        phone, ear = await make_phone(number), await rtp()
        phone.password = "wrong"
        call = await phone.call(another, ear.offer())
        await call.response(407)

    async def test_call_in_another_name_is_challenged(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, _, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await phone.call("1000", ear.offer(), aor=f"{another}.phone")
        await call.response(407)
        assert brain.questions == []

    async def test_route_elsewhere_is_not_followed(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str
    ) -> None:
        """A new request with a Route header goes to the core, whatever the route says."""
        stranger = await Udp.open(HOST, (HOST, 9))
        phone, ear = await make_phone(number), await rtp()
        call = await phone.call("1000", ear.offer(), Route=f"<sip:{stranger.address};lr>")
        assert await refusal(call) == 480
        assert stranger.heard.empty()
        assert len(brain.questions) == 1
        await stranger.close()

    async def test_dialog_reaches_no_third_party(self, talk: Talk, number: str, another: str) -> None:
        """A client's in-dialog requests reach only the core, whatever their request URI or route says."""
        conversation = await talk(number, another)
        call, stranger = conversation.outgoing, await Udp.open(HOST, (HOST, 9))
        for target, routes in (
            (f"sip:x@{stranger.address}", call.routes),
            (call.target, [*call.routes, f"<sip:{stranger.address};lr>"]),
        ):
            message = call.request("INFO")
            message.start = f"INFO {target} SIP/2.0"
            message.headers = [each for each in message.headers if each[0] != "Route"]
            for route in routes:
                message.add("Route", route)
            assert (await call.agent.transact(message)).status == 403
        assert stranger.heard.empty()
        await stranger.close()

    async def test_invented_dialog_is_refused(self, make_phone: MakePhone, number: str) -> None:
        phone, stranger = await make_phone(number), await Udp.open(HOST, (HOST, 9))
        for route in (f"<sip:{HOST};lr>", f"<sip:{HOST}:5070;lr>;lk={'0' * 8}-0000-0000-0000-{'0' * 12}.sip"):
            message = phone.new("BYE", f"sip:x@{stranger.address}", f"<sip:x@linkus.example>;tag={unique()}")
            message.add("Route", route)
            assert (await phone.transact(message)).status in (403, 481)
        assert stranger.heard.empty()
        await stranger.close()

    async def test_other_methods_are_refused(self, make_phone: MakePhone, number: str, another: str) -> None:
        phone, other = await make_phone(number), await make_phone(another)
        for method in ("MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH", "NOTIFY", "INFO"):
            message = phone.new(method, f"sip:{another}.phone@linkus.example", f"<sip:{another}.phone@linkus.example>")
            assert (await phone.transact(message)).status == 405
        assert other.seen[-1].start.startswith("SIP/2.0 200")

    async def test_core_port_accepts_the_core_only(
        self, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        called, ear = await make_phone(another), await rtp()
        transport = await Udp.open(HOST, (HOST, 5070))
        message = Message(f"INVITE sip:{another}.phone@{HOST}:5070 SIP/2.0")
        message.add("Via", f"SIP/2.0/UDP {transport.address};branch=z9hG4bK{unique()}").add("Max-Forwards", 70)
        message.add("From", f"<sip:{number}@linkus.example>;tag=1").add("To", f"<sip:{another}.phone@linkus.example>")
        message.add("Call-ID", unique()).add("CSeq", "1 INVITE").add("Contact", f"<sip:x@{transport.address}>")
        message.add("X-Linkus-Call", "00000000-0000-0000-0000-000000000000").add("Content-Type", "application/sdp")
        message.body = ear.offer()
        await transport.send(message.encode())
        await asyncio.sleep(0.5)
        assert transport.heard.empty()
        assert called.incoming.empty()
        await transport.close()

    async def test_dial_string_syntax_is_refused(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str
    ) -> None:
        phone, ear = await make_phone(number), await rtp()
        for dialled in ("1000%26PJSIP", "${SHELL}", "a,b", "1;2"):
            call = await phone.call(dialled, ear.offer())
            await call.response(400, 404)
        assert brain.questions == []


class TestForgedAddress:
    """Anybody can write any address into a UDP datagram, but never sees the answer to it."""

    async def test_guesses_without_an_own_nonce_count_against_nobody(
        self, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        phone = await make_phone(number)
        forger = Agent(await Udp.open(ELSEWHERE, (HOST, SIP_PORT)), phone.aor, phone.username, "wrong")
        challenge = await phone.register(authorize=False)
        own = await forger.register(authorize=False)
        for made_up in ("", "another user", "another digest"):
            for asked in (challenge.get("WWW-Authenticate"), 'Digest realm="linkus", nonce="AAAA", qop="auth"'):
                message = forger.new("REGISTER", "sip:linkus.example", f"<sip:{forger.aor}@linkus.example>")
                shown = digest(asked, "REGISTER", "sip:linkus.example", made_up or forger.username, "wrong")
                message.add("Authorization", "Digest x" if made_up == "another digest" else shown)
                answer = await forger.transact(message)
                assert answer.status == 401
                assert "stale=true" in answer.get("WWW-Authenticate")
        assert not [event for event in brain.events if isinstance(event, Refused)]
        message = forger.new("REGISTER", "sip:linkus.example", f"<sip:{forger.aor}@linkus.example>")
        forger.authorize(message, own)
        assert (await forger.transact(message)).status == 401
        event = await brain.event("refused", phone.aor)
        assert isinstance(event, Refused)
        assert (event.reason, event.address) == ("wrong_password", ELSEWHERE)
        await forger.close()


class TestLog:
    async def test_empty_datagrams_write_nothing_to_the_log(self, engine: Engine) -> None:
        transport, begin = await Udp.open(HOST, (HOST, SIP_PORT)), len(engine.log("kamailio"))
        for raw in (b"\0" * 100, b"\r\n" * 50, b"\r\n\0" * 50):
            transport.send_bytes(raw)
        await asyncio.sleep(0.5)
        assert "ERROR" not in engine.log("kamailio")[begin:]
        await transport.close()

    async def test_log_lines_cannot_be_forged(self, engine: Engine, make_phone: MakePhone, number: str) -> None:
        """Kamailio logs a message whose length it cannot read verbatim."""
        begin = len(engine.log("kamailio"))
        _, writer = await asyncio.open_connection(HOST, SIP_PORT)
        writer.write(b"x\nevent=registered aor=forged.phone\nContent-Length: 99999999999\r\n\r\n")
        await writer.drain()
        async with asyncio.timeout(5):  # the log is written by another process than the next lines
            while "bad request" not in engine.log("kamailio")[begin:]:
                await asyncio.sleep(0.05)
        await make_phone(number)
        async with asyncio.timeout(5):
            while f"\nevent=registered aor={number}.phone" not in engine.log("kamailio")[begin - 1 :]:
                await asyncio.sleep(0.05)
        assert "forged" not in engine.log("kamailio")[begin:]
        writer.close()


class TestFlood:
    async def test_websocket_flood_is_refused_and_another_of_its_address_is_not(
        self, brain: FakeBrain, make_client: MakeClient, number: str, another: str
    ) -> None:
        """A client that guesses over a WebSocket is ignored; others behind the same nginx and address are not."""
        guesser, neighbour = await make_client(number, register=False), await make_client(another)
        for _ in range(250):
            await guesser.send(guesser.new("REGISTER", "sip:linkus.example", f"<sip:{guesser.aor}@linkus.example>"))
        event = await brain.event("refused", "")
        assert isinstance(event, Refused)
        assert (event.reason, event.address) == ("flood", "203.0.113.7")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(guesser.register(), 1)
        assert 150 <= sum(message.status == 401 for message in guesser.seen) <= 200
        assert (await neighbour.register()).status == 200

    async def test_banned_address_is_not_heard_over_an_open_connection(
        self, engine: Engine, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, address="203.0.113.77")
        await engine.edge.ban("203.0.113.77", 300)
        try:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.register(), 1)
        finally:
            await engine.edge.unban("203.0.113.77")
        assert (await client.register()).status == 200

    async def test_banned_address_opens_no_connection_and_others_do(
        self, engine: Engine, make_client: MakeClient, number: str
    ) -> None:
        await engine.edge.ban("203.0.113.78", 300)
        try:
            with pytest.raises(InvalidStatus) as refused:
                await make_client(number, address="203.0.113.78")
            assert refused.value.response.status_code == 403
            await make_client(number, address="203.0.113.79")
        finally:
            await engine.edge.unban("203.0.113.78")
        await make_client(number, address="203.0.113.78")


class TestHeaders:
    async def test_own_headers_from_outside_are_removed(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        forged = {
            "X_Linkus_User": "9999", "X_Linkus_Kind": "web", "X_Linkus_Call": "mine", "x_linkus_leg": "webrtc",
            "P_Asserted_Identity": "<sip:9999@linkus.example>", "Remote_Party_ID": "<sip:9999@linkus.example>",
            "P_Preferred_Identity": "<sip:9999@linkus.example>", "Diversion": "<sip:9999@linkus.example>",
            "X_DID_Number": "9999", "X_DID_Name": "9999", "X_Start_Time": "9999",
        }  # fmt: skip
        call = await phone.call(another, ear.offer(), **forged)
        ringing = await called.next_call()
        [question] = brain.questions
        assert (question["from"], question["kind"]) == (number, "phone")
        assert question["call"] != "mine"
        assert "9999" not in ringing.invite.encode()
        assert ringing.invite.all("X-Linkus-Call") == [question["call"]]
        await call.cancel()
        await call.response(487)


class TestCredential:
    async def test_revoked_credential_registers_no_more(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, register=False)
        await engine.edge.revoke(client.aor, int(time.time()) + 300)
        assert (await client.register()).status == 401
        event = await brain.event("refused", client.aor)
        assert isinstance(event, Refused)
        assert event.reason == "revoked"
        client.username, client.password = credential(engine.keys["sip_ephemeral"], client.aor, 302)
        assert (await client.register()).status == 200

    async def test_revoked_credential_calls_no_more_over_an_open_connection(
        self, engine: Engine, make_client: MakeClient, rtp: MakeRtp, number: str, another: str
    ) -> None:
        client, ear = await make_client(number), await rtp()
        await engine.edge.revoke(client.aor, int(time.time()) + 300)
        call = await client.call(another, ear.offer())
        await call.response(407)

    async def test_client_is_refused_when_it_was_deregistered(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number)
        await engine.edge.deregister(client.aor, int(time.time()))
        assert await engine.edge.registrations_of(client.aor) == []
        # The client is notified immediately. The edge keeps the TCP connection for some seconds, for the client's
        # close.
        async with asyncio.timeout(1):
            while client.transport.connection.state is State.OPEN:
                await asyncio.sleep(0.01)
        await brain.event("disconnected", client.aor, seconds=10)

    async def test_connection_speaks_for_its_own_identity_only(
        self, brain: FakeBrain, make_client: MakeClient, rtp: MakeRtp, number: str, another: str
    ) -> None:
        client, _, ear = await make_client(number), await make_client(another), await rtp()
        call = await client.call("1000", ear.offer(), aor=f"{another}.web")
        await call.response(407)
        assert brain.questions == []


class TestMedia:
    async def test_media_of_a_stranger_is_not_heard(self, talk: Talk, rtp: MakeRtp, number: str, another: str) -> None:
        """After a phone's address is learned, no other sender can inject audio (AST-2017-005, CVE-2025-53399)."""
        conversation = await talk(number, another)
        conversation.caller_rtp.play(440)
        conversation.called_rtp.play(1000)
        # The relay learns addresses for three seconds after the last signalling.
        await asyncio.sleep(3.5)
        stranger = await rtp()
        stranger.peer = conversation.caller_rtp.peer
        stranger.ssrc = conversation.caller_rtp.ssrc
        stranger.play(2000)
        await asyncio.sleep(1.5)
        assert share(conversation.called_rtp.heard(), 440) > 0.9
        assert share(conversation.called_rtp.heard(), 2000) < 0.01
        # The answer does not go to the stranger either.
        assert stranger.packets == []
        assert share(conversation.caller_rtp.heard(), 1000) > 0.9
        # The same in the other direction, to the called phone.
        stranger.peer = conversation.called_rtp.peer
        await asyncio.sleep(1.5)
        assert share(conversation.caller_rtp.heard(), 2000) < 0.01
        assert stranger.packets == []

    async def test_media_of_a_stranger_does_not_win_the_race_at_the_start(
        self, talk: Talk, rtp: MakeRtp, number: str, another: str
    ) -> None:
        conversation = await talk(number, another)
        stranger = await rtp()
        stranger.peer = conversation.caller_rtp.peer
        frame = encode_ulaw(tone(2000, 0.02))
        for index in range(10):
            stranger.send_packet(0, index, index * 160, frame)
            await asyncio.sleep(0.02)
        conversation.caller_rtp.play(440)
        conversation.called_rtp.play(1000)
        await asyncio.sleep(2)
        before = len(stranger.packets)
        await asyncio.sleep(1)
        assert len(stranger.packets) == before
        assert share(conversation.called_rtp.heard(), 440) > 0.9
        assert share(conversation.caller_rtp.heard(), 1000) > 0.9
