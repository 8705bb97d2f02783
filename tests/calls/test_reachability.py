"""A client is ready only if a call would reach it, and a call follows the client to its present connection."""

from __future__ import annotations

import asyncio
import time

import pytest

from linkus.engine.edge_events import Disconnected, Heard, Silent
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import Rtp
from tests.calls.message import Message, tag
from tests.calls.sip import Agent, Call, refusal
from tests.calls.transports import WebSocket


async def probe(agent: Agent) -> str:
    """Probe as a Linkus client does. Return what the edge says about this connection."""
    own = f"<sip:{agent.aor}@linkus.example>"
    message = Message(f"OPTIONS sip:{agent.aor}@linkus.example SIP/2.0").add("Via", agent.via())
    message.add("Max-Forwards", 70).add("From", f"{own};tag=p").add("To", own)
    message.add("Call-ID", f"probe-{time.monotonic_ns()}").add("CSeq", "1 OPTIONS")
    answer = await agent.transact(message)
    assert answer.status == 200
    return answer.get("X-Linkus-Registered")


async def renew(agent: Agent, *, register: bool = True) -> Agent:
    """Return the same browser on another WebSocket, with its contact and its dialogs."""
    new = Agent(await socket_of(agent).again(), agent.aor, agent.username, agent.password)
    new.calls, new._waiting = agent.calls, agent._waiting
    for call in new.calls.values():
        call.agent = new
    if register:
        assert (await new.register()).status == 200
    return new


def socket_of(agent: Agent) -> WebSocket:
    assert isinstance(agent.transport, WebSocket)
    return agent.transport


def freeze(agent: Agent) -> None:
    """Let the path die silently: nothing is read any more, and nothing is closed."""
    agent._reading.cancel()


def names_its_dialog(bye: Message, call: Call) -> None:
    """Check that a BYE has both tags, by which a browser knows a dialog (RFC 3261 12)."""
    assert bye.method == "BYE"
    assert (tag(bye.get("From")), tag(bye.get("To"))) == (tag(call.invite.get("From")), call.own_tag)


def ring_web(question: dict[str, str]) -> dict[str, object]:
    return {
        "action": "dial",
        "targets": [f"{question['to']}.web"],
        "timeout": 30,
        "cid_num": question["from"],
        "language": "en",
    }


@pytest.fixture
def ring(brain: FakeBrain) -> FakeBrain:
    brain.decide = ring_web
    return brain


async def talk_with_client(phone: Agent, client: Agent, number: str, ears: list[Rtp]) -> tuple[Call, Call]:
    outgoing = await phone.call(number, ears[0].offer())
    incoming = await client.next_call()
    await incoming.answer(180, "Ringing")
    await incoming.answer(200, "OK", ears[1].offer())
    await outgoing.response(200)
    await asyncio.wait_for(incoming.acknowledged.wait(), 5)
    return outgoing, incoming


class TestProbe:
    async def test_probe_tells_whether_this_connection_is_registered(
        self, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, register=False)
        assert await probe(client) == "no"
        assert (await client.register()).status == 200
        assert await probe(client) == "yes"
        new = await renew(client)
        assert (await probe(new), await probe(client)) == ("yes", "no")
        assert (await new.register(expires=0)).status == 200
        assert await probe(new) == "no"
        await new.close()

    async def test_client_is_silent_when_probes_stop_and_heard_when_they_resume(
        self, brain: FakeBrain, make_client: MakeClient, number: str, another: str
    ) -> None:
        client, quiet = await make_client(number), await make_client(another)
        assert await probe(client) == "yes"
        assert isinstance(await brain.event("silent", client.aor, 15), Silent)
        assert isinstance(await brain.event("silent", client.aor, 5), Silent), "it is said again"
        assert await probe(client) == "yes"
        assert isinstance(await brain.event("heard", client.aor), Heard)
        assert not [
            each for each in brain.events if getattr(each, "aor", "") == quiet.aor and each.event == "silent"
        ], "a client that never asked is not missed"

    async def test_connection_stays_open_after_half_a_minute_of_silence(
        self, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        """A pong that is late on a loaded machine, or never comes, disconnects nobody."""
        client = await make_client(number)
        socket_of(client).connection.protocol.send_pong = lambda data: None  # type: ignore[method-assign]
        await asyncio.sleep(34)
        assert not [each for each in brain.events if isinstance(each, Disconnected) and each.aor == client.aor]
        assert await probe(client) == "yes"


class TestCallToOneThatIsGone:
    async def test_call_waits_until_its_lost_client_is_back(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear, mouth = await make_phone(number), await make_client(another), await rtp(), await rtp()
        socket_of(client).abort()
        call = await phone.call(another, ear.offer())
        await asyncio.sleep(2.5)
        new = await renew(client)
        incoming = await new.next_call()
        await incoming.answer(180, "Ringing")
        await call.response(180)
        await incoming.answer(200, "OK", mouth.offer())
        await call.response(200)
        assert (await call.bye()).status == 200
        await asyncio.wait_for(incoming.ended, 5)
        await new.close()

    async def test_call_waits_when_the_loss_was_reported_before(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear = await make_phone(number), await make_client(another), await rtp()
        socket_of(client).abort()
        await ring.event("disconnected", client.aor)
        call = await phone.call(another, ear.offer())
        await asyncio.sleep(1)
        new = await renew(client)
        incoming = await new.next_call()
        await incoming.answer(180, "Ringing")
        await call.response(180)
        await call.cancel()
        await call.response(487)
        await asyncio.wait_for(incoming.ended, 5)
        await new.close()

    async def test_call_ends_when_its_lost_client_does_not_return(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear = await make_phone(number), await make_client(another), await rtp()
        socket_of(client).abort()
        began = time.monotonic()
        call = await phone.call(another, ear.offer())
        assert await refusal(call) >= 400
        assert time.monotonic() - began > 4

    async def test_call_does_not_wait_for_a_deregistered_client(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear = await make_phone(number), await make_client(another), await rtp()
        assert (await client.register(expires=0)).status == 200
        await client.transport.close()
        call = await phone.call(another, ear.offer())
        await asyncio.sleep(1)
        new = await renew(client)
        assert await refusal(call) >= 400
        assert new.incoming.empty()
        await new.close()

    async def test_call_is_cancelled_while_it_waits(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear = await make_phone(number), await make_client(another), await rtp()
        socket_of(client).abort()
        call = await phone.call(another, ear.offer())
        await asyncio.sleep(1)
        await call.cancel()
        await call.response(487)
        new = await renew(client)
        assert new.incoming.empty()
        await new.close()

    async def test_call_reaches_the_new_connection_when_it_went_to_a_dead_one(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear, mouth = await make_phone(number), await make_client(another), await rtp(), await rtp()
        freeze(client)
        call = await phone.call(another, ear.offer())
        await asyncio.sleep(6)
        new = await renew(client)
        incoming = await new.next_call()
        await incoming.answer(180, "Ringing")
        await call.response(180)
        await incoming.answer(200, "OK", mouth.offer())
        await call.response(200)
        assert (await call.bye()).status == 200
        await asyncio.wait_for(incoming.ended, 5)
        await new.close()


class TestWhileItRings:
    @pytest.mark.parametrize("is_noticed", [True, False])
    async def test_caller_hears_ringing_and_answer_over_a_new_connection(
        self,
        brain: FakeBrain,
        make_client: MakeClient,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
        another: str,
        is_noticed: bool,
    ) -> None:
        """The old connection is closed, or dead without a sign."""
        client, phone, ear, mouth = await make_client(number), await make_phone(another), await rtp(), await rtp()
        outgoing = await client.call(another, ear.offer())
        incoming = await phone.next_call()
        if is_noticed:
            socket_of(client).abort()
            await brain.event("disconnected", client.aor)
        new = await renew(client)
        await incoming.answer(180, "Ringing")
        ringing = await outgoing.response(180)
        assert ringing.get("X-Linkus-Call")
        await incoming.answer(200, "OK", mouth.offer())
        await outgoing.response(200)
        await asyncio.wait_for(incoming.acknowledged.wait(), 5)
        assert [one.status for one in new.seen if one.method == "INVITE"] == [180, 200]
        assert (await outgoing.bye()).status == 200
        await asyncio.wait_for(incoming.ended, 5)
        await new.close()

    @pytest.mark.parametrize("status", [200, 486])
    async def test_answer_waits_while_the_caller_has_no_connection(
        self,
        brain: FakeBrain,
        make_client: MakeClient,
        make_phone: MakePhone,
        rtp: MakeRtp,
        number: str,
        another: str,
        status: int,
    ) -> None:
        client, phone, ear, mouth = await make_client(number), await make_phone(another), await rtp(), await rtp()
        outgoing = await client.call(another, ear.offer())
        incoming = await phone.next_call()
        await incoming.answer(180, "Ringing")
        await outgoing.response(180)
        socket_of(client).abort()
        await incoming.answer(status, "Final", mouth.offer() if status == 200 else "")
        await asyncio.sleep(2)
        new = await renew(client)
        if status == 200:
            await outgoing.response(200)
            assert (await outgoing.bye()).status == 200
            await asyncio.wait_for(incoming.ended, 5)
        else:
            assert await refusal(outgoing) == status
        await new.close()

    async def test_caller_cancels_over_a_new_connection(
        self, brain: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        client, phone = await make_client(number), await make_phone(another)
        outgoing = await client.call(another, (await rtp()).offer())
        incoming = await phone.next_call()
        await incoming.answer(180, "Ringing")
        await outgoing.response(180)
        socket_of(client).abort()
        new = await renew(client)
        await outgoing.cancel()
        assert await refusal(outgoing) == 487
        await asyncio.wait_for(incoming.ended, 5)
        await new.close()

    async def test_called_client_stops_ringing_over_a_new_connection(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client = await make_phone(number), await make_client(another)
        outgoing = await phone.call(another, (await rtp()).offer())
        incoming = await client.next_call()
        await incoming.answer(180, "Ringing")
        await outgoing.response(180)
        socket_of(client).abort()
        new = await renew(client)
        await outgoing.cancel()
        await outgoing.response(487)
        names_its_dialog(await asyncio.wait_for(incoming.ended, 5), incoming)
        await new.close()


class TestWithinACall:
    async def test_bye_finds_the_called_clients_present_connection(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client = await make_phone(number), await make_client(another)
        outgoing, incoming = await talk_with_client(phone, client, another, [await rtp(), await rtp()])
        freeze(client)
        new = await renew(client)
        assert (await outgoing.bye()).status == 200
        await asyncio.wait_for(incoming.ended, 5)
        await new.close()

    async def test_bye_finds_the_calling_clients_present_connection(
        self, brain: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client, ear, mouth = await make_phone(number), await make_client(another), await rtp(), await rtp()
        outgoing = await client.call(number, ear.offer())
        incoming = await phone.next_call()
        await incoming.answer(200, "OK", mouth.offer())
        await outgoing.response(200)
        await asyncio.wait_for(incoming.acknowledged.wait(), 5)
        socket_of(client).abort()
        new = await renew(client)
        assert (await incoming.bye()).status == 200
        await asyncio.wait_for(outgoing.ended, 5)
        await new.close()

    async def test_bye_waits_for_a_client_without_a_connection(
        self, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
    ) -> None:
        phone, client = await make_phone(number), await make_client(another)
        outgoing, incoming = await talk_with_client(phone, client, another, [await rtp(), await rtp()])
        socket_of(client).abort()
        await asyncio.sleep(0.2)
        assert (await outgoing.bye()).status == 200
        await asyncio.sleep(2)
        new = await renew(client)
        await asyncio.wait_for(incoming.ended, 6)
        await new.close()

    async def test_answered_call_is_not_delivered_to_another_contact(
        self, engine: Engine, ring: FakeBrain, make_client: MakeClient, make_phone: MakePhone, rtp: MakeRtp,
        number: str, another: str,
    ) -> None:  # fmt: skip
        phone, client = await make_phone(number), await make_client(another)
        outgoing, _incoming = await talk_with_client(phone, client, another, [await rtp(), await rtp()])
        before = len(engine.log("kamailio"))
        new = await renew(client)
        assert await probe(new) == "yes"
        said = engine.log("kamailio")[before:]
        assert "event=connected" in said
        assert "event=delivers" not in said
        assert (await outgoing.bye()).status == 200
        await new.close()


async def test_silent_connection_is_closed_after_a_minute(
    engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
) -> None:
    client = await make_client(number)
    assert await probe(client) == "yes"
    await brain.event("disconnected", client.aor, 90)
    await asyncio.wait_for(socket_of(client).connection.wait_closed(), 5)
    assert await engine.edge.registrations_of(client.aor) == []
