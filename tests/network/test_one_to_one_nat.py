"""A server behind 1:1 NAT, as in a cloud: outside, it is known by an address that it does not have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.calls.browser import BrowserMedia
from tests.network.topology import Network, Node
from tests.network.world import (
    BROWSER_TONE,
    PHONE_TONE,
    World,
    hang_up,
    number_of,
    ring,
    talk,
    until_browser_hears,
    until_heard,
)

PRIVATE, PUBLIC, GATEWAY = "10.0.0.5", "203.0.113.50", "10.0.0.1"
COLLEAGUE, STRANGER = "10.0.0.77", "198.51.100.7"
NO_HAIRPIN = f'iifname "eth0" ip daddr {PUBLIC}'
pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Cloud:
    world: World
    router: Node
    inside: Node
    outside: Node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cloud(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cloud]:
    with Network() as network:
        lan, wan = network.switch("lan"), network.switch("wan")
        server, router, inside, outside = (network.node(each) for each in ("server", "router", "inside", "outside"))
        server.plug(lan, f"{PRIVATE}/24")
        inside.plug(lan, f"{COLLEAGUE}/24")
        router.plug(lan, f"{GATEWAY}/24")
        router.plug(wan, f"{PUBLIC}/24", "198.51.100.1/24")
        router.one_to_one(PUBLIC, PRIVATE, "eth1")
        outside.plug(wan, f"{STRANGER}/24")
        for node in (server, inside):
            node.route(GATEWAY)
        outside.route("198.51.100.1")
        home = tmp_path_factory.mktemp("cloud") / "home"
        async with World.open(server, home, "0.0.0.0", PUBLIC, public=PUBLIC, tls=True) as world:
            yield Cloud(world, router, inside, outside)


async def test_an_outside_phone_hears_of_the_public_address_only(cloud: Cloud) -> None:
    world = cloud.world
    one, other = [await world.registered_phone(cloud.outside, STRANGER) for _ in range(2)]
    ear, mouth = [await world.rtp(cloud.outside, STRANGER) for _ in range(2)]
    call, incoming = await talk(one, other, ear, mouth)
    for text in (call.body, incoming.body, "".join(call.routes + incoming.routes), incoming.invite.get("Via")):
        assert PRIVATE not in text
        assert PUBLIC in text
    await hang_up(call, incoming)


async def test_an_inside_phone_is_not_sent_through_the_router(cloud: Cloud) -> None:
    """Few routers pass their public address back in, so a phone inside gets the server's own address."""
    world = cloud.world
    with cloud.router.dropping(NO_HAIRPIN):
        inside = await world.registered_phone(cloud.inside, COLLEAGUE, server=PRIVATE)
        outside = await world.registered_phone(cloud.outside, STRANGER)
        ear, mouth = await world.rtp(cloud.inside, COLLEAGUE), await world.rtp(cloud.outside, STRANGER)
        for caller, called, first, second in ((inside, outside, ear, mouth), (outside, inside, mouth, ear)):
            call, incoming = await talk(caller, called, first, second)
            near, far = (call, incoming) if caller is inside else (incoming, call)
            assert PUBLIC not in near.body + "".join(near.routes)
            assert PRIVATE not in far.body + "".join(far.routes)
            assert (await near.ask("INVITE", ear.offer())).status == 200
            await hang_up(call, incoming)


async def test_an_inside_phone_under_tls(cloud: Cloud) -> None:
    """The certificate names the private address too, and all requests of the call stay on the connection."""
    world = cloud.world
    with cloud.router.dropping(NO_HAIRPIN):
        inside = await world.registered_tls_phone(cloud.inside, COLLEAGUE, PRIVATE)
        outside = await world.registered_phone(cloud.outside, STRANGER)
        ear, mouth = await world.rtp(cloud.inside, COLLEAGUE), await world.rtp(cloud.outside, STRANGER)
        for caller, called, first, second in ((inside, outside, ear, mouth), (outside, inside, mouth, ear)):
            call, incoming = await talk(caller, called, first, second)
            near = call if caller is inside else incoming
            assert PUBLIC not in near.body + "".join(near.routes)
            await hang_up(call, incoming)


async def test_an_offer_that_comes_late_names_the_address_too(cloud: Cloud) -> None:
    """An INVITE without SDP is answered with an offer (RFC 3261 13.2.1)."""
    world = cloud.world
    outside = await world.registered_phone(cloud.outside, STRANGER)
    mouth = await world.rtp(cloud.outside, STRANGER)
    for node, address, server, told in (
        (cloud.inside, COLLEAGUE, PRIVATE, PRIVATE),
        (cloud.outside, STRANGER, PUBLIC, PUBLIC),
    ):
        caller = await world.registered_phone(node, address, server=server)
        call, incoming = await ring(caller, outside, "", mouth.offer())
        assert f"c=IN IP4 {told}" in call.body
        await hang_up(call, incoming)


async def test_an_inside_phone_that_uses_the_public_address_works(cloud: Cloud) -> None:
    """Through a hairpin router the phone appears as the router, and gets the address that it uses."""
    world = cloud.world
    inside = await world.registered_phone(cloud.inside, COLLEAGUE)
    outside = await world.registered_phone(cloud.outside, STRANGER)
    ear, mouth = await world.rtp(cloud.inside, COLLEAGUE), await world.rtp(cloud.outside, STRANGER)
    call, incoming = await talk(outside, inside, mouth, ear)
    assert PUBLIC in incoming.body
    await hang_up(call, incoming)


@pytest.mark.browser
@pytest.mark.parametrize("is_inside", [False, True], ids=["outside", "inside"])
async def test_a_browser_finds_the_address_that_it_can_reach(cloud: Cloud, is_inside: bool) -> None:
    """The browser gets both addresses as candidates, and ICE finds the one that works."""
    world = cloud.world
    node, address = (cloud.inside, COLLEAGUE) if is_inside else (cloud.outside, STRANGER)
    with cloud.router.dropping(NO_HAIRPIN):
        client = await world.client(address)
        phone = await world.registered_phone(cloud.outside, STRANGER)
        mouth = await world.rtp(cloud.outside, STRANGER)
        media = await BrowserMedia.open(await world.browser(node), BROWSER_TONE)
        call, incoming = await ring(client, phone, await media.offer(), mouth.offer("0 101", ("0 PCMU/8000",)))
        assert {PRIVATE, PUBLIC} <= {line.split()[4] for line in call.body.splitlines() if line.startswith("a=cand")}
        await media.accept(call.body)
        mouth.connect(incoming.body)
        mouth.play(PHONE_TONE)
        await media.wait_connected()
        await until_heard(mouth, BROWSER_TONE)
        await until_browser_hears(media, PHONE_TONE)
        await hang_up(call, incoming)
        await media.close()
        # and in the other direction, in which the relay makes the offer
        world.brain.decide = lambda _: {"action": "dial", "targets": [client.aor], "timeout": 20}
        media = await BrowserMedia.open(await world.browser(node), BROWSER_TONE)
        back = await phone.call(number_of(client), mouth.offer("0 101", ("0 PCMU/8000",)))
        arriving = await client.next_call()
        await arriving.answer(200, "OK", await media.answer(arriving.body))
        answered = await back.response(200)
        mouth.connect(answered.body)
        await media.wait_connected()
        await until_heard(mouth, BROWSER_TONE)
        await until_browser_hears(media, PHONE_TONE)
        await hang_up(back, arriving)
        await media.close()
        world.brain.forget()
