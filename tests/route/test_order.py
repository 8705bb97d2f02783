"""The order of routes: saved as a whole, and never by a person who saw another list."""

from __future__ import annotations

import asyncio
import itertools

import httpx
import pytest

from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL
from tests.route.routes import INBOUND, OUTBOUND, inbound, names, outbound, trunk
from tests.support.api import Server, frames

Ids = list[int]


@pytest.fixture(params=[INBOUND, OUTBOUND])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def three(admin: httpx.AsyncClient, url: str, extension: Extension) -> Ids:
    if url == INBOUND:
        return [(await inbound(admin, name, extension.id, did_number=name))["id"] for name in "123"]
    line = await trunk(admin)
    return [(await outbound(admin, name, name, [line]))["id"] for name in "123"]


async def test_the_list_is_in_the_new_order(
    admin: httpx.AsyncClient, server: Server, extension: Extension, url: str
) -> None:
    first, second, third = await three(admin, url, extension)
    pages = server.listen(PORTAL)
    answer = await admin.put(f"{url}/order", json={"ids": [third, first, second], "previous": [first, second, third]})
    assert [route["id"] for route in answer.json()["items"]] == [third, first, second]
    assert await names(admin, url) == ["3", "1", "2"]
    assert frames(pages) == [{"type": "route.changed"}]


async def test_a_list_that_has_changed_is_not_put_in_order(
    admin: httpx.AsyncClient, extension: Extension, url: str
) -> None:
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


async def test_of_those_who_move_at_once_one_wins(admin: httpx.AsyncClient, extension: Extension, url: str) -> None:
    ids = await three(admin, url, extension)
    orders = [list(order) for order in itertools.permutations(ids) if list(order) != ids]
    answers = await asyncio.gather(
        *(admin.put(f"{url}/order", json={"ids": order, "previous": ids}) for order in orders)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 4
    won = next(order for order, answer in zip(orders, answers, strict=True) if answer.status_code == 200)
    assert [route["id"] for route in (await admin.get(url)).json()["items"]] == won


async def test_moving_and_adding_at_once_lose_nothing(admin: httpx.AsyncClient, extension: Extension, url: str) -> None:
    ids = await three(admin, url, extension)
    line = await trunk(admin, "另一条") if url == OUTBOUND else 0
    more = [
        inbound(admin, name, extension.id, did_number=name) if url == INBOUND else outbound(admin, name, name, [line])
        for name in "4567"
    ]
    moves = [admin.put(f"{url}/order", json={"ids": list(reversed(ids))}) for _ in range(4)]
    await asyncio.gather(*more, *moves)
    assert sorted(await names(admin, url)) == list("1234567")
