"""Extension groups by the API."""

from __future__ import annotations

import httpx
import pytest

from linkus.kit.bus import PORTAL
from tests.organization.organizing import API, EXTENSIONS, GROUPS, group, make_extensions
from tests.support.api import Server, codes, frames


class TestGroups:
    async def test_created_read_changed_deleted(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        made = await group(admin, "前台", [two, one, 999_999])
        assert made == {
            "id": made["id"],
            "name": "前台",
            "member_count": 2,
            "is_everyone": False,
            "version": 1,
            "member_ids": [one, two],
        }
        url = f"{GROUPS}/{made['id']}"
        assert (await admin.get(url)).json() == made
        renamed = (await admin.put(url, json={"name": "Reception", "version": 1})).json()
        assert (renamed["name"], renamed["member_ids"], renamed["version"]) == ("Reception", [one, two], 2)
        fewer = (await admin.put(url, json={"name": "Reception", "member_ids": [two], "version": 2})).json()
        assert (fewer["member_ids"], fewer["version"]) == ([two], 3)
        stale = await admin.put(url, json={"name": "Mine", "version": 2})
        assert (stale.status_code, stale.json()["current"]) == (409, fewer)
        assert (await admin.get(f"{url}/delete-impact")).json()["first"][0]["number"] == "1002"
        assert (await admin.delete(url)).status_code == 204
        assert (await admin.get(url)).json()["code"] == "extension_group_not_found"
        assert (await admin.get(EXTENSIONS)).json()["total"] == 2

    async def test_names(self, admin: httpx.AsyncClient) -> None:
        made = await group(admin, "Sales")
        await group(admin, "Support")
        for name, wrong in [
            ("SALES", "extension_group_name_taken"),
            ("everyone", "extension_group_name_reserved"),
            ("", "field_required"),
        ]:
            assert codes(await admin.post(GROUPS, json={"name": name})) == {"name": wrong}
        taken = await admin.put(f"{GROUPS}/{made['id']}", json={"name": "support", "version": 1})
        assert codes(taken) == {"name": "extension_group_name_taken"}

    async def test_members_of_a_changed_group_hear_of_it(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        made = await group(admin, "Sales", [one])
        page = server.listen(PORTAL)
        await admin.put(f"{GROUPS}/{made['id']}", json={"name": "Sales", "member_ids": [two], "version": 1})
        told = frames(page)
        assert told[0] == {"type": "organization.changed"}
        assert sorted(event["number"] for event in told[1:]) == ["1001", "1002"]


class TestEveryone:
    @pytest.mark.parametrize(("language", "name"), [("zh-CN", "所有人"), ("en", "Everyone")])
    async def test_has_every_extension_also_new_ones(
        self, admin: httpx.AsyncClient, server: Server, language: str, name: str
    ) -> None:
        await make_extensions(server, "1001")
        await group(admin, "A")
        await admin.post(EXTENSIONS, json={"number": "1002"})
        items = (await admin.get(GROUPS, headers={"Accept-Language": language})).json()["items"]
        assert items[0] == {"id": 0, "name": name, "member_count": 2, "is_everyone": True, "version": 1}
        assert [item["name"] for item in items[1:]] == ["A"]
        assert (await admin.get(f"{GROUPS}/0")).json()["member_count"] == 2
        assert (await admin.get(EXTENSIONS, params={"group": 0})).json()["total"] == 2

    async def test_cannot_be_changed(self, admin: httpx.AsyncClient) -> None:
        for answer in (
            await admin.put(f"{GROUPS}/0", json={"name": "All", "version": 1}),
            await admin.delete(f"{GROUPS}/0"),
            await admin.get(f"{GROUPS}/0/delete-impact"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "extension_group_everyone")
        body = {"extension_ids": [1], "mode": "remove", "group_ids": [0]}
        assert (await admin.post(f"{API}/organization/assign", json=body)).status_code == 422
