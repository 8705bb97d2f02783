"""Departments by the API."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from linkus.kit.bus import CLIENTS, PORTAL
from linkus.organization.models import DepartmentMember
from tests.organization.organizing import API, DEPARTMENTS, assign, department, make_extensions, set_company, tree
from tests.support.api import Server, codes, frames


async def move(admin: httpx.AsyncClient, made: dict[str, Any], parent_id: int, **more: Any) -> httpx.Response:
    body = {"parent_id": parent_id, "version": made["version"], **more}
    return await admin.post(f"{DEPARTMENTS}/{made['id']}/move", json=body)


async def paths(admin: httpx.AsyncClient) -> list[str]:
    return [path for path, _own, _below in await tree(admin)]


class TestTree:
    async def test_the_company_is_at_the_root(self, admin: httpx.AsyncClient, server: Server) -> None:
        await set_company(admin, "时代")
        one, two, three = await make_extensions(server, "1001", "1002", "1003")
        sales = await department(admin, "销售部")
        east = await department(admin, "华东", sales["id"])
        await assign(admin, [one, two], department_ids=[east["id"]])
        await assign(admin, [one], department_ids=[sales["id"]])
        assert (sales["path"], sales["level"]) == (["销售部"], 1)
        assert (east["path"], east["level"]) == (["销售部", "华东"], 2)
        found = (await admin.get(f"{API}/organization")).json()
        assert (found["name"], found["member_count"], found["total_count"]) == ("时代", 1, 3)
        assert await tree(admin) == [("销售部", 1, 2), ("销售部/华东", 2, 2)]
        assert (await admin.delete(f"{API}/extensions/{three}")).status_code == 204
        assert (await admin.get(f"{API}/organization")).json()["total_count"] == 2

    async def test_names(self, admin: httpx.AsyncClient) -> None:
        sales = await department(admin, "Sales")
        await department(admin, "sales", sales["id"])
        for name, parent, wrong in [
            ("SALES ", 0, {"name": "department_name_taken"}),
            ("Sales", sales["id"], {"name": "department_name_taken"}),
            (" ", 0, {"name": "field_required"}),
            ("x" * 64, 0, {"name": "field_too_long"}),
            ("ß" * 40, 0, {"name": "field_too_long"}),
            ("New", 999_999, {"parent_id": "department_parent_unknown"}),
        ]:
            assert codes(await admin.post(DEPARTMENTS, json={"name": name, "parent_id": parent})) == wrong
        assert (await department(admin, "R&D / 24/7"))["path"] == ["R&D / 24/7"]

    async def test_rename(self, admin: httpx.AsyncClient) -> None:
        made = await department(admin, "Sales")
        await department(admin, "Support")
        url = f"{DEPARTMENTS}/{made['id']}"
        changed = (await admin.put(url, json={"name": "SALES", "version": 1})).json()
        assert (changed["name"], changed["version"]) == ("SALES", 2)
        assert codes(await admin.put(url, json={"name": "support", "version": 2})) == {"name": "department_name_taken"}
        stale = await admin.put(url, json={"name": "Mine", "version": 1})
        assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (409, "version_conflict", changed)
        assert (await admin.put(f"{DEPARTMENTS}/999999", json={"name": "x", "version": 1})).status_code == 404

    async def test_drag_and_drop(self, admin: httpx.AsyncClient) -> None:
        made = {name: await department(admin, name) for name in "ABC"}
        below = await department(admin, "D", made["A"]["id"])
        assert await paths(admin) == ["A", "A/D", "B", "C"]
        answer = await move(admin, made["C"], 0, position=0)
        assert (answer.json()["position"], answer.json()["version"]) == (0, 2)
        assert await paths(admin) == ["C", "A", "A/D", "B"]
        assert (await move(admin, made["A"], made["B"]["id"])).status_code == 200
        assert await paths(admin) == ["C", "B", "B/A", "B/A/D"]
        assert (await move(admin, below, made["B"]["id"], position=0)).json()["path"] == ["B", "D"]
        assert await paths(admin) == ["C", "B", "B/D", "B/A"]
        stale = await move(admin, below, 0)
        assert (stale.status_code, stale.json()["current"]["path"]) == (409, ["B", "D"])

    async def test_moves_that_are_refused(self, admin: httpx.AsyncClient) -> None:
        top = await department(admin, "A")
        below = await department(admin, "B", top["id"])
        other = await department(admin, "b")
        for made, parent, code in [
            (top, top["id"], "department_below_itself"),
            (top, below["id"], "department_below_itself"),
            (top, 999_999, "department_parent_unknown"),
            (other, top["id"], "department_name_taken"),
        ]:
            impact = await admin.get(f"{DEPARTMENTS}/{made['id']}/move-impact", params={"parent_id": parent})
            assert codes(impact) == codes(await move(admin, made, parent)) == {"parent_id": code}
        assert await paths(admin) == ["A", "A/B", "b"]

    async def test_two_moves_at_once_make_no_cycle(self, admin: httpx.AsyncClient) -> None:
        one, two = await department(admin, "A"), await department(admin, "B")
        answers = await asyncio.gather(move(admin, one, two["id"]), move(admin, two, one["id"]))
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        assert len(await paths(admin)) == 2

    async def test_of_two_that_create_the_same_one_succeeds(self, admin: httpx.AsyncClient) -> None:
        asked = [admin.post(DEPARTMENTS, json={"name": "Sales"}) for _ in range(4)]
        assert sorted(answer.status_code for answer in await asyncio.gather(*asked)) == [201, 422, 422, 422]


class TestDelete:
    async def test_what_is_in_it_moves_up(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        top = await department(admin, "A")
        middle = await department(admin, "A", top["id"])
        await department(admin, "Z", top["id"])
        first, _second = await department(admin, "A", middle["id"]), await department(admin, "B", middle["id"])
        await assign(admin, [one, two], department_ids=[middle["id"]])
        await assign(admin, [two], department_ids=[top["id"], first["id"]])
        assert (await admin.delete(f"{DEPARTMENTS}/{middle['id']}")).status_code == 204
        assert await tree(admin) == [("A", 2, 2), ("A/A", 1, 1), ("A/B", 0, 0), ("A/Z", 0, 0)]
        assert (await admin.delete(f"{DEPARTMENTS}/{top['id']}")).status_code == 204
        assert await paths(admin) == ["A", "B", "Z"]
        assert (await admin.get(f"{API}/extensions/{one}")).json()["departments"] == []
        assert (await admin.get(f"{API}/organization")).json()["member_count"] == 1
        assert (await admin.delete(f"{DEPARTMENTS}/{top['id']}")).status_code == 404

    async def test_two_of_a_name_would_meet(self, admin: httpx.AsyncClient) -> None:
        top = await department(admin, "A")
        await department(admin, "B", top["id"])
        await department(admin, "b")
        refused = await admin.delete(f"{DEPARTMENTS}/{top['id']}", headers={"Accept-Language": "en"})
        assert (refused.status_code, refused.json()["code"]) == (409, "department_child_name_taken")
        assert "“B”" in refused.json()["message"]
        assert await paths(admin) == ["A", "A/B", "b"]

    @pytest.mark.parametrize("department_id", [0, -1])
    async def test_the_company_stays(self, admin: httpx.AsyncClient, department_id: int) -> None:
        assert (await admin.delete(f"{DEPARTMENTS}/{department_id}")).status_code == 422

    async def test_a_deleted_extension_leaves(self, admin: httpx.AsyncClient, server: Server) -> None:
        (one,) = await make_extensions(server, "1001")
        await assign(admin, [one], department_ids=[(await department(admin, "A"))["id"]])
        await admin.delete(f"{API}/extensions/{one}")
        async with server.database.transaction(write=False) as db:
            assert (await db.scalars(select(DepartmentMember))).all() == []


class TestImpact:
    async def test_of_a_move_and_a_deletion(self, admin: httpx.AsyncClient, server: Server) -> None:
        ids = await make_extensions(server, *map(str, range(990, 1002)))
        top, other = await department(admin, "A"), await department(admin, "C")
        below = await department(admin, "B", top["id"])
        await assign(admin, ids, department_ids=[below["id"]])
        await assign(admin, ids[:3], department_ids=[top["id"], other["id"]])
        for url in (f"move-impact?parent_id={other['id']}", "delete-impact"):
            impact = (await admin.get(f"{DEPARTMENTS}/{top['id']}/{url}")).json()
            assert (impact["extensions"], impact["departments"], impact["rules"]) == (12, 1, [])
            assert [one["number"] for one in impact["first"]] == [str(number) for number in range(990, 1000)]
        assert await paths(admin) == ["A", "A/B", "C"]
        assert (await admin.get(f"{DEPARTMENTS}/999999/delete-impact")).status_code == 404


async def test_every_open_page_hears_of_a_change(admin: httpx.AsyncClient, server: Server) -> None:
    page, client = server.listen(PORTAL), server.listen(CLIENTS)
    made = await department(admin, "A")
    await move(admin, made, 0)
    await admin.delete(f"{DEPARTMENTS}/{made['id']}")
    assert frames(page) == [{"type": "organization.changed"}] * 3
    assert frames(client) == [{"type": "organization.changed", "spread_ms": 2}] * 3
    assert codes(await admin.post(DEPARTMENTS, json={"name": ""}))
    assert frames(page) == []
