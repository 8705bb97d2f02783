"""Ten thousand extensions in five hundred departments, eight levels deep, and two hundred groups."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from linkus.organization.models import Department, DepartmentMember, ExtensionGroup, ExtensionGroupMember
from linkus.shared.models.extension import Extension
from tests.organization.organizing import API, EXTENSIONS, GROUPS
from tests.support.api import Server

pytestmark = pytest.mark.slow
EXTENSION_COUNT, DEPARTMENT_COUNT, GROUP_COUNT, LEVELS = 10_000, 500, 200, 8
SHARED = 10  # extensions that are both in group 7 and in department 1 or below
MAX_ANSWER_SECONDS = 5  # one answer, on a machine that does much else; bench/ has the figures


def parent_of(number: int) -> int | None:
    """Return the department above: chains of eight levels, beside each other."""
    return None if number % LEVELS == 1 else number - 1


async def fill(server: Server, admin: httpx.AsyncClient) -> list[int]:
    new = {"from_number": "20001", "count": EXTENSION_COUNT, "first_name_pattern": "Many {number}"}
    assert (await admin.post(f"{EXTENSIONS}/bulk", json=new)).status_code == 201
    await server.clear_outbox()
    departments = [
        {"id": one, "parent_id": parent_of(one), "name": f"D{one}", "name_key": f"d{one}", "position": one}
        for one in range(1, DEPARTMENT_COUNT + 1)
    ]
    groups = [{"id": one, "name": f"G{one}", "name_key": f"g{one}"} for one in range(1, GROUP_COUNT + 1)]
    async with server.database.transaction() as db:
        ids = list((await db.scalars(select(Extension.id).order_by(Extension.number))).all())
        await db.execute(insert(Department), [{**one, "version": 1} for one in departments])
        await db.execute(insert(ExtensionGroup), [{**one, "version": 1} for one in groups])
        pairs = [(one, at % DEPARTMENT_COUNT + 1) for at, one in enumerate(ids)]
        pairs += [(one, (at + 1) % DEPARTMENT_COUNT + 1) for at, one in enumerate(ids)]
        await db.execute(insert(DepartmentMember), [{"extension_id": one, "department_id": own} for one, own in pairs])
        pairs = [(one, at % GROUP_COUNT + 1) for at, one in enumerate(ids)]
        await db.execute(insert(ExtensionGroupMember), [{"extension_id": one, "group_id": own} for one, own in pairs])
    return ids


async def quick(server: Server, admin: httpx.AsyncClient, url: str, **params: Any) -> Any:
    begun = time.monotonic()
    answer = await admin.get(url, params=params)
    seconds = time.monotonic() - begun
    assert answer.status_code == 200, answer.text
    assert seconds < MAX_ANSWER_SECONDS
    print(f"{server.database.engine.dialect.name} {url} {params}: {seconds * 1000:.0f} ms")  # noqa: T201 - pytest -s
    return answer.json()


async def test_lists_of_many(admin: httpx.AsyncClient, server: Server) -> None:
    ids = await fill(server, admin)
    per_department = 2 * EXTENSION_COUNT // DEPARTMENT_COUNT
    tree = await quick(server, admin, f"{API}/organization")
    assert len(tree["departments"]) == DEPARTMENT_COUNT
    assert max(one["level"] for one in tree["departments"]) == LEVELS
    # a chain of eight departments has nine times twenty extensions: those of the next one are in it as well
    assert (tree["departments"][0]["member_count"], tree["departments"][0]["total_count"]) == (per_department, 180)
    assert len((await quick(server, admin, GROUPS))["items"]) == GROUP_COUNT + 1
    assert (await quick(server, admin, EXTENSIONS, department=1))["total"] == 180
    found = await quick(server, admin, EXTENSIONS, department=1, search="20001", sort="-name")
    assert [one["number"] for one in found["items"]] == ["20001"]
    assert (await quick(server, admin, EXTENSIONS, department=0, page=200))["total"] == EXTENSION_COUNT
    assert (await quick(server, admin, EXTENSIONS, group=7))["total"] == EXTENSION_COUNT // GROUP_COUNT
    assert (await quick(server, admin, EXTENSIONS, group=7, department=1, page_size=500))["total"] == SHARED
    assert len((await quick(server, admin, f"{EXTENSIONS}/ids", department=1))["ids"]) == 180
    assert (await quick(server, admin, EXTENSIONS, department=1, below=False))["total"] == per_department
    assert (await quick(server, admin, EXTENSIONS, department=0, below=False))["total"] == 0
    viewer = await server.sign_in(await server.make_extension("19999"))
    await quick(server, viewer, "/api/v1/client/permissions")  # reads what the first request of a client reads
    organization = await quick(server, viewer, "/api/v1/client/organization")
    assert len(organization["departments"]) == DEPARTMENT_COUNT
    assert {one["colleague_count"] for one in organization["departments"]} == {per_department}
    assert (await quick(server, viewer, "/api/v1/client/colleagues", department=1))["total"] == per_department
    begun = time.monotonic()
    body = {"extension_ids": ids, "mode": "replace", "department_ids": [8], "group_ids": [1, 2]}
    answer = await admin.post(f"{API}/organization/assign", json=body)
    assert answer.json()["changed"] == EXTENSION_COUNT
    print(f"assign: {time.monotonic() - begun:.1f} s")  # noqa: T201
    assert (await quick(server, admin, EXTENSIONS, department=1))["total"] == EXTENSION_COUNT


async def test_whom_many_may_see(admin: httpx.AsyncClient, server: Server) -> None:
    ids = await fill(server, admin)
    everyone, below = {"group_ids": [0]}, {"department_ids": [1], "group_ids": [7]}
    rule = {"subjects": everyone, "targets": below}
    assert (await admin.post(f"{API}/visibility-rules", json=rule)).status_code == 201
    begun = time.monotonic()
    directory = await server.services.visibility.current()
    print(f"directory: {(time.monotonic() - begun) * 1000:.0f} ms")  # noqa: T201
    begun = time.monotonic()
    hidden = sum(directory.may_hear_of(viewer, "20001") for viewer in ids)
    print(f"one event for {len(ids)} clients: {(time.monotonic() - begun) * 1000:.0f} ms")  # noqa: T201
    assert hidden == EXTENSION_COUNT
    begun = time.monotonic()
    assert sum(directory.may_hear_of(viewer, "20012") for viewer in ids) == 1
    print(f"the next one: {(time.monotonic() - begun) * 1000:.0f} ms")  # noqa: T201
    async with server.database.transaction(write=False) as db:
        viewer = await db.get_one(Extension, ids[5000])
    viewer_page = await server.sign_in(viewer)
    async with server.database.transaction() as db:
        (await db.get_one(Extension, viewer.id)).linkus_enabled = True
    found = await quick(server, viewer_page, "/api/v1/client/colleagues")
    assert found["total"] == 180 + EXTENSION_COUNT // GROUP_COUNT - SHARED - 1  # the viewer is in department 1
    organization = await quick(server, viewer_page, "/api/v1/client/organization")
    # the chain of department 1 as a whole, and those that the people of group 7 are in, with all above them
    assert {1, 2, 3, 4, 5, 6, 7, 8} <= {one["id"] for one in organization["departments"]}
    assert len(organization["departments"]) < DEPARTMENT_COUNT
    own = {"department": 1}
    assert (await quick(server, viewer_page, "/api/v1/client/colleagues", **own))["total"] == 20 * 2 - 1
