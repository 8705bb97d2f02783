"""Phones behind NAT: an office that shares one public address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from linkus.engine.edge_events import Refused
from tests.calls.sip import Agent
from tests.network.topology import Network, Node
from tests.network.world import SilentAboutPort, World, hang_up, talk

SERVER, ROUTER, PHONE, OUTSIDE = "203.0.113.10", "203.0.113.1", "192.168.1.20", "203.0.113.77"
PHONE_COUNT = 200
pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Office:
    """A server on the Internet, and an office whose router has one address there."""

    world: World
    phones: Node
    outside: Node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    with Network() as network:
        lan, wan = network.switch("lan"), network.switch("wan")
        server, router, phones, outside = (network.node(each) for each in ("server", "router", "phones", "outside"))
        server.plug(wan, f"{SERVER}/24")
        router.plug(wan, f"{ROUTER}/24")
        router.plug(lan, "192.168.1.1/24")
        router.masquerade("eth0")
        phones.plug(lan, f"{PHONE}/24")
        phones.route("192.168.1.1")
        outside.plug(wan, f"{OUTSIDE}/24")
        async with World.open(server, tmp_path_factory.mktemp("nat") / "home", SERVER, SERVER) as world:
            yield Office(world, phones, outside)


@pytest.mark.parametrize("kind", [Agent, SilentAboutPort])
async def test_a_phone_behind_nat_calls_and_is_called(office: Office, kind: type[Agent]) -> None:
    """With or without `rport` (RFC 3581), answers and calls go to the source address of its requests."""
    world = office.world
    phone = await world.phone(office.phones, PHONE, kind=kind)
    assert (await phone.register()).status == 200
    other = await world.registered_phone(office.outside, OUTSIDE)
    ear, mouth = await world.rtp(office.phones, PHONE), await world.rtp(office.outside, OUTSIDE)
    call, incoming = await talk(other, phone, mouth, ear)
    await hang_up(call, incoming)
    call, incoming = await talk(phone, other, ear, mouth)
    await hang_up(call, incoming)


async def test_an_office_comes_back_after_a_power_cut(office: Office) -> None:
    """All phones register together behind one address. Each is in within half a minute; none counts as a flood."""
    world = office.world
    world.brain.forget()
    phones = [await world.phone(office.phones, PHONE) for _ in range(PHONE_COUNT)]
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def come_back(phone: Agent) -> None:
        while True:
            try:
                answer = await phone.register()
            except TimeoutError:  # as a phone does (RFC 3261 17.1.2.2)
                continue
            assert answer.status == 200
            return

    async with asyncio.timeout(30):
        await asyncio.gather(*map(come_back, phones))
    took = loop.time() - began
    refused = [event for event in world.brain.events if isinstance(event, Refused) and event.reason == "flood"]
    assert refused == [], f"after {took:.1f} s"
