"""Inbound routes by the API, on both databases."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup
from tests.route.routes import INBOUND, inbound, names, trunk
from tests.support.api import Server, codes, frames


async def group(server: Server) -> int:
    async with server.database.transaction() as db:
        one = PagingGroup(number="600", name="全体")
        db.add(one)
    return one.id


class TestSaving:
    async def test_route_is_read_as_saved_with_its_names(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        trunk_id = await trunk(admin)
        pages = server.listen(PORTAL)
        made = await inbound(
            admin, "销售热线", extension.id, trunk_id=trunk_id, did_number="+86 (10) 8888-6666", did_name="销售"
        )
        assert (made["trunk_name"], made["did_number"], made["did_name"]) == ("电信", "+861088886666", "销售")
        assert (made["destination_number"], made["destination_name"]) == ("1001", "张伟")
        assert (await admin.get(f"{INBOUND}/{made['id']}")).json() == made
        assert {"type": "route.changed"} in frames(pages)

    async def test_route_leads_to_a_paging_group_or_voicemail(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        group_id = await group(server)
        to_group = await inbound(
            admin, "广播", extension.id, destination="paging_group", paging_group_id=group_id, did_number="1"
        )
        assert (to_group["destination_number"], to_group["destination_name"]) == ("600", "全体")
        assert to_group["extension_id"] is None  # nothing stays of the previous choice
        to_voicemail = await inbound(admin, "留言", extension.id, destination="voicemail", did_number="2")
        assert (to_voicemail["extension_id"], to_voicemail["paging_group_id"]) == (extension.id, None)

    async def test_stale_version_is_refused_with_the_present_values(
        self, admin: httpx.AsyncClient, extension: Extension
    ) -> None:
        made = await inbound(admin, "A", extension.id)
        body = {"name": "B", "destination": "extension", "extension_id": extension.id, "version": 1}
        assert (await admin.put(f"{INBOUND}/{made['id']}", json=body)).json()["version"] == 2
        again = await admin.put(f"{INBOUND}/{made['id']}", json={**body, "name": "C"})
        assert (again.status_code, again.json()["code"]) == (409, "version_conflict")
        assert again.json()["current"]["name"] == "B"

    async def test_route_is_deleted_with_its_extension_or_trunk(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        other = await server.make_extension("1002")
        trunk_id = await trunk(admin)
        await inbound(admin, "A", extension.id, did_number="1", trunk_id=trunk_id)
        await inbound(admin, "B", other.id, did_number="2")
        await inbound(admin, "C", extension.id, did_number="3")
        use = (await admin.get(f"/api/v1/admin/trunks/{trunk_id}/use")).json()
        assert [route["name"] for route in use["inbound_routes"]] == ["A"]
        await admin.delete(f"/api/v1/admin/trunks/{trunk_id}")
        await admin.delete(f"/api/v1/admin/extensions/{other.id}")
        assert await names(admin, INBOUND) == ["C"]

    async def test_many_routes_are_deleted_at_once(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        ids = [(await inbound(admin, f"R{i}", extension.id, did_number=str(i)))["id"] for i in range(3)]
        answer = await admin.post(f"{INBOUND}/delete", json={"ids": [*ids[:2], 999]})
        assert answer.json() == {"deleted": 2}
        assert await names(admin, INBOUND) == ["R2"]
        assert (await admin.delete(f"{INBOUND}/{ids[2]}")).status_code == 204
        gone = await admin.delete(f"{INBOUND}/{ids[2]}")
        assert (gone.status_code, gone.json()["code"]) == (404, "route_not_found")


class TestFields:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"name": ""}, {"name": "field_required"}),
            ({"name": "x" * 64}, {"name": "field_too_long"}),
            ({"did_number": "1;2"}, {"did_number": "route_did_invalid"}),
            ({"did_number": "+"}, {"did_number": "route_did_invalid"}),
            ({"did_number": "()"}, {"did_number": "route_did_invalid"}),
            ({"did_number": "1" * 41}, {"did_number": "field_too_long"}),
            ({"did_name": "x" * 64}, {"did_name": "field_too_long"}),
            ({"trunk_id": 999}, {"trunk_id": "route_trunk_unknown"}),
            ({"extension_id": None}, {"extension_id": "route_extension_required"}),
            ({"extension_id": 999}, {"extension_id": "route_extension_unknown"}),
            ({"destination": "paging_group"}, {"paging_group_id": "route_paging_group_required"}),
            (
                {"destination": "paging_group", "paging_group_id": 999},
                {"paging_group_id": "route_paging_group_unknown"},
            ),
            ({"destination": "ivr"}, {"destination": "field_invalid"}),
        ],
    )
    async def test_field_error_names_what_is_wrong(
        self, admin: httpx.AsyncClient, extension: Extension, values: dict[str, Any], expected: dict[str, str]
    ) -> None:
        body = {"name": "A", "destination": "extension", "extension_id": extension.id, **values}
        assert codes(await admin.post(INBOUND, json=body)) == expected

    async def test_disabled_voicemail_is_refused(self, admin: httpx.AsyncClient, server: Server) -> None:
        person = await server.make_extension("1009", voicemail_enabled=False)
        answer = await admin.post(INBOUND, json={"name": "A", "destination": "voicemail", "extension_id": person.id})
        assert codes(answer) == {"extension_id": "route_voicemail_off"}
        assert "1009" in answer.json()["fields"]["extension_id"]["message"]

    async def test_account_name_is_accepted_as_did(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        assert (await inbound(admin, "A", extension.id, did_number="lt-trunk.7"))["did_number"] == "lt-trunk.7"


class TestTurns:
    async def test_new_route_stands_before_a_catch_all(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        await inbound(admin, "甲", extension.id, did_number="100")
        await inbound(admin, "其他", extension.id)
        await inbound(admin, "乙", extension.id, did_number="200")
        assert await names(admin, INBOUND) == ["甲", "乙", "其他"]
        found = (await admin.get(INBOUND)).json()["items"]
        assert [route["position"] for route in found] == [1, 2, 3]
        assert {route["shadowed_by"] for route in found} == {None}

    async def test_shadowed_route_is_marked(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        trunk_id = await trunk(admin)
        first = await inbound(admin, "甲", extension.id, did_number="+86100")
        await inbound(admin, "乙", extension.id, did_number="86100", trunk_id=trunk_id)
        await inbound(admin, "停", extension.id, did_number="300", enabled=False)
        await inbound(admin, "丙", extension.id, did_number="300")
        found = {route["name"]: route["shadowed_by"] for route in (await admin.get(INBOUND)).json()["items"]}
        # the more specific route was put before the one that would take its calls
        assert found == {"乙": None, "甲": None, "停": None, "丙": None}
        twice = await inbound(admin, "再", extension.id, did_number="86100")
        assert twice["shadowed_by"] == {"id": first["id"], "name": "甲"}
