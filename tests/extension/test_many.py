"""Actions on many extensions in one request."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL, extension_topic
from tests.organization.organizing import department, group
from tests.support.api import PASSWORD, Server, codes, frames

URL = "/api/v1/admin/extensions"


class TestSwitchLinkus:
    @pytest.mark.manual("EN-3")
    async def test_linkus_is_switched_off_for_many(self, admin: httpx.AsyncClient, server: Server) -> None:
        first, second = await server.make_extension("1001"), await server.make_extension("1002", linkus_enabled=False)
        sessions = {kind: [(await server.open_session(first, kind)).session.id] for kind in ("web", "mobile")}
        answer = await admin.post(f"{URL}/linkus", json={"ids": [first.id, second.id], "enabled": False})
        assert answer.json() == {"changed": 1, "sessions_ended": 2}
        [row] = await server.payloads("edge.revoke")
        assert (row["number"], row["sessions"]) == ("1001", sessions)

    @pytest.mark.manual("EN-2")
    async def test_switching_linkus_on_lets_the_user_sign_in(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1001", linkus_enabled=False)
        sign_in = {"username": "1001", "password": PASSWORD}
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 403
        answer = await admin.post(f"{URL}/linkus", json={"ids": [extension.id], "enabled": True})
        assert answer.json()["changed"] == 1
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 201

    async def test_open_pages_get_one_event_for_many_extensions(self, admin: httpx.AsyncClient, server: Server) -> None:
        await admin.post(f"{URL}/bulk", json={"from_number": "2000", "count": 60, "linkus_enabled": True})
        ids = [item["id"] for item in (await admin.get(URL, params={"page_size": 100})).json()["items"]]
        page, user = server.listen(PORTAL), server.listen(extension_topic(ids[0]))
        await admin.post(f"{URL}/linkus", json={"ids": ids, "enabled": False})
        assert frames(page) == [{"type": "extension.changed", "id": None, "number": None}]
        assert [frame["id"] for frame in frames(user)] == [ids[0]]


class TestBulk:
    async def post(self, admin: httpx.AsyncClient, **values: Any) -> httpx.Response:
        return await admin.post(f"{URL}/bulk", json={"from_number": "1001", "count": 3, **values})

    async def test_many_extensions_are_created_by_a_pattern(self, admin: httpx.AsyncClient, server: Server) -> None:
        answer = await self.post(admin, first_name_pattern="Desk {n}", email_pattern="d{number}@example.cn")
        assert answer.status_code == 201
        assert answer.json() == {"created": 3, "first_number": "1001", "last_number": "1003"}
        items = (await admin.get(URL)).json()["items"]
        assert [(i["number"], i["first_name"], i["email"]) for i in items] == [
            ("1001", "Desk 1", "d1001@example.cn"),
            ("1002", "Desk 2", "d1002@example.cn"),
            ("1003", "Desk 3", "d1003@example.cn"),
        ]
        assert len(await server.payloads("edge.phone")) == 3

    async def test_many_extensions_go_into_departments_and_groups(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        d, g = await department(admin, "D"), await group(admin, "G")
        page = server.listen(PORTAL)
        answer = await self.post(admin, from_number="0099", department_ids=[d["id"]], group_ids=[g["id"]])
        assert answer.status_code == 201
        items = (await admin.get(URL)).json()["items"]
        assert [(i["number"], i["departments"], i["groups"]) for i in items] == [
            (number, [{"id": d["id"], "name": "D"}], [{"id": g["id"], "name": "G"}])
            for number in ("0099", "0100", "0101")
        ]
        assert [frame["type"] for frame in frames(page)] == ["extension.changed", "organization.changed"]
        wrong = await self.post(admin, from_number="2001", department_ids=[999_999], group_ids=[999_999])
        assert codes(wrong) == {"department_ids": "department_unknown", "group_ids": "extension_group_unknown"}
        assert (await admin.get(URL)).json()["total"] == 3

    async def test_creation_of_many_is_all_or_nothing(self, admin: httpx.AsyncClient, server: Server) -> None:
        await server.make_extension("1003")
        answer = await self.post(admin)
        assert codes(answer) == {"from_number": "bulk_numbers_taken"}
        assert "1003" in answer.json()["fields"]["from_number"]["message"]
        assert (await admin.get(URL)).json()["total"] == 1
        assert await server.outbox() == []

    @pytest.mark.parametrize(
        ("values", "wrong"),
        [
            ({"from_number": "x"}, {"from_number": "extension_number_invalid"}),
            ({"from_number": "99999999", "count": 2}, {"count": "bulk_numbers_too_long"}),
            ({"email_pattern": "all@example.cn"}, {"email_pattern": "bulk_email_not_unique"}),
            ({"email_pattern": "{n}"}, {"email_pattern": "email_invalid"}),
            ({"first_name_pattern": "{name}"}, {"first_name_pattern": "pattern_unknown_variable"}),
            ({"user_password": "Abcdefg1001"}, {"user_password": "password_contains_number"}),
            ({"count": 10_001}, {"count": "field_too_large"}),
            ({"count": 0}, {"count": "field_too_small"}),
        ],
    )
    async def test_field_error_names_what_is_wrong(
        self, admin: httpx.AsyncClient, values: dict[str, Any], wrong: dict[str, str]
    ) -> None:
        assert codes(await self.post(admin, **values)) == wrong

    async def test_numbers_keep_their_leading_zeros(self, admin: httpx.AsyncClient) -> None:
        answer = await self.post(admin, from_number="0098")
        assert answer.json() == {"created": 3, "first_number": "0098", "last_number": "0100"}
