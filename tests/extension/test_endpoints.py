from __future__ import annotations

from typing import Any

import httpx
import pytest
import pytest_asyncio

from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL, extension_topic, session_topic
from linkus.kit.secrets import digest_ha1
from linkus.presence.schemas import Online, PhoneContact
from tests.support.api import PASSWORD, Server, frames

URL = "/api/v1/admin/extensions"


async def create(admin: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await admin.post(URL, json={"number": "1001", **values})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def codes(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {field: error["code"] for field, error in answer.json()["fields"].items()}


class TestCreate:
    async def test_blanks_mean_what_the_documentation_says(self, admin: httpx.AsyncClient, server: Server) -> None:
        created = await create(admin)
        assert (created["first_name"], created["last_name"], created["display_name"]) == ("1001", "", "1001")
        assert created["caller_id"] == "1001"
        assert created["language"] == created["email_language"] == "follow_system"
        assert created["voicemail_enabled"] is True
        assert created["linkus_enabled"] is False
        assert created["phone_max_contacts"] == 1
        assert created["password_set"] is False
        async with server.database.transaction(write=False) as db:
            stored = await db.get_one(Extension, created["id"])
        password = created["new_registration_password"]
        assert stored.registration_ha1 == digest_ha1(stored.registration_name, password)
        assert server.app.state.seal.open(stored.voicemail_pin_sealed).isdigit()

    async def test_the_edge_is_told_in_the_same_transaction(self, admin: httpx.AsyncClient, server: Server) -> None:
        created = await create(
            admin, registration_name="reg-1001", registration_password="Desk-phone-7", phone_max_contacts=3
        )
        assert created["new_registration_password"] is None
        assert await server.payloads("edge.phone") == [
            {
                "aor": "1001.phone",
                "registration_name": "reg-1001",
                "ha1": digest_ha1("reg-1001", "Desk-phone-7"),
                "max_contacts": 3,
            }
        ]

    async def test_open_pages_hear_of_it(self, admin: httpx.AsyncClient, server: Server) -> None:
        page = server.listen(PORTAL)
        created = await create(admin)
        assert frames(page) == [{"type": "extension.changed", "id": created["id"], "number": "1001"}]

    async def test_number_and_email_are_unique(self, admin: httpx.AsyncClient, server: Server) -> None:
        await create(admin, email="li@example.cn")
        await server.clear_outbox()
        answer = await admin.post(URL, json={"number": "1001", "email": "LI@EXAMPLE.CN"})
        assert await codes(answer) == {"number": "extension_number_taken", "email": "email_taken"}
        assert "1001" in answer.json()["fields"]["number"]["message"]
        assert await server.outbox() == []

    async def test_every_wrong_field_is_named(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(
            URL,
            json={
                "number": "12a",
                "first_name": "x" * 64,
                "email": "nobody",
                "mobile_number": "12 34",
                "user_password": "short",
                "registration_password": "12345678",
                "voicemail_pin": "1234",
                "phone_max_contacts": 1,
            },
        )
        assert await codes(answer) == {
            "number": "extension_number_invalid",
            "first_name": "field_too_long",
            "email": "email_invalid",
            "mobile_number": "telephone_characters",
            "user_password": "password_too_short",
            "registration_password": "registration_password_numeric",
            "voicemail_pin": "voicemail_pin_weak",
        }

    async def test_errors_are_in_the_reader_s_language(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(URL, json={}, headers={"Accept-Language": "en"})
        assert answer.json() == {
            "code": "validation_failed",
            "message": "Some entries are not right. Correct them as shown.",
            "fields": {"number": {"code": "field_required", "message": "This is required."}},
        }
        chinese = await admin.post(URL, json={})
        assert chinese.json()["fields"]["number"]["message"] == "请填写此项。"

    @pytest.mark.parametrize(
        "bad",
        [
            '{"number": "1\\u0000"}',
            '{"number": "1001", "first_name": "\\ud800"}',
            '{"number": "1001", "first_name": "a\\nb"}',
            '{"number": 1001}',
            '{"number": "1001", "phone_max_contacts": 1e999}',
            '{"number": "1001", "phone_max_contacts": 99999999999999999999999}',
            '{"number": "1001", "\\ud800": 1}',
            '{"number": "１００１"}',
            '{"number": ',
            "[]",
            "null",
            "NaN",
            '{"number": "' + "1" * 100_000 + '"}',
            "[" * 100_000,
        ],
    )
    async def test_bad_input_is_refused(self, admin: httpx.AsyncClient, bad: str) -> None:
        answer = await admin.post(URL, content=bad, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text

    async def test_too_large_a_request_is_refused(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(URL, content=b" " * (1024 * 1024 + 1), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413


class TestList:
    @pytest_asyncio.fixture(loop_scope="session")
    async def people(self, server: Server) -> None:
        await server.make_extension("20", first_name="Wei", last_name="Zhang", email="b@example.cn")
        await server.make_extension("1001", first_name="伟", last_name="张", linkus_enabled=False)
        await server.make_extension("0100", first_name="50%", email="a@example.cn", mobile_number="+86-138")

    async def numbers(self, admin: httpx.AsyncClient, **params: Any) -> list[str]:
        answer = await admin.get(URL, params=params)
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json()["items"]]

    async def test_numbers_are_in_the_order_of_their_values(self, admin: httpx.AsyncClient, people: None) -> None:
        assert await self.numbers(admin) == ["20", "0100", "1001"]
        assert await self.numbers(admin, sort="-number") == ["1001", "0100", "20"]

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("张伟", ["1001"]),
            ("wei zh", ["20"]),
            ("ZHANG", ["20"]),
            ("example", ["20", "0100"]),
            ("%", ["0100"]),
            ("_", []),
            ("100", ["0100", "1001"]),
            ("138", ["0100"]),
            ("' OR 1=1 --", []),
        ],
    )
    async def test_search(self, admin: httpx.AsyncClient, people: None, search: str, found: list[str]) -> None:
        assert await self.numbers(admin, search=search) == found

    async def test_sort_by_email_and_page(self, admin: httpx.AsyncClient, people: None) -> None:
        answer = (await admin.get(URL, params={"sort": "name", "page": 2, "page_size": 1})).json()
        assert (answer["total"], answer["page"], answer["page_size"], len(answer["items"])) == (3, 2, 1, 1)

    @pytest.mark.parametrize("sort", ["number; DROP TABLE extension", "password_hash", "", "--number"])
    async def test_sort_keys_are_a_list(self, admin: httpx.AsyncClient, sort: str) -> None:
        assert (await admin.get(URL, params={"sort": sort})).status_code == 422

    async def test_filter_by_linkus(self, admin: httpx.AsyncClient, people: None) -> None:
        assert await self.numbers(admin, linkus_enabled="false") == ["1001"]

    async def test_who_is_online(self, admin: httpx.AsyncClient, server: Server, people: None) -> None:
        class Present:
            def online(self, number: str) -> Online:
                return Online(web=number == "20", phone=number == "1001")

            def phone_contacts(self, number: str) -> list[PhoneContact]:
                return [PhoneContact(address="192.0.2.7", user_agent="Desk")] if number == "1001" else []

            def numbers(self) -> set[str]:
                return {"20", "1001"}

        before, server.app.state.presence = server.app.state.presence, Present()
        try:
            assert await self.numbers(admin, online="any") == ["20", "1001"]
            assert await self.numbers(admin, online="none") == ["0100"]
            assert await self.numbers(admin, online="web") == ["20"]
            item = (await admin.get(URL, params={"online": "phone"})).json()["items"][0]
            assert item["online"] == {"web": False, "desktop": False, "mobile": False, "pad": False, "phone": True}
            assert item["phone_contacts"] == [{"address": "192.0.2.7", "user_agent": "Desk"}]
        finally:
            server.app.state.presence = before

    async def test_no_secret_is_in_it(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        for answer in (await admin.get(URL), await admin.get(f"{URL}/{extension.id}")):
            for secret in (extension.registration_ha1, extension.password_hash, extension.voicemail_pin_sealed):
                assert secret is not None
                assert secret not in answer.text

    @pytest.mark.parametrize("params", [{"page": 0}, {"page_size": 501}, {"page": 2**63}, {"search": "a\0b"}])
    async def test_bad_paging(self, admin: httpx.AsyncClient, params: dict[str, Any]) -> None:
        assert (await admin.get(URL, params=params)).status_code == 422


class TestUpdate:
    async def put(self, admin: httpx.AsyncClient, created: dict[str, Any], **values: Any) -> httpx.Response:
        fields = (
            "number", "first_name", "last_name", "email", "mobile_number", "caller_id", "language", "email_language",
            "registration_name", "phone_max_contacts", "emergency_caller_id", "voicemail_enabled", "linkus_enabled",
            "version",
        )  # fmt: skip
        body = {field: created[field] for field in fields}
        body["email"] = body["email"] or ""
        return await admin.put(f"{URL}/{created['id']}", json={**body, **values})

    async def test_changes_what_is_given(self, admin: httpx.AsyncClient, server: Server) -> None:
        created = await create(admin)
        await server.clear_outbox()
        heard = server.listen(extension_topic(created["id"]))
        answer = await self.put(admin, created, first_name="娜", last_name="李", email="li.na@example.cn")
        assert answer.status_code == 200
        assert answer.json()["display_name"] == "李娜"
        assert answer.json()["version"] == created["version"] + 1
        assert await server.outbox() == []  # nothing that the edge knows has changed
        assert frames(heard) == [{"type": "extension.changed", "id": created["id"], "number": "1001"}]

    async def test_nobody_s_change_is_lost(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin)
        assert (await self.put(admin, created, last_name="Li")).status_code == 200
        late = await self.put(admin, created, last_name="Wang")
        assert late.status_code == 409
        assert late.json()["code"] == "version_conflict"
        assert late.json()["current"]["last_name"] == "Li"
        assert late.json()["current"]["version"] == created["version"] + 1

    async def test_own_number_and_email_are_not_taken(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin, email="li@example.cn")
        assert (await self.put(admin, created, email="LI@example.cn")).status_code == 200
        await create(admin, number="1002", email="wang@example.cn")
        answer = await self.put(admin, {**created, "version": 2}, number="1002", email="Wang@example.cn")
        assert await codes(answer) == {"number": "extension_number_taken", "email": "email_taken"}

    async def test_another_registration_name_needs_another_password(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        created = await create(admin)
        await server.clear_outbox()
        changed = (await self.put(admin, created, registration_name="new-name")).json()
        password = changed["new_registration_password"]
        assert password
        assert password != created["new_registration_password"]
        [told] = await server.payloads("edge.phone")
        assert told["ha1"] == digest_ha1("new-name", password)

    async def test_renewing_the_registration_password(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin)
        renewed = (await self.put(admin, created, renew_registration_password=True)).json()
        assert renewed["registration_name"] == created["registration_name"]
        assert renewed["new_registration_password"] not in (None, created["new_registration_password"])

    async def test_another_number_moves_the_phone_and_signs_out(
        self, admin: httpx.AsyncClient, server: Server, extension: Extension, client: httpx.AsyncClient
    ) -> None:
        before = (await admin.get(f"{URL}/{extension.id}")).json()
        assert (await self.put(admin, before, number="2001")).status_code == 200
        aors = [(row.get("aor"), row.get("remove", False)) for row in await server.payloads("edge.phone")]
        assert aors == [("1001.phone", True), ("2001.phone", False)]
        assert [row["aor"] for row in await server.payloads("edge.revoke")] == ["1001.web"]
        assert (await client.get("/api/v1/client/session")).status_code == 401

    @pytest.mark.manual("EN-3")
    async def test_linkus_off_signs_out_and_says_why(
        self, admin: httpx.AsyncClient, server: Server, extension: Extension
    ) -> None:
        opened = await server.open_session(extension, "desktop")
        heard = server.listen(session_topic(opened.session.id))
        before = (await admin.get(f"{URL}/{extension.id}")).json()
        assert (await self.put(admin, before, linkus_enabled=False)).status_code == 200
        assert frames(heard) == [{"type": "session.ended", "reason": "linkus_disabled", "call_seconds": 10}]
        [revoked] = await server.payloads("edge.revoke")
        assert revoked["aor"] == "1001.desktop"
        browser = server.browser()
        answer = await browser.get("/api/v1/client/session", headers={"Authorization": f"Bearer {opened.token}"})
        assert answer.status_code == 401
        assert answer.json()["reason"] == "linkus_disabled"

    async def test_a_new_password_signs_out(
        self, admin: httpx.AsyncClient, server: Server, extension: Extension, client: httpx.AsyncClient
    ) -> None:
        before = (await admin.get(f"{URL}/{extension.id}")).json()
        answer = await self.put(admin, before, user_password="Brand-New-Pass-9")
        assert answer.status_code == 200
        assert answer.json()["password_set_by"] == "administrator"
        ended = await client.get("/api/v1/client/session")
        assert ended.json()["reason"] == "password_changed"
        sign_in = {"username": "1001", "password": "Brand-New-Pass-9"}
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 201

    async def test_what_does_not_exist(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin)
        assert (await self.put(admin, {**created, "id": created["id"] + 1})).status_code == 404
        for bad in ("0", "-1", "99999999999999999999", "abc", "1.5"):
            assert (await admin.get(f"{URL}/{bad}")).status_code == 422


class TestDelete:
    async def test_one(self, admin: httpx.AsyncClient, server: Server, extension: Extension) -> None:
        opened = await server.open_session(extension)
        heard = server.listen(session_topic(opened.session.id))
        assert (await admin.delete(f"{URL}/{extension.id}")).status_code == 204
        assert frames(heard) == [{"type": "session.ended", "reason": "extension_deleted"}]
        assert await server.payloads("edge.phone") == [{"aor": "1001.phone", "remove": True}]
        assert [row["aor"] for row in await server.payloads("edge.revoke")] == ["1001.web"]
        assert (await admin.delete(f"{URL}/{extension.id}")).status_code == 404

    async def test_many_of_which_some_are_gone(self, admin: httpx.AsyncClient, server: Server) -> None:
        ids = [(await server.make_extension()).id for _ in range(3)]
        answer = await admin.post(f"{URL}/delete", json={"ids": [*ids[:2], 999_999]})
        assert answer.json() == {"changed": 2, "sessions_ended": 0}
        assert (await admin.get(URL)).json()["total"] == 1

    @pytest.mark.parametrize("ids", [[], [0], [2**31], ["x"], None])
    async def test_bad_ids(self, admin: httpx.AsyncClient, ids: Any) -> None:
        assert (await admin.post(f"{URL}/delete", json={"ids": ids})).status_code == 422


class TestSwitchLinkus:
    @pytest.mark.manual("EN-3")
    async def test_off_for_many(self, admin: httpx.AsyncClient, server: Server) -> None:
        first, second = await server.make_extension("1001"), await server.make_extension("1002", linkus_enabled=False)
        await server.open_session(first, "web")
        await server.open_session(first, "mobile")
        answer = await admin.post(f"{URL}/linkus", json={"ids": [first.id, second.id], "enabled": False})
        assert answer.json() == {"changed": 1, "sessions_ended": 2}
        assert [row["aor"] for row in await server.payloads("edge.revoke")] == ["1001.mobile", "1001.web"]

    @pytest.mark.manual("EN-2")
    async def test_on_lets_the_user_in(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1001", linkus_enabled=False)
        sign_in = {"username": "1001", "password": PASSWORD}
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 403
        answer = await admin.post(f"{URL}/linkus", json={"ids": [extension.id], "enabled": True})
        assert answer.json()["changed"] == 1
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 201

    async def test_open_pages_hear_one_event_of_many(self, admin: httpx.AsyncClient, server: Server) -> None:
        await admin.post(f"{URL}/bulk", json={"from_number": "2000", "count": 60, "linkus_enabled": True})
        ids = [item["id"] for item in (await admin.get(URL, params={"page_size": 100})).json()["items"]]
        page, user = server.listen(PORTAL), server.listen(extension_topic(ids[0]))
        await admin.post(f"{URL}/linkus", json={"ids": ids, "enabled": False})
        assert frames(page) == [{"type": "extension.changed", "id": None, "number": None}]
        assert [frame["id"] for frame in frames(user)] == [ids[0]]


class TestBulk:
    async def post(self, admin: httpx.AsyncClient, **values: Any) -> httpx.Response:
        return await admin.post(f"{URL}/bulk", json={"from_number": "1001", "count": 3, **values})

    async def test_adds_many_by_a_pattern(self, admin: httpx.AsyncClient, server: Server) -> None:
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

    async def test_all_or_nothing(self, admin: httpx.AsyncClient, server: Server) -> None:
        await server.make_extension("1003")
        answer = await self.post(admin)
        assert await codes(answer) == {"from_number": "bulk_numbers_taken"}
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
            ({"count": 10_001}, {"count": "field_out_of_range"}),
            ({"count": 0}, {"count": "field_out_of_range"}),
        ],
    )
    async def test_errors(self, admin: httpx.AsyncClient, values: dict[str, Any], wrong: dict[str, str]) -> None:
        assert await codes(await self.post(admin, **values)) == wrong

    async def test_leading_zeros_stay(self, admin: httpx.AsyncClient) -> None:
        answer = await self.post(admin, from_number="0098")
        assert answer.json() == {"created": 3, "first_number": "0098", "last_number": "0100"}
