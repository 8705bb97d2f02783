"""A machine with two uplinks. The one in use is unplugged in the middle of a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.calls.sip import Agent
from tests.calls.transports import Udp
from tests.network.topology import Network, Node
from tests.network.world import OTHER_TONE, PHONE_TONE, World, number_of, talk, until_heard

SERVER, DESK = "203.0.113.10", "203.0.113.77"
WIRELESS, CABLE = "198.51.100.20", "192.0.2.20"
pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Site:
    world: World
    roaming: Node
    desk: Node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    with Network() as network:
        wireless, cable, wan = (network.switch(each) for each in ("wireless", "cable", "wan"))
        server, router, roaming, desk = (network.node(each) for each in ("server", "router", "roaming", "desk"))
        server.plug(wan, f"{SERVER}/24")
        router.plug(wan, "203.0.113.1/24")
        router.plug(wireless, "198.51.100.1/24")
        router.plug(cable, "192.0.2.1/24")
        router.forward()
        server.route("203.0.113.1")
        roaming.plug(wireless, f"{WIRELESS}/24")
        roaming.plug(cable, f"{CABLE}/24")
        roaming.route("198.51.100.1")
        desk.plug(wan, f"{DESK}/24")
        async with World.open(server, tmp_path_factory.mktemp("uplinks") / "home", SERVER, SERVER) as world:
            yield Site(world, roaming, desk)


async def test_a_call_moves_to_the_other_uplink(site: Site) -> None:
    """The phone registers again and offers its new address. Audio returns both ways, and the other side can hang up."""
    world, roaming = site.world, site.roaming
    phone = await world.registered_phone(roaming, WIRELESS)
    other = await world.registered_phone(site.desk, DESK)
    ear, mouth = await world.rtp(roaming, WIRELESS), await world.rtp(site.desk, DESK)
    call, incoming = await talk(phone, other, ear, mouth)
    roaming.links[0].down()
    try:
        roaming.route("192.0.2.1")
        moved = Agent(
            await Udp.open("", (SERVER, 5060), sock=roaming.udp(CABLE)), phone.aor, phone.username, phone.password
        )
        try:
            assert (await moved.register()).status == 200
            moved.calls[call.call_id] = call
            call.agent = moved
            fresh = await world.rtp(roaming, CABLE)
            assert (await call.ask("INVITE", fresh.offer())).status == 200
            fresh.connect(call.body)
            fresh.play(OTHER_TONE)
            await until_heard(fresh, PHONE_TONE)
            await until_heard(mouth, OTHER_TONE)
            # in-dialog requests reach the new address, and so do new calls
            assert (await incoming.bye()).status == 200
            assert (await asyncio.wait_for(call.ended, 5)).method == "BYE"
            back = await other.call(number_of(phone), mouth.offer())
            ringing = await moved.next_call()
            await ringing.answer(603, "Decline")
            await back.response(603)
        finally:
            await moved.close()
    finally:
        roaming.links[0].up()
