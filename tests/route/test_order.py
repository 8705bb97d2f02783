"""The order of routes: saved as a whole, and never by a person who saw another list."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.bus import PORTAL
from linkus.route import shadow
from linkus.shared.models.extension import Extension
from tests.route.routes import INBOUND, OUTBOUND, inbound, names, outbound, trunk
from tests.support.api import Server, frames

Ids = list[int]


@pytest.fixture(params=[INBOUND, OUTBOUND])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def three(admin: httpx.AsyncClient, url: str, extension: Extension) -> Ids:
    if url == INBOUND:
        return [(await inbound(admin, name, extension.id, did_number=name))["id"] for name in "123"]
    trunk_id = await trunk(admin)
    return [(await outbound(admin, name, name, [trunk_id]))["id"] for name in "123"]


async def test_list_is_in_the_new_order(
    admin: httpx.AsyncClient, server: Server, extension: Extension, url: str
) -> None:
    first, second, third = await three(admin, url, extension)
    pages = server.listen(PORTAL)
    answer = await admin.put(f"{url}/order", json={"ids": [third, first, second], "previous": [first, second, third]})
    assert [route["id"] for route in answer.json()["items"]] == [third, first, second]
    assert await names(admin, url) == ["3", "1", "2"]
    assert frames(pages) == [{"type": "route.changed"}]


async def test_stale_order_is_refused(admin: httpx.AsyncClient, extension: Extension, url: str) -> None:
    ids = await three(admin, url, extension)
    stale = [
        {"ids": ids[:2]},  # one was added since
        {"ids": [*ids, 999]},  # one was deleted since
        {"ids": [ids[0], ids[0], ids[1]]},
        {"ids": ids, "previous": [ids[1], ids[0], ids[2]]},  # somebody has moved one since
        {"ids": []},
    ]
    for body in stale:
        answer = await admin.put(f"{url}/order", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "route_order_stale"), body
        assert answer.json()["current"] == ids
    assert await names(admin, url) == ["1", "2", "3"]


async def test_one_reordering_succeeds_when_several_are_concurrent(
    admin: httpx.AsyncClient, extension: Extension, url: str
) -> None:
    ids = await three(admin, url, extension)
    orders = [list(order) for order in itertools.permutations(ids) if list(order) != ids]
    answers = await asyncio.gather(
        *(admin.put(f"{url}/order", json={"ids": order, "previous": ids}) for order in orders)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 4
    won = next(order for order, answer in zip(orders, answers, strict=True) if answer.status_code == 200)
    assert [route["id"] for route in (await admin.get(url)).json()["items"]] == won


async def test_concurrent_reordering_and_adding_lose_nothing(
    admin: httpx.AsyncClient, extension: Extension, url: str
) -> None:
    ids = await three(admin, url, extension)
    trunk_id = await trunk(admin, "另一条") if url == OUTBOUND else 0
    more = [
        inbound(admin, name, extension.id, did_number=name)
        if url == INBOUND
        else outbound(admin, name, name, [trunk_id])
        for name in "4567"
    ]
    moves = [admin.put(f"{url}/order", json={"ids": list(reversed(ids))}) for _ in range(4)]
    await asyncio.gather(*more, *moves)
    assert sorted(await names(admin, url)) == list("1234567")


@dataclass(frozen=True)
class Route:
    id: int
    trunk_id: int | None
    did_number: str
    enabled: bool


routes_given = st.lists(
    st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from(["", "1", "+1", "2"]), st.booleans()), max_size=8
)


@given(routes_given)
def test_route_is_shadowed_by_the_first_enabled_one_that_takes_all_of_its_calls(
    present: list[tuple[int | None, str, bool]],
) -> None:
    routes = [Route(at, *one) for at, one in enumerate(present)]
    expected = {}
    for at, route in enumerate(routes):
        takers = [other.id for other in routes[:at] if other.enabled and shadow.takes(other, route)]
        if route.enabled and takers:
            expected[route.id] = takers[0]
    assert shadow.shadowed_inbound(routes) == expected


@pytest.mark.parametrize(
    ("earlier", "later", "takes"),
    [
        ((None, ""), (1, "1"), True),
        ((None, "1"), (1, "1"), True),
        ((1, ""), (1, "1"), True),
        ((1, "+1"), (1, "1"), True),
        ((1, ""), (2, "1"), False),
        ((1, ""), (None, "1"), False),
        ((None, "1"), (None, ""), False),
        ((None, "1"), (None, "2"), False),
    ],
)
def test_route_for_any_trunk_or_number_takes_the_calls_of_one(
    earlier: tuple[int | None, str], later: tuple[int | None, str], takes: bool
) -> None:
    assert shadow.takes(Route(1, *earlier, enabled=True), Route(2, *later, enabled=True)) is takes
