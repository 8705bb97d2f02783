"""Extensions in departments and groups: assigned many at once, shown, filtered, saved with the extension."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from tests.organization.organizing import API, DEPARTMENTS, EXTENSIONS, assign, department, group, make_extensions
from tests.support.api import Server, codes, frames


async def found(admin: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await admin.get(EXTENSIONS, params=params)
    assert answer.status_code == 200, answer.text
    numbers = [item["number"] for item in answer.json()["items"]]
    ids = (await admin.get(f"{EXTENSIONS}/ids", params=params)).json()["ids"]
    assert len(ids) == answer.json()["total"] == len(numbers)
    return numbers


async def places(admin: httpx.AsyncClient, extension_id: int) -> tuple[list[str], list[str]]:
    view = (await admin.get(f"{EXTENSIONS}/{extension_id}")).json()
    return [one["name"] for one in view["departments"]], [one["name"] for one in view["groups"]]


class TestAssign:
    async def test_add_remove_replace(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two, three = await make_extensions(server, "1001", "1002", "1003")
        a, b = await department(admin, "A"), await department(admin, "B")
        g, h = await group(admin, "G"), await group(admin, "H")
        everything = {"department_ids": [a["id"], b["id"]], "group_ids": [g["id"]]}
        assert await assign(admin, [one, two, 999_999], "add", **everything) == 2
        assert await places(admin, one) == (["A", "B"], ["G"])
        assert await assign(admin, [one, two], "add", **everything) == 0
        assert await assign(admin, [one, two, three], "remove", department_ids=[a["id"]], group_ids=[g["id"]]) == 2
        assert await places(admin, one) == (["B"], [])
        assert await assign(admin, [one, three], "replace", department_ids=[a["id"]]) == 2
        assert await places(admin, one) == (["A"], [])
        assert await assign(admin, [one, two, three], "replace", group_ids=[h["id"]]) == 3
        assert await places(admin, one) == (["A"], ["H"])
        assert await places(admin, two) == (["B"], ["H"])
        assert await assign(admin, [one], "replace", department_ids=[], group_ids=[]) == 1
        assert await places(admin, one) == ([], [])

    async def test_all_or_nothing(self, admin: httpx.AsyncClient, server: Server) -> None:
        (one,) = await make_extensions(server, "1001")
        a = await department(admin, "A")
        body = {"extension_ids": [one], "mode": "add", "department_ids": [a["id"], 999_999], "group_ids": [999_999]}
        answer = await admin.post(f"{API}/organization/assign", json=body)
        assert codes(answer) == {"department_ids": "department_unknown", "group_ids": "extension_group_unknown"}
        assert await places(admin, one) == ([], [])

    async def test_an_older_page_of_the_extension_is_stale(self, admin: httpx.AsyncClient, server: Server) -> None:
        (one,) = await make_extensions(server, "1001")
        before = (await admin.get(f"{EXTENSIONS}/{one}")).json()
        page = server.listen(PORTAL)
        await assign(admin, [one], department_ids=[(await department(admin, "A"))["id"]])
        changed = {"type": "extension.changed", "id": one, "number": "1001"}
        assert frames(page)[1:] == [{"type": "organization.changed"}, changed]
        save = {"number": "1001", "first_name": "Wei", "department_ids": [], "version": before["version"]}
        stale = await admin.put(f"{EXTENSIONS}/{one}", json=save)
        assert (stale.status_code, stale.json()["current"]["departments"][0]["name"]) == (409, "A")

    async def test_of_many_open_pages_hear_one_event(self, admin: httpx.AsyncClient, server: Server) -> None:
        await admin.post(f"{EXTENSIONS}/bulk", json={"from_number": "2000", "count": 60})
        ids = (await admin.get(f"{EXTENSIONS}/ids")).json()["ids"]
        made = await group(admin, "G")
        page = server.listen(PORTAL)
        assert await assign(admin, ids, group_ids=[made["id"]]) == 60
        assert [event["type"] for event in frames(page)] == ["organization.changed", "extension.changed"]


class TestOwnPage:
    async def test_created_and_changed_with_the_extension(self, admin: httpx.AsyncClient) -> None:
        a, g = await department(admin, "A"), await group(admin, "G")
        new = {"number": "1001", "department_ids": [a["id"]], "group_ids": [g["id"]]}
        made = (await admin.post(EXTENSIONS, json=new)).json()
        assert made["departments"] == [{"id": a["id"], "name": "A"}]
        assert made["groups"] == [{"id": g["id"], "name": "G"}]
        url = f"{EXTENSIONS}/{made['id']}"
        kept = (await admin.put(url, json={"number": "1001", "first_name": "Wei", "version": 1})).json()
        assert (kept["departments"], kept["groups"]) == (made["departments"], made["groups"])
        left = await admin.put(url, json={"number": "1001", "first_name": "Wei", "department_ids": [], "version": 2})
        assert (left.json()["departments"], left.json()["groups"]) == ([], made["groups"])
        wrong = await admin.put(url, json={"number": "1001", "first_name": "Li", "group_ids": [999], "version": 3})
        assert codes(wrong) == {"group_ids": "extension_group_unknown"}
        assert (await admin.get(url)).json()["first_name"] == "Wei"


class TestFilter:
    async def test_by_department_with_everything_below_and_by_group(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        one, two, three, _four = await make_extensions(server, "1001", "1002", "203", "1004")
        a = await department(admin, "A")
        b = await department(admin, "B", a["id"])
        c = await department(admin, "C", b["id"])
        other, g = await department(admin, "D"), await group(admin, "G", [two, three])
        await assign(admin, [one, two], department_ids=[a["id"]])
        await assign(admin, [two, three], department_ids=[c["id"]])
        assert await found(admin, department=a["id"]) == ["203", "1001", "1002"]
        assert await found(admin, department=b["id"]) == ["203", "1002"]
        assert await found(admin, department=other["id"]) == []
        assert await found(admin, department=0) == ["203", "1001", "1002", "1004"]
        assert await found(admin, group=g["id"], sort="-number") == ["1002", "203"]
        assert await found(admin, department=a["id"], group=g["id"], search="100") == ["1002"]
        assert await found(admin, department=999_999) == []
        assert await found(admin, department=a["id"], below=False) == ["1001", "1002"]
        assert await found(admin, department=0, below=False) == ["1004"]
        page = (await admin.get(EXTENSIONS, params={"department": a["id"], "page": 2, "page_size": 2})).json()
        assert ([item["number"] for item in page["items"]], page["total"]) == (["1002"], 3)
        assert page["items"][0]["departments"] == [{"id": a["id"], "name": "A"}, {"id": c["id"], "name": "C"}]
        await admin.post(f"{DEPARTMENTS}/{b['id']}/move", json={"parent_id": other["id"], "version": 1})
        assert await found(admin, department=other["id"]) == ["203", "1002"]

    @pytest.mark.parametrize("params", [{"department": -1}, {"group": "x"}, {"group": 2**31}])
    async def test_bad_filters(self, admin: httpx.AsyncClient, params: dict[str, Any]) -> None:
        assert (await admin.get(EXTENSIONS, params=params)).status_code == 422
