"""The order of routes in the database: new routes get their turn, and nobody moves a list that has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from linkus.kit.bus import PORTAL, Bus, Subscription
from linkus.kit.database import Database
from linkus.kit.errors import Conflict, FieldError, ValidationFailed
from linkus.kit.outbox import Outbox
from linkus.kit.work import UnitOfWork
from linkus.route import ordering, shadow
from linkus.route.ordering import check_room, insert, insert_many, reorder
from linkus.route.repository import ids_for_update, inbound
from linkus.route.schemas import RouteOrder
from linkus.shared.models.audit import AuditEntry
from linkus.shared.models.route import InboundRoute
from tests.support.sqlite import small_database


def route(did: str, **values: object) -> InboundRoute:
    return InboundRoute(name=did or "any", did_number=did, destination="extension", **{"enabled": True, **values})


class Lists:
    """Keep one list of inbound routes in an SQLite file."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bus = Bus()
        self.heard: Subscription = self.bus.subscribe([PORTAL])

    async def run(self, step: object) -> None:
        async with self.database.transaction() as db:
            await step(UnitOfWork(db, Outbox(), self.bus))  # type: ignore[operator]

    async def add(self, *dids: str) -> None:
        async def step(work: UnitOfWork) -> None:
            for did in dids:
                present = [row.route for row in await inbound(work.db)]
                await insert(work, InboundRoute, route(did), present, shadow.takes)

        await self.run(step)

    async def names(self) -> list[str]:
        async with self.database.transaction(write=False) as db:
            return [row.route.did_number for row in await inbound(db)]

    async def ids(self) -> list[int]:
        async with self.database.transaction(write=False) as db:
            return await ids_for_update(db, InboundRoute)

    def told(self) -> list[object]:
        return [self.heard.queue.get_nowait().body for _ in range(self.heard.queue.qsize())]


@pytest_asyncio.fixture
async def lists(tmp_path: Path) -> AsyncIterator[Lists]:
    async with small_database(tmp_path) as database:
        yield Lists(database)


class TestInsert:
    async def test_a_new_route_comes_last(self, lists: Lists) -> None:
        await lists.add("1", "2", "3")
        assert await lists.names() == ["1", "2", "3"]
        assert lists.told() == [{"type": "route.changed"}] * 3

    async def test_but_before_the_first_that_would_take_all_of_its_calls(self, lists: Lists) -> None:
        await lists.add("1", "", "2")
        assert await lists.names() == ["1", "2", ""]
        await lists.add("3")
        assert await lists.names() == ["1", "2", "3", ""]

    async def test_of_two_equal_ones_the_older_decides(self, lists: Lists) -> None:
        await lists.add("1", "+1")
        assert await lists.names() == ["1", "+1"]

    async def test_one_that_is_off_takes_no_calls(self, lists: Lists) -> None:
        async def step(work: UnitOfWork) -> None:
            await insert(work, InboundRoute, route("", enabled=False), [], shadow.takes)

        await lists.run(step)
        await lists.add("1")
        assert await lists.names() == ["", "1"]


class TestInsertMany:
    async def insert(self, lists: Lists, new: list[InboundRoute], places: list[int]) -> None:
        """Insert `new` so that they stand at `places` of the list."""

        async def step(work: UnitOfWork) -> None:
            order = [row.route for row in await inbound(work.db)]
            for place, one in zip(places, new, strict=True):
                order.insert(place, one)
            await insert_many(work, InboundRoute, new, order)

        await lists.run(step)

    async def test_behind_all_others(self, lists: Lists) -> None:
        await lists.add("1", "2")
        await self.insert(lists, [route("3"), route("4")], [2, 3])
        assert await lists.names() == ["1", "2", "3", "4"]

    async def test_among_the_others(self, lists: Lists) -> None:
        await lists.add("1", "2")
        await self.insert(lists, [route("3"), route("4")], [0, 2])
        assert await lists.names() == ["3", "1", "4", "2"]

    async def test_in_an_empty_list_and_none(self, lists: Lists) -> None:
        await self.insert(lists, [], [])
        assert await lists.names() == []
        await self.insert(lists, [route("3"), route("4")], [0, 1])
        assert await lists.names() == ["3", "4"]


async def test_positions_begin_at_one_and_have_no_gaps(lists: Lists) -> None:
    await lists.add("1", "2")
    await TestInsertMany().insert(lists, [route("3"), route("4")], [2, 3])
    async with lists.database.transaction(write=False) as db:
        assert [row.route.position for row in await inbound(db)] == [1, 2, 3, 4]


class TestReorder:
    async def reorder(self, lists: Lists, ids: list[int], previous: list[int] | None = None) -> None:
        async def step(work: UnitOfWork) -> None:
            await reorder(work, InboundRoute, RouteOrder(ids=ids, previous=previous))

        await lists.run(step)

    async def test_the_list_is_in_the_new_order_and_pages_are_told(self, lists: Lists) -> None:
        await lists.add("1", "2", "3")
        lists.told()
        first, second, third = await lists.ids()
        await self.reorder(lists, [third, first, second], [first, second, third])
        assert await lists.names() == ["3", "1", "2"]
        assert lists.told() == [{"type": "route.changed"}]
        await self.reorder(lists, [first, second, third])
        assert await lists.names() == ["1", "2", "3"]

    async def test_the_audit_log_has_both_orders_by_name(self, lists: Lists) -> None:
        await lists.add("1", "2", "3")
        first, second, third = await lists.ids()
        await self.reorder(lists, [third, first, second])
        async with lists.database.transaction(write=False) as db:
            entries = (await db.scalars(select(AuditEntry).where(AuditEntry.object_kind == "route_order"))).all()
        assert [(entry.action, entry.object_name, entry.before, entry.after) for entry in entries] == [
            ("changed", "inbound_route", {"order": ["1", "2", "3"]}, {"order": ["3", "1", "2"]})
        ]

    @pytest.mark.parametrize(
        ("ids", "previous"), [("12", None), ("1234", None), ("112", None), ("", None), ("321", "213"), ("124", None)]
    )
    async def test_a_list_that_has_changed_is_left_alone(self, lists: Lists, ids: str, previous: str | None) -> None:
        await lists.add("1", "2", "3")
        present = await lists.ids()
        places = {"1": present[0], "2": present[1], "3": present[2], "4": 999}
        with pytest.raises(Conflict) as caught:
            await self.reorder(
                lists, [places[one] for one in ids], None if previous is None else [places[one] for one in previous]
            )
        assert (caught.value.code, caught.value.extra) == ("route_order_stale", {"current": present})
        assert await lists.names() == ["1", "2", "3"]


async def test_there_is_room_for_so_many_routes_and_no_more(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "MAX_ROUTES", 2)

    async def step(work: UnitOfWork) -> None:
        await check_room(work, InboundRoute)

    await lists.add("1")
    await lists.run(step)
    await lists.add("2")
    with pytest.raises(ValidationFailed) as caught:
        await lists.run(step)
    assert caught.value.fields == {"name": FieldError("route_too_many", {"max": 2})}
