"""The places of extensions are read once for all who ask, and again after a change that may have moved somebody."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from linkus.client_permission import people as people_module
from linkus.client_permission.people import People, PeopleDirectory, Person, build_people
from linkus.organization.tree import Node, Tree
from tests.client_permission.rules.test_endpoints import MENU_RULES, add_rule, subject
from tests.organization.organizing import assign, department, group
from tests.support.api import Server


def test_departments_count_with_all_above_them() -> None:
    tree = Tree([Node(1, 0, "A"), Node(2, 1, "B"), Node(3, 0, "C")])
    built = build_people(tree, [(7, 2), (8, 3), (7, 3)], [(7, 5)], [(7, "1001"), (8, "1002"), (9, "1003")])
    assert built == People(
        {7: Person(7, frozenset({1, 2, 3}), frozenset({5})), 8: Person(8, frozenset({3})), 9: Person(9)},
        {"1001": 7, "1002": 8, "1003": 9},
    )


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the readings."""
    made: list[int] = []
    read = people_module.read_people

    async def counted(db: object) -> People:
        made.append(1)
        return await read(db)  # type: ignore[arg-type]

    monkeypatch.setattr(people_module, "read_people", counted)
    return made


async def test_those_who_ask_share_one_reading(server: Server, readings: list[int]) -> None:
    extension = await server.make_extension("1001")
    directory = PeopleDirectory(server.database, server.services.bus)
    found = await asyncio.gather(*(directory.current() for _ in range(5)))
    assert len(readings) == 1
    assert all(one.persons[extension.id] == Person(extension.id) for one in found)


async def test_a_move_is_read_and_a_changed_rule_is_not(
    admin: httpx.AsyncClient, server: Server, readings: list[int]
) -> None:
    extension = await server.make_extension("1001")
    directory = PeopleDirectory(server.database, server.services.bus)
    await directory.current()
    sales = await department(admin, "Sales")
    night = await group(admin, "Night", [extension.id])
    await assign(admin, [extension.id], department_ids=[sales["id"]])
    moved = (await directory.current()).persons[extension.id]
    assert moved == Person(extension.id, frozenset({sales["id"]}), frozenset({night["id"]}))
    await add_rule(admin, MENU_RULES, "disallow", ["contacts"], subject("group", night["id"]))
    readings.clear()  # the server's own directory has read
    await directory.current()
    assert readings == []


async def test_a_failed_reading_is_repeated(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    extension = await server.make_extension("1001")
    directory = PeopleDirectory(server.database, server.services.bus)

    async def fail(_db: object) -> People:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(people_module, "read_people", fail)
        with pytest.raises(ConnectionError):
            await directory.current()
    assert extension.id in (await directory.current()).persons
