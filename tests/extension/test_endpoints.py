from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL, extension_topic, session_topic
from linkus.kit.secrets import digest_ha1
from linkus.shared.models.extension import Extension
from tests.support.api import Server, codes, frames

URL = "/api/v1/admin/extensions"


async def create(admin: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await admin.post(URL, json={"number": "1001", **values})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


class TestCreate:
    async def test_empty_fields_get_their_documented_defaults(self, admin: httpx.AsyncClient, server: Server) -> None:
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
        assert server.services.seal.open(stored.voicemail_pin_sealed).isdigit()

    async def test_edge_is_notified_in_the_same_transaction(self, admin: httpx.AsyncClient, server: Server) -> None:
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

    async def test_open_pages_are_notified(self, admin: httpx.AsyncClient, server: Server) -> None:
        page = server.listen(PORTAL)
        created = await create(admin)
        assert frames(page) == [{"type": "extension.changed", "id": created["id"], "number": "1001"}]

    async def test_number_and_email_are_unique(self, admin: httpx.AsyncClient, server: Server) -> None:
        await create(admin, email="li@example.cn")
        await server.clear_outbox()
        answer = await admin.post(URL, json={"number": "1001", "email": "LI@EXAMPLE.CN"})
        assert codes(answer) == {"number": "extension_number_taken", "email": "email_taken"}
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
        assert codes(answer) == {
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
        assert answer.json()["message"] == "内容超过 1 MB 的上限，请减少内容或拆分后重试。"


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

    async def test_update_changes_the_given_values(self, admin: httpx.AsyncClient, server: Server) -> None:
        created = await create(admin)
        await server.clear_outbox()
        heard = server.listen(extension_topic(created["id"]))
        answer = await self.put(admin, created, first_name="娜", last_name="李", email="li.na@example.cn")
        assert answer.status_code == 200
        assert answer.json()["display_name"] == "李娜"
        assert answer.json()["version"] == created["version"] + 1
        assert await server.outbox() == []  # nothing that the edge knows has changed
        assert frames(heard) == [{"type": "extension.changed", "id": created["id"], "number": "1001"}]

    async def test_stale_version_is_refused_with_the_present_values(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin)
        assert (await self.put(admin, created, last_name="Li")).status_code == 200
        late = await self.put(admin, created, last_name="Wang")
        assert late.status_code == 409
        assert late.json()["code"] == "version_conflict"
        assert late.json()["current"]["last_name"] == "Li"
        assert late.json()["current"]["version"] == created["version"] + 1

    async def test_own_number_and_email_are_accepted(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin, email="li@example.cn")
        assert (await self.put(admin, created, email="LI@example.cn")).status_code == 200
        await create(admin, number="1002", email="wang@example.cn")
        answer = await self.put(admin, {**created, "version": 2}, number="1002", email="Wang@example.cn")
        assert codes(answer) == {"number": "extension_number_taken", "email": "email_taken"}

    async def test_new_registration_name_needs_a_new_password(self, admin: httpx.AsyncClient, server: Server) -> None:
        created = await create(admin)
        await server.clear_outbox()
        changed = (await self.put(admin, created, registration_name="new-name")).json()
        password = changed["new_registration_password"]
        assert password
        assert password != created["new_registration_password"]
        [told] = await server.payloads("edge.phone")
        assert told["ha1"] == digest_ha1("new-name", password)

    async def test_registration_password_is_renewed(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin)
        renewed = (await self.put(admin, created, renew_registration_password=True)).json()
        assert renewed["registration_name"] == created["registration_name"]
        assert renewed["new_registration_password"] not in (None, created["new_registration_password"])

    async def test_new_number_moves_the_phone_and_signs_out(
        self, admin: httpx.AsyncClient, server: Server, extension: Extension, client: httpx.AsyncClient
    ) -> None:
        before = (await admin.get(f"{URL}/{extension.id}")).json()
        assert (await self.put(admin, before, number="2001")).status_code == 200
        aors = [(row.get("aor"), row.get("remove", False)) for row in await server.payloads("edge.phone")]
        assert aors == [("1001.phone", True), ("2001.phone", False)]
        assert [row["number"] for row in await server.payloads("edge.revoke")] == ["1001"]
        assert (await client.get("/api/v1/client/session")).status_code == 401

    @pytest.mark.manual("EN-3")
    async def test_switching_linkus_off_signs_out_with_the_reason(
        self, admin: httpx.AsyncClient, server: Server, extension: Extension
    ) -> None:
        opened = await server.open_session(extension, "desktop")
        heard = server.listen(session_topic(opened.session.id))
        before = (await admin.get(f"{URL}/{extension.id}")).json()
        assert (await self.put(admin, before, linkus_enabled=False)).status_code == 200
        assert frames(heard) == [{"type": "session.ended", "reason": "linkus_disabled", "call_seconds": 10}]
        [revoked] = await server.payloads("edge.revoke")
        assert (revoked["number"], revoked["sessions"]) == ("1001", {"desktop": [opened.session.id]})
        browser = server.browser()
        answer = await browser.get("/api/v1/client/session", headers={"Authorization": f"Bearer {opened.token}"})
        assert answer.status_code == 401
        assert answer.json()["reason"] == "linkus_disabled"

    async def test_new_password_signs_out(
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

    async def test_unknown_extension_is_not_found(self, admin: httpx.AsyncClient) -> None:
        created = await create(admin)
        assert (await self.put(admin, {**created, "id": created["id"] + 1})).status_code == 404
        for bad in ("0", "-1", "99999999999999999999", "abc", "1.5"):
            assert (await admin.get(f"{URL}/{bad}")).status_code == 422


class TestDelete:
    async def test_extension_is_deleted(self, admin: httpx.AsyncClient, server: Server, extension: Extension) -> None:
        opened = await server.open_session(extension)
        heard = server.listen(session_topic(opened.session.id))
        assert (await admin.delete(f"{URL}/{extension.id}")).status_code == 204
        assert frames(heard) == [{"type": "session.ended", "reason": "extension_deleted"}]
        assert await server.payloads("edge.phone") == [{"aor": "1001.phone", "remove": True}]
        assert await server.payloads("extension.forget") == [{"extension_id": extension.id}]
        assert [row["number"] for row in await server.payloads("edge.revoke")] == ["1001"]
        assert (await admin.delete(f"{URL}/{extension.id}")).status_code == 404

    async def test_deletion_of_many_skips_missing_extensions(self, admin: httpx.AsyncClient, server: Server) -> None:
        ids = [(await server.make_extension()).id for _ in range(3)]
        answer = await admin.post(f"{URL}/delete", json={"ids": [*ids[:2], 999_999]})
        assert answer.json() == {"changed": 2, "sessions_ended": 0}
        assert (await admin.get(URL)).json()["total"] == 1

    @pytest.mark.parametrize("ids", [[], [0], [2**31], ["x"], None])
    async def test_bad_ids_are_refused(self, admin: httpx.AsyncClient, ids: Any) -> None:
        assert (await admin.post(f"{URL}/delete", json={"ids": ids})).status_code == 422
