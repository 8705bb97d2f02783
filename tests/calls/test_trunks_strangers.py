"""Limits for providers, and for strangers who claim to be one: peers that send scripted messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunk, EdgeTrunks
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import MakePhone, MakeRtp, MediaFreed
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import Heard, peer_trunk
from tests.calls.provider import provider_address
from tests.calls.sip import Agent
from tests.calls.transports import Tcp, Udp

DID = "+862155501001"
STRANGER = f"{provider_address().rpartition('.')[0]}.{int(provider_address().rpartition('.')[2]) + 1}"
MakePeer = Callable[..., Awaitable[tuple[Agent, EdgeTrunk]]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_peer(engine: Engine, lines: EdgeTrunks) -> AsyncIterator[MakePeer]:
    """Make peers of the PBX. By default their trunk is written to the edge."""
    agents: list[Agent] = []

    async def make(
        address: str = provider_address(), *, known: bool = True, **values: object
    ) -> tuple[Agent, EdgeTrunk]:
        transport = await Udp.open(address, (HOST, SIP_PORT))
        agents.append(agent := Agent(transport, "+8613800138000"))
        trunk = peer_trunk(address, int(transport.address.rpartition(":")[2]), **values)
        if known:
            await lines.write(trunk)
        return agent, trunk

    yield make
    for agent in agents:
        await agent.close()


@pytest.fixture
def to_phone(brain: FakeBrain, number: str) -> str:
    """Route calls from outside to this desk phone."""
    brain.decide = lambda _: {"action": "dial", "targets": [f"{number}.phone"], "timeout": 20, "language": "zh-CN"}
    return number


class TestWhoIsLetIn:
    async def test_peer_is_known_by_its_address(
        self, brain: FakeBrain, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, _ = await make_peer()
        phone, ear = await make_phone(to_phone), await rtp()
        call = await peer.call(DID, ear.offer())
        ringing = await phone.next_call()
        assert (brain.questions[0]["from"], brain.questions[0]["kind"]) == ("+8613800138000", "trunk")
        await ringing.answer(603, "Decline")
        await call.response(603)

    async def test_stranger_is_challenged(
        self, engine: Engine, brain: FakeBrain, make_peer: MakePeer, rtp: MakeRtp, to_phone: str
    ) -> None:
        await make_peer()
        stranger, _ = await make_peer(STRANGER, known=False)
        call = await stranger.call(
            DID, (await rtp()).offer(), X_Linkus_Kind="trunk", X_Linkus_Trunk="7", X_Linkus_User="1001"
        )
        await call.response(407)
        assert brain.questions == []

    async def test_caller_is_asked_to_retry_before_the_trunks_are_written(
        self, engine: Engine, brain: FakeBrain, lines: EdgeTrunks, make_peer: MakePeer, make_phone: MakePhone,
        rtp: MakeRtp, to_phone: str,
    ) -> None:  # fmt: skip
        """After a start of the edge a provider looks like a stranger. Challenged, it would drop the call."""
        peer, trunk = await make_peer(known=False)
        cable = Agent(await Tcp.connect(HOST, SIP_PORT), "+8613800138000")
        phone, ear = await make_phone(to_phone), await rtp()
        await engine.edge.ask("htable.delete", "complete", "trunks")
        try:
            refused = await (await cable.call(DID, ear.offer())).response(503)
            assert refused.get("Retry-After") == "3"
            call = await peer.call(DID, ear.offer())
            await asyncio.sleep(0.5)
            assert call.responses.empty()
            await lines.write(trunk)
        finally:
            await engine.fill()
        await peer.send(call.invite)  # as every peer retransmits over UDP without an answer
        ringing = await phone.next_call()
        await ringing.answer(603, "Decline")
        await call.response(603)
        await cable.close()

    async def test_provider_connection_outlives_a_quiet_call(
        self, engine: Engine, brain: FakeBrain, lines: EdgeTrunks, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        """A stranger's connection ends after two silent minutes. Then a BYE in a provider's call has no way back."""
        peer, stranger = [
            Agent(await Tcp.connect(HOST, SIP_PORT, (address, 0)), "+8613800138000")
            for address in (provider_address(), STRANGER)
        ]
        await lines.write(peer_trunk(provider_address(), 5060, transport="tcp"))
        phone, ear, mouth = await make_phone(to_phone), await rtp(), await rtp()
        await (await stranger.call(DID, ear.offer())).response(407)
        call = await peer.call(DID, ear.offer())
        ringing = await phone.next_call()
        await ringing.answer(200, "OK", mouth.offer())
        await call.response(200)
        found = await engine.edge.ask("core.tcp_list")
        lifetimes = {f"{each['src_ip']}:{each['src_port']}": each["lifetime"] for each in found}
        assert (lifetimes[peer.transport.address], lifetimes[stranger.transport.address]) == (3604, 120)
        assert (await ringing.bye()).status == 200
        assert (await asyncio.wait_for(call.ended, 5)).method == "BYE"
        for each in (peer, stranger):
            await each.close()

    async def test_tls_provider_is_not_trusted_over_udp(
        self, brain: FakeBrain, make_peer: MakePeer, rtp: MakeRtp, to_phone: str
    ) -> None:
        """The provider's address is no secret, and a datagram's source can be forged."""
        peer, _ = await make_peer(transport="tls")
        call = await peer.call(DID, (await rtp()).offer())
        await call.response(407)
        assert brain.questions == []

    async def test_provider_is_known_by_our_contact_from_any_address(
        self, brain: FakeBrain, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        """The dialled number is then in To. A contact with one wrong letter gives no access."""
        _, trunk = await make_peer()
        other, _ = await make_peer(STRANGER, known=False)
        phone, ear = await make_phone(to_phone), await rtp()
        wrong = trunk.contact[:-1] + ("0" if trunk.contact[-1] != "0" else "1")
        call = await other.call(DID, ear.offer(), target=f"sip:{wrong}@{HOST}:5060")
        await call.response(407)
        call = await other.call(DID, ear.offer(), target=f"sip:{trunk.contact}@{HOST}:5060")
        ringing = await phone.next_call()
        assert brain.questions[0]["to"] == DID
        await ringing.answer(603, "Decline")
        await call.response(603)

    async def test_removed_trunk_is_a_stranger(
        self, brain: FakeBrain, lines: EdgeTrunks, make_peer: MakePeer, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, trunk = await make_peer()
        await lines.remove(trunk.id)
        call = await peer.call(DID, (await rtp()).offer())
        await call.response(407)
        assert brain.questions == []

    async def test_desk_phone_authenticates_behind_a_providers_address(
        self, brain: FakeBrain, make_peer: MakePeer, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, _ = await make_peer()
        call = await peer.call("1002", (await rtp()).offer(), aor=f"{to_phone}.phone")
        await call.response(407)
        assert brain.questions == []

    async def test_trunks_at_one_address_are_told_apart_by_port(
        self, engine: Engine, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        peers = [await make_peer(), await make_peer()]
        phone, ear = await make_phone(to_phone), await rtp()
        for peer, trunk in peers:
            call = await peer.call(DID, ear.offer())
            ringing = await phone.next_call()
            await ringing.answer(603, "Decline")
            await call.response(603)
            assert f"event=call call={ringing.invite.get('X-Linkus-Call')} source=trunk-{trunk.id} " in engine.log(
                "kamailio"
            )

    async def test_banned_or_busy_provider_is_still_heard(
        self, engine: Engine, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, _ = await make_peer()
        phone, ear = await make_phone(to_phone), await rtp()
        await engine.edge.ban(provider_address(), 300)
        call = await peer.call(DID, ear.offer())
        ringing = await phone.next_call()
        await engine.edge.unban(provider_address())
        await ringing.answer(603, "Decline")
        await call.response(603)


class TestWhatAProviderSays:
    async def test_spoofed_headers_are_removed(
        self, brain: FakeBrain, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, _ = await make_peer()
        phone, ear = await make_phone(to_phone), await rtp()
        call = await peer.call(
            DID, ear.offer(), X_Linkus_Kind="web", X_Linkus_User="1001", X_Linkus_Trunk="99", X_Linkus_Call="1",
            X_DID_Number="666", X_Linkus_Page="7",
        )  # fmt: skip
        ringing = await phone.next_call()
        [question] = brain.questions
        assert (question["kind"], question["from"]) == ("trunk", "+8613800138000")
        assert len(question["call"]) == 36
        assert ringing.invite.get("X-DID-Number") == ringing.invite.get("X-Linkus-Page") == ""
        await ringing.answer(603, "Decline")
        await call.response(603)

    @pytest.mark.parametrize(
        ("headers", "caller"),
        [
            ({"P_Asserted_Identity": "<sip:+49(30)1234-567@provider.example>"}, "+49301234567"),
            ({"P_Asserted_Identity": "<tel:+49301234567>"}, "+49301234567"),
            ({"P_Asserted_Identity": "<sip:+49301234567@provider.example>", "Privacy": "id"}, "anonymous"),
        ],
    )
    async def test_caller_is_what_the_provider_asserts(
        self,
        brain: FakeBrain,
        make_peer: MakePeer,
        make_phone: MakePhone,
        rtp: MakeRtp,
        to_phone: str,
        headers: dict[str, str],
        caller: str,
    ) -> None:
        peer, _ = await make_peer()
        phone, ear = await make_phone(to_phone), await rtp()
        call = await peer.call(DID, ear.offer(), **headers)
        ringing = await phone.next_call()
        assert brain.questions[0]["from"] == caller
        await ringing.answer(603, "Decline")
        await call.response(603)

    async def test_offer_is_cut_to_the_codecs_of_the_trunk(
        self, media_freed: MediaFreed, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, _ = await make_peer(codecs=("pcma",))
        phone, ear, mouth = await make_phone(to_phone), await rtp(), await rtp()
        call = await peer.call(DID, ear.offer("0 8 9 101", ("0 PCMU/8000", "8 PCMA/8000", "9 G722/8000")))
        ringing = await phone.next_call()
        await ringing.answer(200, "OK", mouth.offer())
        answered = await call.response(200)
        assert "RTP/AVP 8 101\r\n" in answered.body
        assert answered.get("Contact") == f"<sip:linkus@{HOST}:5060>"
        assert (await call.bye()).status == 200
        await asyncio.wait_for(ringing.ended, 5)
        await media_freed()

    async def test_provider_holds_and_resumes_but_may_not_transfer(
        self, make_peer: MakePeer, make_phone: MakePhone, rtp: MakeRtp, to_phone: str
    ) -> None:
        peer, _ = await make_peer()
        phone, ear, mouth = await make_phone(to_phone), await rtp(), await rtp()
        call = await peer.call(DID, ear.offer())
        ringing = await phone.next_call()
        await ringing.answer(200, "OK", mouth.offer())
        await call.response(200)
        held = await call.ask("INVITE", ear.offer().replace("a=sendrecv", "a=sendonly"))
        assert held.status == 200
        assert "a=recvonly" in held.body
        assert (await call.ask("INVITE", ear.offer())).status == 200
        refused = await call.ask("REFER", Refer_To="<sip:+8690000000@linkus.example>")
        assert refused.status == 403
        assert (await ringing.bye()).status == 200
        await asyncio.wait_for(call.ended, 5)


class TestPeerState:
    async def test_peer_is_reported_silent_and_answering(
        self, lines: EdgeTrunks, make_peer: MakePeer, heard_of: Heard
    ) -> None:
        peer, trunk = await make_peer(known=False)
        revision = await lines.write(trunk)
        event = await heard_of(revision, "registered")
        assert (event.id, event.code) == (trunk.id, 200)
        await peer.close()
        assert (await heard_of(revision, "unreachable", 40)).code == 0
