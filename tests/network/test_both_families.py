"""IPv4 and IPv6 together: phones, browsers and providers of either family."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from linkus.kit.settings import SIP_PORT
from tests.calls.browser import BrowserMedia
from tests.calls.lines import outside, peer_trunk
from tests.calls.sip import Agent
from tests.calls.transports import Udp
from tests.network.topology import Network, Node
from tests.network.world import (
    BROWSER_TONE,
    OTHER_TONE,
    PHONE_TONE,
    World,
    hang_up,
    number_of,
    ring,
    talk,
    until_browser_hears,
    until_heard,
)

IPV4, IPV6 = "203.0.113.10", "2001:db8::10"
OLD, NEW, PEER = "203.0.113.20", "2001:db8:1::20", "2001:db8::66"
OFFICE, COLLEAGUE = "192.168.9.1", "192.168.9.20"
ONE_CODEC = ("0 101", ("0 PCMU/8000",))
pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Both:
    world: World
    old: Node
    new: Node
    peer: Node
    colleague: Node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Both]:
    """Start a server with both, an IPv4-only client, and an IPv6-only phone in another network."""
    with Network() as network:
        wan, far = network.switch("wan"), network.switch("far")
        server, router, old, new, peer = (network.node(each) for each in ("server", "router", "old", "new", "peer"))
        office, colleague = network.switch("office"), network.node("colleague")
        server.plug(wan, f"{IPV4}/24", f"{IPV6}/64")
        server.plug(office, f"{OFFICE}/24")
        colleague.plug(office, f"{COLLEAGUE}/24")
        router.plug(wan, "203.0.113.1/24", "2001:db8::1/64")
        router.plug(far, "2001:db8:1::1/64")
        router.forward()
        old.plug(wan, f"{OLD}/24")
        new.plug(far, f"{NEW}/64")
        peer.plug(wan, f"{PEER}/64")
        server.route("203.0.113.1")
        server.route("2001:db8::1")
        new.route("2001:db8:1::1")
        home = tmp_path_factory.mktemp("both") / "home"
        async with World.open(server, home, "::", IPV4, tls=True) as world:
            yield Both(world, old, new, peer, colleague)


async def test_phones_of_both_families_hear_each_other(both: Both) -> None:
    world = both.world
    new = await world.registered_phone(both.new, NEW, server=IPV6)
    old = await world.registered_phone(both.old, OLD)
    far, near = await world.rtp(both.new, NEW), await world.rtp(both.old, OLD)
    for caller, called, ear, mouth in ((new, old, far, near), (old, new, near, far)):
        call, incoming = await talk(caller, called, ear, mouth)
        bodies = {caller: call.body, called: incoming.body}
        assert f"c=IN IP6 {IPV6}" in bodies[new]
        assert f"c=IN IP4 {IPV4}" in bodies[old]
        assert (await call.ask("INVITE", ear.offer())).status == 200
        await hang_up(call, incoming)


@pytest.mark.browser
async def test_a_phone_on_ipv6_and_a_browser_on_ipv4_call_each_other(both: Both) -> None:
    world = both.world
    phone = await world.registered_phone(both.new, NEW, server=IPV6)
    client = await world.client(OLD)
    mouth = await world.rtp(both.new, NEW)
    browser = await world.browser(both.old)
    world.brain.decide = lambda _: {"action": "dial", "targets": [client.aor], "timeout": 20}
    media = await BrowserMedia.open(browser, BROWSER_TONE)
    call = await phone.call(number_of(client), mouth.offer(*ONE_CODEC))
    incoming = await client.next_call()
    await incoming.answer(200, "OK", await media.answer(incoming.body))
    mouth.connect((await call.response(200)).body)
    mouth.play(PHONE_TONE)
    await media.wait_connected()
    await until_heard(mouth, BROWSER_TONE)
    await until_browser_hears(media, PHONE_TONE)
    await hang_up(call, incoming)
    await media.close()
    world.brain.forget()
    media = await BrowserMedia.open(browser, BROWSER_TONE)
    call, incoming = await ring(client, phone, await media.offer(), mouth.offer(*ONE_CODEC))
    await media.accept(call.body)
    mouth.connect(incoming.body)
    await media.wait_connected()
    await until_heard(mouth, BROWSER_TONE)
    await until_browser_hears(media, PHONE_TONE)
    await hang_up(call, incoming)
    await media.close()


async def test_a_provider_on_ipv6(both: Both) -> None:
    """The trunk is found by the provider's address. The provider gets our address of its own family."""
    world = both.world
    transport = await Udp.open("", (IPV6, SIP_PORT), sock=both.peer.udp(PEER))
    peer = Agent(transport, "+8613800138000")
    lines = EdgeTrunks(world.engine.edge, told_by(world.engine.layout))
    trunk = peer_trunk(PEER, int(transport.address.rpartition(":")[2]))
    try:
        await lines.write(trunk)
        phone = await world.registered_phone(both.old, OLD)
        ear, mouth = await world.rtp(both.old, OLD), await world.rtp(both.peer, PEER)
        world.brain.decide = lambda _: {"action": "dial", "targets": [phone.aor], "timeout": 20}
        call = await peer.call("+862155501001", mouth.offer())
        incoming = await phone.next_call()
        await incoming.answer(200, "OK", ear.offer())
        mouth.connect((await call.response(200)).body)
        ear.connect(incoming.body)
        mouth.play(OTHER_TONE)
        ear.play(PHONE_TONE)
        await until_heard(ear, OTHER_TONE)
        await until_heard(mouth, PHONE_TONE)
        await hang_up(call, incoming)
        world.brain.decide = outside(trunk.id)
        call = await phone.call("10086", ear.offer())
        incoming = await peer.next_call()
        assert f"@[{IPV6}]:{SIP_PORT}" in incoming.invite.get("Contact")
        assert f"c=IN IP6 {IPV6}" in incoming.body
        await incoming.answer(200, "OK", mouth.offer())
        await call.response(200)
        await hang_up(call, incoming)
        # a registration names our address too; this peer refuses it, which does not matter here
        await lines.write(replace(trunk, register=True, user="acme", auth_user="acme", password="Provider-secret-9"))
        async with asyncio.timeout(10):
            while not (asked := [each for each in peer.seen if each.start.startswith("REGISTER ")]):
                await asyncio.sleep(0.1)
        assert f"@[{IPV6}]:{SIP_PORT}" in asked[0].get("Contact")
        assert f" [{IPV6}]" in asked[0].get("Via")
    finally:
        world.brain.forget()
        await lines.remove(trunk.id)
        await peer.close()


async def test_a_phone_in_a_second_network_is_told_the_address_that_it_uses(both: Both) -> None:
    """The office's network has no route to the server's other address."""
    world = both.world
    near = await world.registered_phone(both.colleague, COLLEAGUE, server=OFFICE)
    far = await world.registered_phone(both.old, OLD)
    ear, mouth = await world.rtp(both.colleague, COLLEAGUE), await world.rtp(both.old, OLD)
    for caller, called, first, second in ((near, far, ear, mouth), (far, near, mouth, ear)):
        call, incoming = await talk(caller, called, first, second)
        own = call if caller is near else incoming
        assert f"c=IN IP4 {OFFICE}" in own.body
        assert IPV4 not in own.body + "".join(own.routes)
        await hang_up(call, incoming)
