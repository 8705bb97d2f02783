"""The departments that a client is sent, and the colleagues in them."""

from __future__ import annotations

import random
from typing import Any

import httpx
import pytest

from linkus.shared.models.extension import Extension
from tests.client_permission.visibility.test_endpoints import COLLEAGUES, RULES, rule
from tests.organization.organizing import assign, department, group, make_extensions, set_company
from tests.support.api import Server

ORGANIZATION = "/api/v1/client/organization"


async def read(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get(ORGANIZATION)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shown(client: httpx.AsyncClient) -> list[tuple[str, int]]:
    return [(one["name"], one["colleague_count"]) for one in (await read(client))["departments"]]


async def in_department(client: httpx.AsyncClient, department_id: int, search: str = "") -> list[str]:
    answer = await client.get(COLLEAGUES, params={"department": department_id, "search": search})
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return [item["number"] for item in answer.json()["items"]]


async def test_says_whether_rules_hide_others(admin: httpx.AsyncClient, server: Server) -> None:
    (me,) = await make_extensions(server, "1001")
    client = await server.sign_in(await _extension(server, me))
    assert not (await read(client))["is_restricted"]
    await rule(admin, {"extension_ids": [me]}, {}, only_self=True)
    assert (await read(client))["is_restricted"]


async def test_departments_with_colleagues_and_those_above(admin: httpx.AsyncClient, server: Server) -> None:
    await set_company(admin, "时代")
    me, two, three, four = await make_extensions(server, "1001", "1002", "1003", "1004")
    a = await department(admin, "A")
    b, empty = await department(admin, "B", a["id"]), await department(admin, "Empty")
    await assign(admin, [me, two, three], department_ids=[b["id"]])
    await assign(admin, [me], department_ids=[empty["id"]])
    await assign(admin, [three], department_ids=[a["id"]])
    client = await server.sign_in(await _extension(server, me))
    found = await read(client)
    assert (found["name"], found["colleague_count"]) == ("时代", 1)
    assert [(one["name"], one["parent_id"], one["colleague_count"]) for one in found["departments"]] == [
        ("A", 0, 1),
        ("B", a["id"], 2),
    ]
    assert await in_department(client, b["id"]) == ["1002", "1003"]
    assert await in_department(client, b["id"], search="1003") == ["1003"]
    assert await in_department(client, a["id"]) == ["1003"]
    assert await in_department(client, 0) == ["1004"]
    assert await in_department(client, 999_999) == []
    everybody = (await client.get(COLLEAGUES)).json()["items"]
    assert [item["department_ids"] for item in everybody] == [[b["id"]], sorted([a["id"], b["id"]]), []]
    assert four


async def test_what_a_rule_hides_is_not_sent(admin: httpx.AsyncClient, server: Server) -> None:
    me, two, three = await make_extensions(server, "1001", "1002", "1003")
    a, b = await department(admin, "A"), await department(admin, "B")
    await assign(admin, [two], department_ids=[a["id"]])
    await assign(admin, [three], department_ids=[b["id"]])
    client = await server.sign_in(await _extension(server, me))
    assert await shown(client) == [("A", 1), ("B", 1)]
    made = await rule(admin, {"extension_ids": [me]}, {"department_ids": [a["id"]]}, name="R")
    assert await shown(client) == [("A", 1)]
    assert await in_department(client, b["id"]) == []
    url = f"{RULES}/{made['id']}"
    change = {"name": "R", "subjects": {"extension_ids": [me]}, "targets": {}, "version": 1}
    await admin.put(url, json=change)
    assert (await read(client), await in_department(client, 0)) == (
        {"name": (await read(client))["name"], "is_restricted": True, "colleague_count": 0, "departments": []},
        [],
    )
    # a disabled rule concerns nobody
    disabled = (await admin.put(url, json={**change, "enabled": False, "version": 2})).json()
    assert (disabled["enabled"], (await admin.get(RULES)).json()["items"][1]["enabled"]) == (False, False)
    assert await shown(client) == [("A", 1), ("B", 1)]
    assert (await admin.get(f"{RULES}/effect/{me}")).json()["rules"] == []
    impact = f"/api/v1/admin/departments/{a['id']}/delete-impact"
    named = {"name": "R", "subjects": {"department_ids": [a["id"]]}, "targets": {}, "enabled": False, "version": 3}
    await admin.put(url, json=named)
    assert (await admin.get(impact)).json()["rules"] == []
    await admin.put(url, json={**named, "enabled": True, "version": 4})
    assert [one["name"] for one in (await admin.get(impact)).json()["rules"]] == ["R"]


@pytest.mark.parametrize("seed", range(4))
async def test_the_same_as_a_slow_model(admin: httpx.AsyncClient, server: Server, seed: int) -> None:
    """Draw a company at random, and write down by hand what each user may learn of it."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    people = await make_extensions(server, *(str(1001 + at) for at in range(6)))
    parents: dict[int, int] = {}
    for at in range(6):
        made = await department(admin, f"D{at}", chance.choice([0, *parents]))
        parents[made["id"]] = made["parent_id"]
    homes = {one: set(chance.sample(list(parents), chance.randint(0, 2))) for one in people}
    for one, own in homes.items():
        await assign(admin, [one], department_ids=sorted(own))
    g_members = chance.sample(people, 3)
    g = await group(admin, "G", g_members)
    rules = []
    for _ in range(chance.randint(1, 3)):
        subject, target = chance.choice(people), chance.choice(list(parents))
        targets: dict[str, Any] = {"department_ids": [target], "group_ids": [g["id"]] if chance.random() < 0.3 else []}
        rules.append((subject, target, bool(targets["group_ids"])))
        await rule(admin, {"extension_ids": [subject]}, targets)

    def above(home: int) -> list[int]:
        return [] if home == 0 else [home, *above(parents[home])]

    def sees(viewer: int, other: int) -> bool:
        own = [(target, has_group) for subject, target, has_group in rules if subject == viewer]
        return not own or any(
            (has_group and other in g_members) or any(target in above(home) for home in homes[other])
            for target, has_group in own
        )

    for viewer in people:
        client = await server.sign_in(await _extension(server, viewer))
        visible = [one for one in people if one != viewer and sees(viewer, one)]
        found = await read(client)
        counts = {home: sum(home in homes[one] for one in visible) for home in parents}
        assert {one["id"] for one in found["departments"]} == {
            up for home, count in counts.items() if count for up in above(home)
        }
        assert all(one["colleague_count"] == counts[one["id"]] for one in found["departments"])
        assert found["colleague_count"] == sum(not homes[one] for one in visible)
        for home in parents:
            assert len(await in_department(client, home)) == counts[home]


async def _extension(server: Server, extension_id: int) -> Extension:
    async with server.database.transaction(write=False) as db:
        return await db.get_one(Extension, extension_id)
