"""Answers that get lost on their way, or whose edge was killed: the server has an address that is not loopback."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from tests.calls.lines import peer_trunk
from tests.calls.message import Message
from tests.calls.sip import Agent, Call, response_to
from tests.calls.transports import Udp
from tests.network.topology import Network, Node
from tests.network.world import OTHER_TONE, PHONE_TONE, World, hang_up, number_of, ring, until_heard

SERVER, DESK, PROVIDER = "203.0.113.10", "203.0.113.77", "203.0.113.99"
pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Site:
    world: World
    desk: Node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    with Network() as network:
        wan = network.switch("wan")
        server, desk = network.node("server"), network.node("desk")
        server.plug(wan, f"{SERVER}/24")
        desk.plug(wan, f"{DESK}/24", f"{PROVIDER}/24")
        home = tmp_path_factory.mktemp("answers") / "home"
        async with World.open(server, home, SERVER, SERVER, tls=True) as world:
            yield Site(world, desk)


def answers(agent: Agent, call: Call, status: int = 200, sequence: int = 0) -> list[Message]:
    """Return the copies of an answer to an INVITE that have come."""
    return [
        each
        for each in agent.seen
        if not each.is_request
        and (each.get("Call-ID"), each.status, each.method) == (call.call_id, status, "INVITE")
        and (not sequence or each.get("CSeq") == f"{sequence} INVITE")
    ]


async def until_repeated(agent: Agent, call: Call, copies: int, *, sequence: int = 0, seconds: float = 9) -> Message:
    async with asyncio.timeout(seconds):
        while len(answers(agent, call, sequence=sequence)) < copies:
            await asyncio.sleep(0.05)
    return answers(agent, call, sequence=sequence)[-1]


async def acknowledge_last(call: Call, message: Message) -> None:
    """Take the repeated answer for the first that has come."""
    while not call.responses.empty():
        call.responses.get_nowait()
    call.responses.put_nowait(message)
    await call.response(200)


async def refused(call: Call) -> int:
    """Return the refusal, which comes after a prompt, and acknowledge it with its tag (RFC 3261 17.1.1.3)."""
    async with asyncio.timeout(25):
        while (message := await call.responses.get()).status < 300:
            pass
    call.remote = message.get("To")
    await call.acknowledge(message)
    return message.status


class TestLostAnswer:
    async def test_answer_is_repeated_to_a_phone_until_its_acknowledgement(self, site: Site) -> None:
        """The fifth copy comes when the transaction has ended."""
        world, desk = site.world, site.desk
        caller, called = await world.registered_phone(desk, DESK), await world.registered_phone(desk, DESK)
        ear, mouth = await world.rtp(desk, DESK), await world.rtp(desk, DESK)
        call = await caller.call(number_of(called), ear.offer())
        incoming = await called.next_call()
        await incoming.answer(200, "OK", mouth.offer())
        repeated = await until_repeated(caller, call, 5)
        assert f"c=IN IP4 {SERVER}" in repeated.body
        await acknowledge_last(call, repeated)
        for end, other in ((ear, call), (mouth, incoming)):
            end.connect(other.body)
        ear.play(OTHER_TONE)
        mouth.play(PHONE_TONE)
        await until_heard(mouth, OTHER_TONE)
        await until_heard(ear, PHONE_TONE)
        copies = len(answers(caller, call))
        await asyncio.sleep(4.5)  # the longest pause between two (RFC 3261 17.1.1.2, T2)
        assert len(answers(caller, call)) == copies
        await hang_up(call, incoming)

    @pytest.mark.parametrize("kind", ["client", "tls"])
    async def test_answer_is_repeated_over_a_connection(self, site: Site, kind: str) -> None:
        world, desk = site.world, site.desk
        called = await world.registered_phone(desk, DESK)
        caller = await (
            world.client("198.51.100.3") if kind == "client" else world.registered_tls_phone(desk, DESK, SERVER)
        )
        ear, mouth = await world.rtp(desk, DESK), await world.rtp(desk, DESK)
        call = await caller.call(number_of(called), ear.offer())
        incoming = await called.next_call()
        await incoming.answer(200, "OK", mouth.offer())
        await acknowledge_last(call, await until_repeated(caller, call, 3))
        await hang_up(call, incoming)

    async def test_answer_is_repeated_to_a_provider(self, site: Site) -> None:
        world, desk = site.world, site.desk
        lines = EdgeTrunks(world.engine.edge, told_by(world.engine.layout))
        line = peer_trunk(PROVIDER, 5060)
        await lines.write(line)
        provider = Agent(await Udp.open("", (SERVER, 5060), sock=desk.udp(PROVIDER, 5060)), "peer")
        try:
            called = await world.registered_phone(desk, DESK)
            ear, mouth = await world.rtp(desk, PROVIDER), await world.rtp(desk, DESK)
            call = await provider.call(number_of(called), ear.offer())
            incoming = await called.next_call()
            await incoming.answer(200, "OK", mouth.offer())
            await acknowledge_last(call, await until_repeated(provider, call, 4))
            await hang_up(call, incoming)
        finally:
            await provider.close()
            await lines.remove(line.id)

    async def test_answer_to_hold_is_repeated(self, site: Site) -> None:
        world, desk = site.world, site.desk
        caller, called = await world.registered_phone(desk, DESK), await world.registered_phone(desk, DESK)
        ear, mouth = await world.rtp(desk, DESK), await world.rtp(desk, DESK)
        call, incoming = await ring(caller, called, ear.offer(), mouth.offer())
        hold = call.request("INVITE").add("Contact", caller.contact).add("Content-Type", "application/sdp")
        hold.body = ear.offer().replace("a=sendrecv", "a=sendonly")
        await caller.send(hold)
        repeated = await until_repeated(caller, call, 5, sequence=call.sequence)
        assert f"c=IN IP4 {SERVER}" in repeated.body
        assert "a=recvonly" in repeated.body
        await call.acknowledge(repeated)
        await hang_up(call, incoming)

    async def test_lost_acknowledgement_of_a_phone_is_repeated(self, site: Site) -> None:
        """A called phone repeats its answer, also when the edge's transaction has ended: the core acknowledges each."""
        world, desk = site.world, site.desk
        caller, called = await world.registered_phone(desk, DESK), await world.registered_phone(desk, DESK)
        ear, mouth = await world.rtp(desk, DESK), await world.rtp(desk, DESK)
        call, incoming = await ring(caller, called, ear.offer(), mouth.offer())
        for pause in (0.5, 6):
            await asyncio.sleep(pause)
            incoming.acknowledged.clear()
            await incoming.answer(200, "OK", mouth.offer())
            await asyncio.wait_for(incoming.acknowledged.wait(), 3)
        await hang_up(call, incoming)


class TestEdgeKilledWhileItRings:
    @pytest_asyncio.fixture(loop_scope="module")
    async def ringing(self, site: Site) -> AsyncIterator[tuple[Call, Call]]:
        """Kill the edge while a phone rings."""
        world, desk = site.world, site.desk
        caller, called = await world.registered_phone(desk, DESK), await world.registered_phone(desk, DESK)
        ear = await world.rtp(desk, DESK)
        call = await caller.call(number_of(called), ear.offer())
        incoming = await called.next_call()
        await incoming.answer(180, "Ringing")
        await call.response(180)
        await asyncio.sleep(6)  # the edge writes new locations every 5 s (usrloc, timer_interval)
        await world.engine.restart("kamailio", signal.SIGKILL)
        yield call, incoming
        await world.engine.fill()

    async def test_caller_gets_the_answer(self, site: Site, ringing: tuple[Call, Call]) -> None:
        call, incoming = ringing
        mouth = await site.world.rtp(site.desk, DESK)
        await incoming.answer(200, "OK", mouth.offer())
        await call.response(200)
        await asyncio.wait_for(incoming.acknowledged.wait(), 5)
        mouth.connect(incoming.body)
        await hang_up(call, incoming)
        await site.world.engine.until_freed(set())

    async def test_caller_gets_the_refusal(self, site: Site, ringing: tuple[Call, Call]) -> None:
        """Each side acknowledges, so that nothing is repeated for half a minute."""
        call, incoming = ringing
        await incoming.answer(486, "Busy Here")
        await asyncio.wait_for(incoming.acknowledged.wait(), 5)
        assert await refused(call) == 486
        async with asyncio.timeout(5):
            while await site.world.engine.core.channels():
                await asyncio.sleep(0.1)
        copies = len(answers(call.agent, call, 486))
        await asyncio.sleep(4.5)
        assert len(answers(call.agent, call, 486)) == copies
        await site.world.engine.until_freed(set())

    async def test_caller_is_told_when_nobody_answers(self, site: Site) -> None:
        """The core gives up; its answer reaches the caller, and the phone stops ringing."""
        world, desk = site.world, site.desk
        world.brain.decide = lambda question: {**world.brain.ring_phone(question), "timeout": 12}
        try:
            caller, called = await world.registered_phone(desk, DESK), await world.registered_phone(desk, DESK)
            ear = await world.rtp(desk, DESK)
            call = await caller.call(number_of(called), ear.offer())
            incoming = await called.next_call()
            await incoming.answer(180, "Ringing")
            await call.response(180)
            await asyncio.sleep(6)
            await world.engine.restart("kamailio", signal.SIGKILL)
            assert (await asyncio.wait_for(incoming.ended, 15)).method == "CANCEL"
            async with asyncio.timeout(15):
                while not answers(caller, call, 480):
                    await asyncio.sleep(0.1)
            await world.engine.fill()
        finally:
            world.brain.forget()

    async def test_forged_refusal_ends_no_call(self, site: Site, ringing: tuple[Call, Call]) -> None:
        """An answer without the edge's own mark in its Via is dropped."""
        call, incoming = ringing
        forged = response_to(incoming.invite, 486, "Busy Here")
        own = forged.get("Via")
        changed = own.replace(";lk=", ";lk=0" if ";lk=1" in own else ";lk=1", 1)
        assert changed != own
        forged.headers = [(name, changed if value == own else value) for name, value in forged.headers]
        forged.headers = [(name, f"{value};tag=forged" if name == "To" else value) for name, value in forged.headers]
        await incoming.agent.send(forged)
        await asyncio.sleep(1)
        assert not incoming.acknowledged.is_set()
        assert answers(call.agent, call, 486) == []
        await incoming.answer(486, "Busy Here")
        assert await refused(call) == 486
