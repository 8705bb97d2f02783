"""Paging groups by the API."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from linkus.kit.bus import PORTAL
from linkus.paging.schemas import PagingGroupValues
from linkus.paging.service import group_errors
from linkus.shared.models.paging import PagingGroup, PagingGroupCaller, PagingGroupMember
from linkus.shared.models.route import InboundRoute
from tests.support.api import Server, codes, frames

URL = "/api/v1/admin/paging-groups"
EXTENSIONS = "/api/v1/admin/extensions"


async def create(admin: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await admin.post(URL, json={"number": "600", "name": "仓库", **values})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def values_of(group: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "name", "mode", "callers", "member_ids", "caller_ids", "version")
    return {name: group[name] for name in names}


class TestGroup:
    async def test_group_is_created_read_changed_and_deleted(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await server.make_extension("1002"), await server.make_extension("201")
        page = server.listen(PORTAL)
        made = await create(admin, mode="two_way", callers="chosen", member_ids=[one.id, two.id], caller_ids=[one.id])
        assert made == {
            "id": made["id"],
            "number": "600",
            "name": "仓库",
            "mode": "two_way",
            "callers": "chosen",
            "member_ids": [two.id, one.id],
            "caller_ids": [one.id],
            "members": [
                {"id": two.id, "number": "201", "display_name": "F201"},
                {"id": one.id, "number": "1002", "display_name": "F1002"},
            ],
            "chosen": [{"id": one.id, "number": "1002", "display_name": "F1002"}],
            "inbound_routes": [],
            "version": 1,
        }
        assert (await admin.get(f"{URL}/{made['id']}")).json() == made
        change = {**values_of(made), "number": "601", "mode": "one_way", "callers": "all", "member_ids": [one.id]}
        changed = (await admin.put(f"{URL}/{made['id']}", json=change)).json()
        assert (changed["number"], changed["mode"], changed["member_ids"]) == ("601", "one_way", [one.id])
        assert changed["caller_ids"] == [one.id]  # kept, for when they count again
        assert changed["version"] == 2
        assert (await admin.delete(f"{URL}/{made['id']}")).status_code == 204
        assert (await admin.get(f"{URL}/{made['id']}")).json()["code"] == "paging_group_not_found"
        assert (await admin.delete(f"{URL}/{made['id']}")).status_code == 404
        async with server.database.transaction(write=False) as db:
            assert (await db.scalars(select(PagingGroupMember))).all() == []
            assert (await db.scalars(select(PagingGroupCaller))).all() == []
        told = [(event["type"], event["id"], event["number"]) for event in frames(page)]
        assert told == [("paging_group.changed", made["id"], number) for number in ("600", "601", "601")]

    async def test_stale_version_is_refused_with_the_present_values(self, admin: httpx.AsyncClient) -> None:
        made = await create(admin)
        first = await admin.put(f"{URL}/{made['id']}", json={**values_of(made), "name": "前台"})
        assert first.status_code == 200
        second = await admin.put(f"{URL}/{made['id']}", json={**values_of(made), "name": "车间"})
        assert second.status_code == 409
        assert second.json()["code"] == "version_conflict"
        assert second.json()["current"] == first.json()

    async def test_one_update_succeeds_when_two_have_the_same_version(self, admin: httpx.AsyncClient) -> None:
        made = await create(admin)
        answers = await asyncio.gather(
            *(admin.put(f"{URL}/{made['id']}", json={**values_of(made), "name": f"组{n}"}) for n in range(4))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]

    async def test_field_error_names_what_is_wrong(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(URL, json={"number": "6x", "name": "", "callers": "chosen"})
        assert codes(answer) == {
            "number": "paging_number_invalid",
            "name": "field_required",
            "caller_ids": "paging_callers_empty",
        }
        assert "1 到 8 位数字" in answer.json()["fields"]["number"]["message"]
        assert codes(await admin.post(URL, json={"number": "600", "name": "x" * 64})) == {"name": "field_too_long"}
        answer = await admin.post(URL, json={"number": "600", "name": "x", "member_ids": list(range(1, 102))})
        assert codes(answer) == {"member_ids": "field_too_many"}
        answer = await admin.post(URL, json={"number": "600", "name": "x", "mode": "three_way"})
        assert codes(answer).keys() == {"mode"}

    async def test_group_has_at_most_a_hundred_members(self, admin: httpx.AsyncClient) -> None:
        await admin.post(f"{EXTENSIONS}/bulk", json={"from_number": "2001", "count": 100})
        found = await admin.post(f"{EXTENSIONS}/find", json={"numbers": [str(n) for n in range(2001, 2101)]})
        ids = [one["id"] for one in found.json()["found"]]
        made = await create(admin, member_ids=ids)
        assert [one["number"] for one in made["members"]] == [str(n) for n in range(2001, 2101)]
        assert (await admin.get(URL)).json()["items"][0]["member_count"] == 100

    async def test_extension_named_twice_is_a_member_once(self, admin: httpx.AsyncClient, server: Server) -> None:
        one = await server.make_extension("1002")
        assert (await create(admin, member_ids=[one.id, one.id]))["member_ids"] == [one.id]


class TestList:
    async def test_list_is_searched_sorted_filtered_and_paged(self, admin: httpx.AsyncClient, server: Server) -> None:
        one = await server.make_extension("1002")
        await create(admin, number="600", name="Lager", member_ids=[one.id])
        await create(admin, number="70", name="仓库 100%", mode="two_way")
        await create(admin, number="8000", name="apron")

        async def numbers(**params: Any) -> list[str]:
            answer = await admin.get(URL, params=params)
            assert answer.status_code == 200, answer.text
            return [item["number"] for item in answer.json()["items"]]

        assert await numbers() == ["70", "600", "8000"]
        assert await numbers(sort="-number") == ["8000", "600", "70"]
        assert await numbers(sort="-members") == ["600", "70", "8000"]
        assert await numbers(sort="name", search="a") == ["600", "8000"]
        assert await numbers(search="LAG") == ["600"]
        assert await numbers(search="%") == ["70"]
        assert await numbers(mode="two_way") == ["70"]
        answer = (await admin.get(URL, params={"page": 2, "page_size": 2})).json()
        assert (answer["total"], [item["number"] for item in answer["items"]]) == (3, ["8000"])
        assert (await admin.get(URL, params={"sort": "version"})).status_code == 422


class TestNumbers:
    """Extensions and paging groups share one space of numbers."""

    async def test_group_cannot_have_an_extensions_number(self, admin: httpx.AsyncClient, server: Server) -> None:
        await server.make_extension("1002")
        await create(admin, number="600")
        taken = await admin.post(URL, json={"number": "1002", "name": "x"})
        assert codes(taken) == {"number": "paging_number_is_extension"}
        assert "1002" in taken.json()["fields"]["number"]["message"]
        assert codes(await admin.post(URL, json={"number": "600", "name": "x"})) == {"number": "paging_number_taken"}
        other = await create(admin, number="601")
        for number, code in (("1002", "paging_number_is_extension"), ("600", "paging_number_taken")):
            answer = await admin.put(f"{URL}/{other['id']}", json={**values_of(other), "number": number})
            assert codes(answer) == {"number": code}

    async def test_extension_cannot_have_a_groups_number(self, admin: httpx.AsyncClient, server: Server) -> None:
        await create(admin, number="600")
        assert codes(await admin.post(EXTENSIONS, json={"number": "600"})) == {"number": "extension_number_is_group"}
        made = (await admin.post(EXTENSIONS, json={"number": "599"})).json()
        edit = {"number": "600", "first_name": "a", "version": made["version"]}
        answer = await admin.put(f"{EXTENSIONS}/{made['id']}", json=edit)
        assert codes(answer) == {"number": "extension_number_is_group"}
        answer = await admin.post(f"{EXTENSIONS}/bulk", json={"from_number": "590", "count": 20})
        assert codes(answer) == {"from_number": "bulk_numbers_taken"}
        assert "599, 600" in answer.json()["fields"]["from_number"]["message"]

    async def test_imported_extension_cannot_have_a_groups_number(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        await create(admin, number="600")
        text = "Extension Number,First Name\r\n599,a\r\n600,b\r\n601,c\r\n"
        started = (await admin.post(f"{EXTENSIONS}/import", files={"file": ("a.csv", text.encode())})).json()
        await server.services.background.idle()
        view = (await admin.get(f"/api/v1/admin/imports/{started['id']}")).json()
        assert (view["created"], view["failed"]) == (2, 1)
        [error] = view["errors"]
        assert (error["row"], error["code"]) == (3, "extension_number_is_group")

    async def test_number_is_never_assigned_twice(self, admin: httpx.AsyncClient) -> None:
        for number in ("700", "701", "702"):
            answers = await asyncio.gather(
                admin.post(URL, json={"number": number, "name": "x"}),
                admin.post(EXTENSIONS, json={"number": number}),
                admin.post(URL, json={"number": number, "name": "y"}),
                admin.post(f"{EXTENSIONS}/bulk", json={"from_number": number, "count": 1}),
            )
            assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


class TestMembersAndRoutes:
    async def test_deleted_extension_leaves_its_groups(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await server.make_extension("1002"), await server.make_extension("1003")
        made = await create(admin, member_ids=[one.id, two.id], callers="chosen", caller_ids=[one.id])
        assert (await admin.delete(f"{EXTENSIONS}/{one.id}")).status_code == 204
        left = (await admin.get(f"{URL}/{made['id']}")).json()
        assert (left["member_ids"], left["caller_ids"]) == ([two.id], [])
        # a page that was open meanwhile saves its old values
        saved = await admin.put(f"{URL}/{made['id']}", json={**values_of(made), "name": "新"})
        assert (saved.status_code, saved.json()["member_ids"]) == (200, [two.id])

    async def test_routes_to_a_group_are_named_before_they_are_deleted(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        made = await create(admin)
        async with server.database.transaction() as db:
            db.add(InboundRoute(position=1, name="总机", destination="paging_group", paging_group_id=made["id"]))
        [route] = (await admin.get(f"{URL}/{made['id']}")).json()["inbound_routes"]
        assert route["name"] == "总机"
        assert (await admin.delete(f"{URL}/{made['id']}")).status_code == 204
        async with server.database.transaction(write=False) as db:
            assert (await db.scalars(select(InboundRoute))).all() == []
            assert (await db.scalars(select(PagingGroup))).all() == []


class TestFind:
    async def test_pasted_numbers_are_found(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await server.make_extension("1002"), await server.make_extension("20")
        answer = await admin.post(f"{EXTENSIONS}/find", json={"numbers": ["1002", "9999", "20", "1002", "x", ""]})
        assert answer.json() == {
            "found": [
                {"id": two.id, "number": "20", "display_name": "F20"},
                {"id": one.id, "number": "1002", "display_name": "F1002"},
            ],
            "unknown": ["9999", "x"],
        }


class TestRules:
    @given(st.text(max_size=10), st.text(max_size=70))
    def test_only_digits_and_a_name_pass(self, number: str, name: str) -> None:
        values = PagingGroupValues.model_construct(number=number, name=name, callers="all", caller_ids=[])
        errors = group_errors(values)
        assert ("number" in errors) == (not (1 <= len(number) <= 8 and all(c in "0123456789" for c in number)))
        assert ("name" in errors) == (not 1 <= len(name) <= 63)

    @pytest.mark.parametrize("callers", ["all", "members"])
    def test_callers_are_required_only_when_they_are_chosen(self, callers: str) -> None:
        values = PagingGroupValues(number="600", name="x", callers=callers)  # type: ignore[arg-type]  # as in JSON
        assert group_errors(values) == {}
