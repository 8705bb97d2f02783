"""An attacker forges the address of an office in datagrams. Nobody there may be blocked or silenced by that."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from linkus.engine.edge_events import Refused
from linkus.engine.kamailio import EdgeRefusedError
from linkus.kit.settings import SIP_PORT
from tests.calls.message import Message, digest
from tests.calls.sip import Agent
from tests.calls.transports import unique
from tests.network.topology import Network, Node
from tests.network.world import PASSWORD, World

SERVER, SERVER_6 = "203.0.113.10", "2001:db8::10"
OFFICE, HOME_6 = "203.0.113.1", "2001:db8::20"
PHONE = "192.168.1.20"
FORGER, SECOND, FORGER_6 = "203.0.113.66", "203.0.113.67", "2001:db8::66"
PHONE_COUNT = 200
FLOOD_PER_SECOND = 900  # of an office, both workers together accept 600
MADE_UP = 'Digest realm="linkus", nonce="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0"'
pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


class Patient(Agent):
    """A phone that retransmits its requests (RFC 3261 17.1.2.2)."""

    async def transact(self, message: Message) -> Message:
        queue, wait = await self._begin(message), 0.5
        async with asyncio.timeout(32):
            while True:
                try:
                    response = await asyncio.wait_for(queue.get(), wait)
                except TimeoutError:
                    await self.send(message)
                    wait = min(2 * wait, 4.0)
                else:
                    if response.status >= 200:
                        return response


@dataclass
class Street:
    """A server, an office behind NAT, a phone with IPv6, and an attacker who forges the addresses of both."""

    world: World
    phones: Node
    home: Node
    forger: Node

    async def registered(self, address: str) -> Agent:
        if address == OFFICE:
            return await self.world.registered_phone(self.phones, PHONE)
        return await self.world.registered_phone(self.home, HOME_6, server=SERVER_6)

    async def challenge(self, address: str) -> str:
        """Return a real challenge, sent to the attacker."""
        own, server = (FORGER_6, SERVER_6) if ":" in address else (FORGER, SERVER)
        phone = await self.world.phone(self.forger, own, server=server)
        return (await phone.register(authorize=False)).get("WWW-Authenticate")

    async def ask(self, table: str, name: str) -> object:
        try:
            return await self.world.engine.edge.ask("htable.get", table, name)
        except EdgeRefusedError:  # no such entry
            return None

    async def unproven(self) -> int:
        found = await self.ask("counters", "gate unproven")
        return int(found["item"]["value"]) if isinstance(found, dict) else 0

    def refused(self, address: str) -> list[str]:
        events = [each for each in self.world.brain.events if isinstance(each, Refused)]
        return [event.reason for event in events if event.address == address]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    with Network() as network:
        lan, wan = network.switch("lan"), network.switch("wan")
        server, router, phones = (network.node(each) for each in ("server", "router", "phones"))
        home, forger = network.node("home"), network.node("forger")
        server.plug(wan, f"{SERVER}/24", f"{SERVER_6}/64")
        router.plug(wan, f"{OFFICE}/24")
        router.plug(lan, "192.168.1.1/24")
        router.masquerade("eth0")
        phones.plug(lan, f"{PHONE}/24")
        phones.route("192.168.1.1")
        home.plug(wan, f"{HOME_6}/64")
        forger.plug(wan, f"{FORGER}/24", f"{SECOND}/24", f"{FORGER_6}/64")
        async with World.open(server, tmp_path_factory.mktemp("forged") / "home", "::", SERVER) as world:
            yield Street(world, phones, home, forger)


def attempt(method: str, aor: str, credentials: str) -> bytes:
    message = Message(f"{method} sip:linkus.example SIP/2.0")
    message.add("Via", f"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{unique()};rport").add("Max-Forwards", 70)
    message.add("From", f"<sip:{aor}@linkus.example>;tag={unique()}").add("To", f"<sip:{aor}@linkus.example>")
    message.add("Call-ID", unique()).add("CSeq", f"1 {method}").add("Contact", f"<sip:{aor}@192.0.2.1>")
    if credentials:
        message.add("Authorization" if method == "REGISTER" else "Proxy-Authorization", credentials)
    return message.encode().encode()


def server_of(address: str) -> tuple[str, int]:
    return (SERVER_6 if ":" in address else SERVER, SIP_PORT)


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
@pytest.mark.parametrize("address", [OFFICE, HOME_6])
async def test_wrong_digests_count_for_nobody(street: Street, address: str, method: str) -> None:
    """The attacker uses a nonce for their own address, an invented one, and no digest at all; from any port, and from
    the very port of a registered phone."""
    phone = await street.registered(address)
    port = int(phone.seen[-1].get("Via").partition("rport=")[2].partition(";")[0])  # as the server sees it (RFC 3581)
    assert await street.ask("known", f"{address} {port}") is not None
    challenges = (await street.challenge(address), MADE_UP)
    answers = [digest(each, method, "sip:linkus.example", phone.username, "wrong") for each in challenges]
    before = await street.unproven()
    sent = 0
    for source in (0, port):
        with contextlib.closing(street.forger.forged_udp(address, source)) as wire:
            for aor in (phone.aor, "9999999.phone", "2001.web", "nobody"):
                for credentials in (*answers, "Digest x"):
                    for _ in range(3):
                        wire.sendto(attempt(method, aor, credentials), server_of(address))
                        sent += 1
            await asyncio.sleep(0.1)
    async with asyncio.timeout(10):
        while await street.unproven() < before + sent:
            await asyncio.sleep(0.05)
    assert street.refused(address) == []
    assert await street.ask("known", f"{address} {port}") is not None
    assert (await phone.register()).status == 200


async def test_whoever_guesses_where_they_are_is_counted(street: Street) -> None:
    street.world.brain.forget()
    guesser = await street.world.phone(street.forger, FORGER)
    guesser.password = "wrong"
    for _ in range(3):
        assert (await guesser.register()).status == 401
    async with asyncio.timeout(5):
        while len(street.refused(FORGER)) < 3:
            await asyncio.sleep(0.05)
    assert street.refused(FORGER) == ["wrong_password"] * 3


async def test_an_answer_from_elsewhere_says_nothing_about_the_password(street: Street) -> None:
    """Otherwise two addresses could guess without limit: one gets the challenge and the other answers."""
    street.world.brain.forget()
    before = await street.unproven()
    asked = await street.world.phone(street.forger, FORGER)
    answers = []
    for password in ("wrong", PASSWORD):
        challenge = await asked.register(authorize=False)
        phone = await street.world.phone(street.forger, SECOND)
        phone.aor, phone.username, phone.password = asked.aor, asked.username, password
        message = phone.new("REGISTER", "sip:linkus.example", f"<sip:{phone.aor}@linkus.example>")
        phone.authorize(message, challenge)
        answers.append(await phone.transact(message))
    assert [each.status for each in answers] == [401, 401]
    assert all("stale=true" in each.get("WWW-Authenticate") for each in answers)
    assert await street.unproven() == before + 2
    # a phone whose address has changed repeats the request with the new challenge, and is let in
    message = phone.new("REGISTER", "sip:linkus.example", f"<sip:{phone.aor}@linkus.example>")
    phone.authorize(message, answers[-1])
    assert (await phone.transact(message)).status == 200
    assert street.refused(SECOND) == []


@contextlib.asynccontextmanager
async def flood(street: Street, ports: int) -> AsyncIterator[None]:
    """Send REGISTERs with the office's forged address faster than the edge accepts them, from this many ports."""
    wires = [street.forger.forged_udp(OFFICE) for _ in range(ports)]

    async def send() -> None:
        for wire in itertools.cycle(wires):
            with contextlib.suppress(BlockingIOError):
                wire.sendto(attempt("REGISTER", "2001.phone", ""), (SERVER, SIP_PORT))
            await asyncio.sleep(1 / FLOOD_PER_SECOND)  # it does not catch up: on a slow machine all are slower

    task = asyncio.create_task(send())
    try:
        await asyncio.sleep(3)
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for wire in wires:
            wire.close()


async def come_back(phone: Agent) -> None:
    while True:
        with contextlib.suppress(TimeoutError):
            if (await phone.register()).status == 200:
                return


@pytest.mark.parametrize("ports", [1, 500])
async def test_a_flood_silences_neither_a_registered_phone_nor_one_that_restarts(street: Street, ports: int) -> None:
    phone = await street.world.phone(street.phones, PHONE, kind=Patient)
    await come_back(phone)
    restarted = await street.world.phone(street.phones, PHONE, kind=Patient)
    async with flood(street, ports), asyncio.timeout(90):
        for _ in range(5):  # some are retransmitted, because the kernel drops datagrams that find no room
            await come_back(phone)
        # The phone's first REGISTER has no nonce. Among 500 ports it is one of many, until one of its retransmissions
        # is heard.
        await come_back(restarted)
        await come_back(restarted)


async def test_an_office_comes_back_after_a_power_cut_during_a_flood(street: Street) -> None:
    phones = [await street.world.phone(street.phones, PHONE, kind=Patient) for _ in range(PHONE_COUNT)]
    async with flood(street, 500), asyncio.timeout(120):
        await asyncio.gather(*map(come_back, phones))
