"""Claims without proof, by a stranger or a lying phone, about its identity and the call that it belongs to."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import secrets
import socket
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from linkus.engine.edge_events import Registered
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import PASSWORD, MakeClient, MakePhone, MakeRtp, MediaFreed, Talk
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.message import Message, parse
from tests.calls.sip import Agent, refusal, response_to
from tests.calls.transports import Tcp, Udp, unique

UUID = "01234567-89ab-cdef-0123-456789abcdef"
SIGNED = f";lk={UUID}.sip.{'0' * 32}"


def request(
    transport: Udp, method: str, *extra: str, to_tag: str = "", route: str = "", body: str = "", call_id: str = ""
) -> bytes:
    """Return a request that no agent would make. `extra` are header lines, used as they are."""
    lines = [
        f"{method} sip:1000@{HOST} SIP/2.0",
        f"Via: SIP/2.0/UDP {transport.address};branch=z9hG4bK{unique()};rport",
        "Max-Forwards: 70",
        f"From: <sip:x@linkus.example>;tag={unique()}",
        f"To: <sip:1000@linkus.example>{f';tag={to_tag}' if to_tag else ''}",
        f"Call-ID: {call_id or unique()}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:x@{transport.address}>",
        *([f"Route: {route}"] if route else []),
        *extra,
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1")


async def answer_to(transport: Udp, raw: bytes, seconds: float = 3.0) -> Message | None:
    """Return the first final answer, or None."""
    transport.send_bytes(raw)
    try:
        async with asyncio.timeout(seconds):
            while (message := parse(await transport.receive())).status < 200:
                pass
    except TimeoutError:
        return None
    return message


@pytest_asyncio.fixture(loop_scope="session")
async def transport(engine: Engine) -> AsyncIterator[Udp]:
    opened = await Udp.open(HOST, (HOST, SIP_PORT))
    yield opened
    await opened.close()


class TestInventedDialog:
    async def test_header_hidden_in_another_one_is_not_read(
        self, brain: FakeBrain, transport: Udp, rtp: MakeRtp
    ) -> None:
        """A bare CR ended a header only for the core, so anybody could call as anybody without a password."""
        ear = await rtp()
        hidden = "X-Dummy: a\rX-Linkus-User: 1003\rX-Linkus-Kind: phone\rTo: <sip:*43@linkus>"
        for route in (f"<sip:{HOST};lr{SIGNED}>", f"<sip:{HOST};lr;lk={UUID}.sip>"):
            raw = request(transport, "INVITE", hidden, to_tag="invented", route=route, body=ear.offer())
            answer = await answer_to(transport, raw)
            assert answer is not None
            assert answer.status == 400
        assert brain.questions == []

    @pytest.mark.parametrize("mark", ["", f";lk={UUID}.sip", f";lk={UUID}.webrtc", f";lk={UUID}.sip.t1", SIGNED])
    async def test_request_in_an_unknown_dialog_gets_481_and_costs_nothing(
        self, engine: Engine, brain: FakeBrain, transport: Udp, rtp: MakeRtp, mark: str
    ) -> None:
        ear = await rtp()
        ports = await engine.relayed_calls()
        for method in ("INVITE", "BYE", "UPDATE", "INFO", "REFER", "NOTIFY", "OPTIONS", "MESSAGE"):
            body = ear.offer() if method in ("INVITE", "UPDATE") else ""
            raw = request(transport, method, to_tag="x", route=f"<sip:{HOST}:5060;lr{mark}>", body=body)
            answer = await answer_to(transport, raw)
            assert answer is not None
            assert answer.status == 481
        assert await engine.relayed_calls() <= ports
        assert brain.questions == []

    async def test_ack_in_an_unknown_dialog_is_dropped(self, transport: Udp, brain: FakeBrain) -> None:
        assert (
            await answer_to(transport, request(transport, "ACK", to_tag="x", route=f"<sip:{HOST};lr{SIGNED}>"), 0.5)
            is None
        )

    async def test_mark_of_another_dialog_is_refused(
        self, talk: Talk, transport: Udp, number: str, another: str
    ) -> None:
        """A caller cannot use the mark of their own call for another dialog."""
        conversation = await talk(number, another)
        [route] = [each for each in conversation.outgoing.routes if ";lk=" in each][:1]
        answer = await answer_to(transport, request(transport, "BYE", to_tag="x", route=route))
        assert answer is not None
        assert answer.status == 481

    async def test_ports_are_freed_when_an_offer_comes_after_its_call(
        self, talk: Talk, media_freed: MediaFreed, rtp: MakeRtp, number: str, another: str
    ) -> None:
        """An offer with the right mark comes after the end of its call, and must leave no ports taken."""
        conversation = await talk(number, another)
        assert (await conversation.outgoing.bye()).status == 200
        ear = await rtp()
        message = conversation.outgoing.request("INVITE")
        message.add("Contact", conversation.outgoing.agent.contact).add("Content-Type", "application/sdp")
        message.body = ear.offer()
        assert (await conversation.outgoing.agent.transact(message)).status in (408, 481)
        await media_freed()


class TestReplies:
    async def test_answer_is_dropped_when_nobody_asked(
        self, engine: Engine, brain: FakeBrain, transport: Udp, rtp: MakeRtp, media_freed: MediaFreed
    ) -> None:
        """A response to no request is not forwarded, and takes no ports."""
        ear, bystander = await rtp(), await Udp.open(HOST, (HOST, 9))
        for mark in (f";lk={UUID}.sip", SIGNED):
            raw = (
                f"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {HOST}:5060;branch=z9hG4bKx\r\n"
                f"Via: SIP/2.0/UDP {bystander.address};branch=z9hG4bK{unique()}\r\n"
                f"Record-Route: <sip:{HOST};lr{mark}>\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\n"
                f"Call-ID: {unique()}\r\nCSeq: 1 INVITE\r\nContact: <sip:b@{transport.address}>\r\n"
                f"Content-Type: application/sdp\r\nContent-Length: {len(ear.offer())}\r\n\r\n{ear.offer()}"
            )
            transport.send_bytes(raw.encode())
        await asyncio.sleep(0.3)
        assert bystander.heard.empty()
        await media_freed()
        await bystander.close()


class TestHiddenHeaders:
    @pytest.mark.parametrize("end", ["\r", "\n", "\x0b", "\x00"])
    @pytest.mark.parametrize("name", ["X-Linkus-User", "x-linkus-kind", "X-Linkus-Key", "P-Asserted-Identity"])
    async def test_invite_of_a_phone_is_refused_with_a_hidden_header(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, end: str, name: str
    ) -> None:
        """An ordinary INVITE with a header hidden in another one is refused."""
        phone, ear = await make_phone(number), await rtp()
        call = await phone.call("1000", ear.offer(), X_Dummy=f"a{end}{name}: <sip:9999@x>")
        assert await refusal(call) == 400
        assert brain.questions == []

    @pytest.mark.parametrize(
        "line", ["X-Linkus-User : 9999", "X-Linkus-User:9999", "x-LINKUS-user\t: 9999", "X-Linkus-User:\r\n 9999"]
    )
    async def test_in_every_disguise(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, line: str
    ) -> None:
        phone, ear = await make_phone(number), await rtp()
        call = await phone.call("1000", ear.offer(), X_Dummy=f"a\r\n{line}")
        assert await refusal(call) == 480
        [question] = brain.questions
        assert question["from"] == number

    async def test_repeated_header_is_refused(self, transport: Udp, brain: FakeBrain) -> None:
        for line in (
            "To: <sip:1001@x>",
            "t: <sip:1001@x>",
            "From: <sip:1001@x>;tag=1",
            "Call-ID: x",
            "CSeq: 2 INVITE",
            "CSeq : 1 INVITE",
        ):
            answer = await answer_to(transport, request(transport, "INVITE", line), 0.5)
            assert answer is None or answer.status == 400
        assert brain.questions == []


class TestTheCore:
    async def test_core_hears_the_edge_only(self, brain: FakeBrain, rtp: MakeRtp, engine: Engine) -> None:
        """Any program on this machine can send to the core's port. Without the key it is refused."""
        ear, transport = await rtp(), await Udp.open(HOST, (HOST, 5080))
        for key in ([], ["X-Linkus-Key: 0"], [f"X-Linkus-Key: {secrets.token_hex(32)}"]):
            claims = ["X-Linkus-User: 1003", "X-Linkus-Kind: phone", f"X-Linkus-Call: {UUID}"]
            answer = await answer_to(transport, request(transport, "INVITE", *key, *claims, body=ear.offer()))
            assert answer is not None
            assert answer.status == 403
        assert brain.questions == []
        await transport.close()

    async def test_core_key_reaches_nobody(
        self,
        engine: Engine,
        brain: FakeBrain,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
        another: str,
    ) -> None:
        phone, called, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await phone.call(another, ear.offer())
        incoming = await called.next_call()
        assert engine.keys["core"] not in incoming.invite.encode()
        assert incoming.invite.all("X-Linkus-Key") == []
        assert incoming.invite.all("X-Linkus-Call") == [brain.questions[0]["call"]]
        await call.cancel()
        await call.response(487)
        for log in ("kamailio", "asterisk"):
            assert engine.keys["core"] not in engine.log(log)
            assert engine.keys["edge"] not in engine.log(log)


class TestBytes:
    async def test_names_that_are_not_utf8_are_decoded(
        self,
        engine: Engine,
        brain: FakeBrain,
        make_phone: MakePhone,
        number: str,
        another: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A single phone with a Latin-1 byte made the list of all registrations unreadable."""
        good, odd = await make_phone(another), await make_phone(number, register=False)

        async def send(text: str) -> None:
            odd_text = text.replace("Linkus test", "T\xe9l\xff").replace("Contact: <", 'Contact: "M\xfcller" <')
            odd.transport.send_bytes(odd_text.encode("latin-1"))

        monkeypatch.setattr(odd.transport, "send", send)
        assert (await odd.register()).status == 200
        event = await brain.event("registered", odd.aor)
        assert isinstance(event, Registered)
        assert {good.aor, odd.aor} <= {each.aor for each in await engine.edge.registrations()}

    async def test_request_is_answered_when_a_name_is_not_utf8(self, transport: Udp, brain: FakeBrain) -> None:
        for name in (b"\xd5\xc5\xce\xb0", b"M\xfcller", b"\xff\xfe"):
            raw = request(transport, "INVITE").replace(b"From: <", b'From: "' + name + b'" <')
            answer = await answer_to(transport, raw)
            assert answer is not None
            assert answer.status == 407

    async def test_bytes_behind_the_body_are_cut_off(self, transport: Udp, brain: FakeBrain) -> None:
        """Bytes after the body of a datagram are ignored (RFC 3261 18.3)."""
        answer = await answer_to(transport, request(transport, "OPTIONS") + request(transport, "BYE"))
        assert answer is not None
        assert answer.status == 200
        assert transport.heard.empty()


class TestGuessing:
    async def test_existing_and_unknown_names_get_the_same_answer(
        self, engine: Engine, transport: Udp, make_phone: MakePhone, number: str
    ) -> None:
        """Answers are equal for an extension with a phone, one without, and a right or wrong authentication name."""
        phone = await make_phone(number)
        answers = set()
        for who in (phone.aor, "9876543.phone", f"{number}.web", number, "nobody"):
            for name in (phone.username, "other"):
                fields = f'username="{name}", realm="linkus", nonce="x", uri="sip:x", response="{"0" * 32}"'
                digest = f"Authorization: Digest {fields}"
                raw = request(transport, "REGISTER", digest).replace(
                    b"<sip:x@linkus.example>", f"<sip:{who}@linkus.example>".encode()
                )
                answer = await answer_to(transport, raw)
                assert answer is not None
                answers.add((answer.status, answer.start, "WWW-Authenticate" in dict(answer.headers)))
        assert answers == {(401, "SIP/2.0 401 Unauthorized", True)}

    async def test_answer_goes_to_the_source_of_the_request(self, transport: Udp) -> None:
        """A router has changed the port, and the phone does not ask with rport for answers to it."""
        raw = (
            request(transport, "REGISTER")
            .replace(b";rport", b"")
            .replace(transport.address.encode() + b";branch", f"{HOST}:9;branch".encode())
        )
        answer = await answer_to(transport, raw)
        assert answer is not None
        assert answer.status == 401

    async def test_contact_elsewhere_is_reached_at_the_phones_address(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        bystander = await Udp.open("127.0.0.99", (HOST, 9))
        liar, caller, ear = await make_phone(number, register=False), await make_phone(another), await rtp()
        liar.contact = f"<sip:{liar.aor}@{bystander.address}>"
        assert (await liar.register()).status == 200
        call = await caller.call(number, ear.offer())
        incoming = await liar.next_call()
        await incoming.answer(486, "Busy Here")
        assert await refusal(call) == 486
        assert bystander.heard.empty()
        await bystander.close()


class TestThirdParties:
    """A client is reached where it sends from. No header of it makes the edge send to anybody else."""

    async def test_contact_with_headers_is_refused(self, make_phone: MakePhone, number: str) -> None:
        """The edge and Kamailio would disagree about the host of such a contact."""
        liar = await make_phone(number, register=False)
        liar.contact = f"<sip:x@127.0.0.99:5060?y@{liar.transport.address}>"
        assert (await liar.register()).status == 400

    async def test_a_registered_contact(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        liar, caller, ear = await make_phone(number, register=False), await make_phone(another), await rtp()
        own = liar.transport.address
        bystander = await Udp.open("127.0.0.99", (HOST, 9), int(own.rpartition(":")[2]))
        liar.contact = f"<sip:x@{own};maddr=127.0.0.99>"
        assert (await liar.register()).status == 200
        call = await caller.call(number, ear.offer())
        incoming = await liar.next_call()
        await incoming.answer(486, "Busy Here")
        assert await refusal(call) == 486
        assert bystander.heard.empty()
        await bystander.close()

    @pytest.mark.parametrize("is_caller", [True, False])
    @pytest.mark.parametrize(
        ("contact", "route"),
        [("<sip:x@{own};alias=127.0.0.99~{port}~1>", ""), ("<sip:x@{own}>", "<sip:127.0.0.99:{port};lr>")],
    )
    async def test_within_a_call(
        self,
        brain: FakeBrain,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
        another: str,
        contact: str,
        route: str,
        is_caller: bool,
    ) -> None:
        bystander = await Udp.open("127.0.0.99", (HOST, 9))
        port = bystander.address.rpartition(":")[2]
        caller, called, ear, mouth = await make_phone(number), await make_phone(another), await rtp(), await rtp()
        liar = caller if is_caller else called
        liar.contact = contact.format(own=liar.transport.address, port=port)
        extra = {"Record_Route": route.format(port=port)} if route else {}
        call = await caller.call(another, ear.offer(), **(extra if is_caller else {}))
        incoming = await called.next_call()
        await incoming.answer(200, "OK", mouth.offer(), **({} if is_caller else extra))
        await call.response(200)
        await asyncio.wait_for(incoming.acknowledged.wait(), 5)
        told, teller = (call, incoming) if is_caller else (incoming, call)
        assert (await teller.bye()).status == 200
        assert (await asyncio.wait_for(told.ended, 5)).method == "BYE"
        assert bystander.heard.empty()
        await bystander.close()

    async def test_by_the_address_of_a_request(self, talk: Talk, number: str, another: str) -> None:
        """The host is the core's, but `maddr` names another one (RFC 3261 19.1.1)."""
        call = (await talk(number, another)).outgoing
        bystander = await Udp.open("127.0.0.99", (HOST, 9), 5080)
        message = call.request("OPTIONS")
        message.start = f"OPTIONS {call.target.partition(';')[0]};maddr=127.0.0.99 SIP/2.0"
        assert (await call.agent.transact(message)).status == 200
        assert bystander.heard.empty()
        await bystander.close()

    async def test_by_an_answer_that_is_repeated(self, talk: Talk, number: str, another: str) -> None:
        """A repeated answer with its own call's mark has no transaction, so it would be routed by its second Via."""
        conversation = await talk(number, another)
        incoming, bystander = conversation.incoming, await Udp.open("127.0.0.99", (HOST, 9))
        for via in (
            bystander.address,
            f"{HOST}:5080;received=127.0.0.99;rport={bystander.address.rpartition(':')[2]}",
            f"{HOST}:{bystander.address.rpartition(':')[2]};received=127.0.0.99",
        ):
            answer = Message("SIP/2.0 200 OK").add("Via", f"SIP/2.0/UDP {HOST}:5060;branch=z9hG4bKx{unique()}")
            answer.add("Via", f"SIP/2.0/UDP {via};branch=z9hG4bK{unique()}")
            for route in incoming.invite.all("Record-Route"):
                answer.add("Record-Route", route)
            answer.add("From", incoming.invite.get("From")).add("To", incoming.local)
            answer.add("Call-ID", incoming.call_id).add("CSeq", incoming.invite.get("CSeq"))
            await incoming.agent.send(answer.add("Contact", incoming.agent.contact))
        await asyncio.sleep(0.5)
        assert bystander.heard.empty()
        await bystander.close()


class TestBrowsers:
    async def test_malformed_requests_count_too(self, make_client: MakeClient, number: str) -> None:
        """The gate used to answer malformed messages over a WebSocket without limit."""
        client = await make_client(number, register=False, address="203.0.113.78")
        for _ in range(250):
            message = client.new("OPTIONS", "sip:linkus.example", "<sip:linkus.example>")
            await client.send(message.add("Expires", "soon").add("User-Agent", "x" * 200))
        await asyncio.sleep(1)
        assert 150 <= sum(message.status == 400 for message in client.seen) <= 200


class TestBusy:
    async def test_one_datagram_does_not_stop_the_edge(self, transport: Udp) -> None:
        """Parameters whose values are spaces could be split in 3**60 ways."""
        for _ in range(8):
            raw = request(transport, "OPTIONS").replace(
                b"From: <sip:x@linkus.example>", b"From: <sip:x@y>" + b";a=  " * 60 + b'"'
            )
            answer = await answer_to(transport, raw)
            assert answer is not None
            assert answer.status == 400


class TestBlockedAddress:
    async def test_authenticated_phone_is_heard_when_its_address_is_banned(
        self, engine: Engine, make_phone: MakePhone, number: str, another: str
    ) -> None:
        """Anybody can forge an office's address in datagrams and get it blocked. Its phones must not be cut off."""
        office = "127.1.2.3"
        phones = [await make_phone(each, register=False) for each in (number, another)]
        known, guesser = [
            Agent(await Udp.open(office, (HOST, SIP_PORT)), phone.aor, phone.username, PASSWORD) for phone in phones
        ]
        assert (await known.register()).status == 200
        assert (await guesser.register()).status == 200
        guesser.password = "wrong"
        assert (await guesser.register()).status == 401
        await engine.edge.ban(office, 60)
        try:
            assert (await known.register()).status == 200
            guesser.password = PASSWORD
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(guesser.register(), 1)
        finally:
            await engine.edge.unban(office)
            await known.close()
            await guesser.close()


class TestRedirection:
    @pytest.mark.parametrize(
        ("status", "contact"),
        [
            (302, "<sip:1005@linkus.example>"),
            (300, "<sip:PJSIP%2Fedge%2Fsip%3Ax%40{}@x>"),
            (302, "<sip:Local%2Fecho%40plan@x>"),
            (380, "<sip:x@{}>"),
        ],
    )
    async def test_redirection_is_not_followed(
        self,
        brain: FakeBrain,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
        another: str,
        contact: str,
        status: int,
    ) -> None:
        bystander = await Udp.open(HOST, (HOST, 9))
        caller, called, ear = await make_phone(number), await make_phone(another), await rtp()
        call = await caller.call(another, ear.offer())
        incoming = await called.next_call()
        target = contact.format(bystander.address.replace(":", "%3A"))
        await incoming.answer(status, "Moved", Contact=target)
        assert await refusal(call) == 480
        assert bystander.heard.empty()
        assert len(brain.questions) == 1
        await bystander.close()


class TestFaults:
    async def test_routing_script_has_no_fault(self, engine: Engine) -> None:
        assert "event=fault" not in engine.log("kamailio")


class TestOneClient:
    async def test_core_takes_a_limited_number_of_calls_of_one_phone(
        self, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        """A faulty phone does not use up all media ports."""
        brain.decide = lambda _question: {"action": "echo"}
        phone, other, ear = await make_phone(number), await make_phone(another), await rtp()
        calls = [await phone.call("*43", ear.offer()) for _ in range(30)]
        for call in calls:
            await call.response(200)
        assert await refusal(await phone.call("*43", ear.offer())) == 503
        calls.append(await other.call("*43", ear.offer()))
        await calls[-1].response(200)
        await calls.pop(0).bye()
        calls.append(await phone.call("*43", ear.offer()))
        await calls[-1].response(200)
        for call in calls:
            await call.bye()


class TestConnections:
    async def set_places(self, engine: Engine, places: int, *, taken: dict[str, int]) -> None:
        """Set the number of places once the edge has accepted so many connections of each address. If it closed some
        while others are still coming, more than it leaves would stay open."""

        async def accepted() -> Counter[str]:
            return Counter(each["src_ip"] for each in await engine.edge.ask("core.tcp_list"))

        async with asyncio.timeout(10):
            while not Counter(taken) <= await accepted():
                await asyncio.sleep(0.1)
        await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", places)

    async def test_one_address_leaves_places_for_others(self, make_client: MakeClient, number: str) -> None:
        """19,500 idle connections of one address shut out all browsers and the control server."""
        opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        try:
            while len(opened) < 600:
                opened += [await asyncio.open_connection(HOST, SIP_PORT, local_addr=("127.0.0.50", 0))]
            await asyncio.sleep(0.5)
            refused = sum(reader.at_eof() for reader, _ in opened)
            client = await make_client(number)
        finally:
            for _, writer in opened:
                writer.close()
        assert 50 <= refused <= 150
        assert (await client.register()).status == 200

    async def test_strangers_expire_sooner_when_few_places_are_left(self, engine: Engine) -> None:
        async def until_lifetime(seconds: int) -> None:
            async with asyncio.timeout(10):
                while True:
                    _, writer = await asyncio.open_connection(HOST, SIP_PORT, local_addr=("127.0.0.51", 0))
                    port = writer.get_extra_info("sockname")[1]
                    await asyncio.sleep(0.2)
                    found = await engine.edge.ask("core.tcp_list")
                    writer.close()
                    if seconds in [each["lifetime"] for each in found if each["src_port"] == port]:
                        return

        most = (await engine.edge.ask("core.tcp_info"))["max_connections"]
        opened = [(await asyncio.open_connection(HOST, SIP_PORT))[1] for _ in range(60)]
        try:
            await until_lifetime(120)
            await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", 100)
            await until_lifetime(30)
        finally:
            await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", most)
            for writer in opened:
                writer.close()
        await until_lifetime(120)

    async def test_address_with_most_connections_loses_some_when_few_places_are_left(
        self, engine: Engine, number: str
    ) -> None:
        """Forty addresses, each at its limit, held all 20,000 places, so no phone and no browser could connect."""
        desk = await engine.add_phone(number, PASSWORD)
        transport = await Tcp.connect(HOST, SIP_PORT, ("127.0.0.59", 0))
        phone = Agent(transport, desk.aor, desk.registration_name, PASSWORD)
        assert (await phone.register()).status == 200
        most = (await engine.edge.ask("core.tcp_info"))["max_connections"]
        opened: dict[str, list[asyncio.StreamReader]] = {}
        writers = []
        try:
            for host, count in (("127.0.0.60", 60), ("127.0.0.61", 60), ("127.0.0.62", 2)):
                for _ in range(count):
                    reader, writer = await asyncio.open_connection(HOST, SIP_PORT, local_addr=(host, 0))
                    opened.setdefault(host, []).append(reader)
                    writers.append(writer)
            await self.set_places(engine, 200, taken={host: len(readers) for host, readers in opened.items()})
            async with asyncio.timeout(10):
                while sum(not each.at_eof() for host in ("127.0.0.60", "127.0.0.61") for each in opened[host]) > 80:
                    await asyncio.sleep(0.2)
            assert not any(each.at_eof() for each in opened["127.0.0.62"])
            assert all(sum(not each.at_eof() for each in readers) >= 2 for readers in opened.values())
            assert (await phone.register()).status == 200
        finally:
            await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", most)
            for writer in writers:
                writer.close()
            await phone.close()
        assert "event=strangers-closed" in engine.log("kamailio")

    async def test_connections_to_another_instance_are_not_counted(self, engine: Engine) -> None:
        """Another instance on this machine has the same port at another address. Its connections looked like strangers
        of this one, which then closed none of its own, and all its places stayed taken."""
        most = (await engine.edge.ask("core.tcp_info"))["max_connections"]
        with contextlib.ExitStack() as opened:
            opened.enter_context(socket.create_server(("127.0.0.63", SIP_PORT), backlog=500))
            for _ in range(400):
                opened.enter_context(socket.create_connection(("127.0.0.63", SIP_PORT)))
            readers = []
            for _ in range(120):
                reader, writer = await asyncio.open_connection(HOST, SIP_PORT, local_addr=("127.0.0.64", 0))
                opened.callback(writer.close)
                readers.append(reader)
            try:
                await self.set_places(engine, 200, taken={"127.0.0.64": 120})
                async with asyncio.timeout(10):
                    while sum(not reader.at_eof() for reader in readers) > 80:
                        await asyncio.sleep(0.2)
            finally:
                await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", most)

    async def test_websockets_of_strangers_are_closed_when_few_places_are_left(
        self, engine: Engine, make_client: MakeClient, number: str, another: str
    ) -> None:
        """Five addresses, each with what nginx lets one have, could hold all places."""
        client = await make_client(number)
        strangers = [await make_client(another, register=False, address="198.51.100.1") for _ in range(40)]
        most = (await engine.edge.ask("core.tcp_info"))["max_connections"]
        await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", 60)
        try:
            async with asyncio.timeout(10):
                while sum(each.transport.connection.state is State.OPEN for each in strangers) > 25:
                    await asyncio.sleep(0.2)
        finally:
            await engine.edge.ask("cfg.set_now_int", "tcp", "max_connections", most)
        assert any(each.transport.connection.state is State.OPEN for each in strangers)
        assert client.transport.connection.state is State.OPEN
        assert (await client.register()).status == 200

    async def test_messages_of_a_stranger_over_a_websocket_are_counted(
        self, engine: Engine, make_client: MakeClient, number: str, another: str
    ) -> None:
        """Requests were; an answer, or what the gate drops, costs as much."""
        stranger, client = await make_client(number, register=False), await make_client(another)

        async def counted(reason: str) -> int:
            return int((await engine.edge.table("counters")).get(f"gate {reason}", 0))

        floods, heard = await counted("flood"), await counted("reply-to-nothing")
        answer = response_to(stranger.new("OPTIONS", "sip:linkus.example", "<sip:a@linkus.example>"), 200, "OK")
        with contextlib.suppress(ConnectionClosed):  # the edge may close it: that is its right
            for _ in range(900):
                await stranger.send(answer)
        async with asyncio.timeout(10):
            while await counted("flood") == floods:
                await asyncio.sleep(0.1)
        assert await counted("reply-to-nothing") - heard <= 400
        assert (await client.register()).status == 200

    async def test_memory_suffices_for_all_connections(self, engine: Engine) -> None:
        """8,000 idle connections from four addresses took all memory, so no browser could connect any more."""
        memory = await engine.edge.ask("core.shmmem")
        assert memory["free"] > 20_000 * 18_000

    async def test_unregistered_websocket_is_closed(
        self, engine: Engine, make_client: MakeClient, number: str, another: str
    ) -> None:
        idle, client = await make_client(number, register=False), await make_client(another)
        waiting: list[dict[str, str]] = []
        async with asyncio.timeout(6):  # those of the test before must end first
            while len(waiting) != 1:
                found = await engine.edge.ask("htable.dump", "wsnew")
                waiting = [item for slot in found for item in slot["slot"]]
        await engine.edge.ask("htable.sets", "wsnew", waiting[0]["name"], "1")
        async with asyncio.timeout(6):
            while idle.transport.connection.state is State.OPEN:
                await asyncio.sleep(0.05)
        assert client.transport.connection.state is State.OPEN
