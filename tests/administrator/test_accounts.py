"""Administrators and custom roles by the API: who may make whom, and what a change does at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from linkus.credential.schemas import Purpose
from linkus.credential.service import issue
from linkus.extension.schemas import ExtensionUpdate
from linkus.kit.bus import PORTAL, session_topic
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.mail.worker import account
from tests.support.api import PASSWORD, Server, codes, frames

ACCOUNTS = "/api/v1/admin/administrators"
ROLES = "/api/v1/admin/roles"
SESSION = "/api/v1/admin/session"
SIGN_IN = "/api/v1/sessions"
NEW = {"username": "Li.Na", "password": "Second-Admin-8", "role": "accounting"}


async def add(admin: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await confirmed(admin, "POST", ACCOUNTS, {**NEW, **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def confirmed(admin: httpx.AsyncClient, method: str, url: str, body: dict[str, Any]) -> httpx.Response:
    """Send the request again with what the server asks to confirm, as the portal does after its question."""
    answer = await admin.request(method, url, json=body)
    if answer.status_code != 409 or answer.json()["code"] != "logins_unconfirmed":
        return answer
    logins = [{"extension_id": one["extension_id"], "email": one["email"]} for one in answer.json()["logins"]]
    accounts = [one["administrator_id"] for one in answer.json()["accounts"]]
    known = {"confirmed_logins": logins, **({"confirmed_accounts": accounts} if accounts else {})}
    return await admin.request(method, url, json={**body, **known})


async def choose_password(server: Server, extension: Extension, password: str = PASSWORD) -> None:
    """Set a password by a link to a new one, as the user does after a role was given."""
    async with server.database.transaction() as db:
        credential, token = issue(db, extension.id, "web", timedelta(hours=1))
        credential.purpose = Purpose.PASSWORD_RESET
    answer = await server.browser().post("/api/v1/password-reset", json={"token": token, "new_password": password})
    assert answer.status_code == 204, answer.text


async def add_role(admin: httpx.AsyncClient, permissions: dict[str, str], name: str = "Night") -> dict[str, Any]:
    answer = await admin.post(ROLES, json={"name": name, "permissions": permissions})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def sign_in(server: Server, username: str, *, password: str = PASSWORD, portal: bool = False) -> httpx.Response:
    return await server.browser().post(
        SIGN_IN, json={"username": username, "password": password, "client_kind": "web", "portal": portal}
    )


async def sign_in_with(browser: httpx.AsyncClient, username: str) -> httpx.Response:
    return await browser.post(SIGN_IN, json={"username": username, "password": NEW["password"]})


async def test_a_client_is_told_whether_its_login_opens_the_portal(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    async def opens() -> bool:
        return bool((await client.get("/api/v1/client/session")).json()["opens_portal"])

    assert not await opens()
    made = await add(admin, extension_id=extension.id)
    client = await server.sign_in(extension)
    assert await opens()
    at_the_clients_port = await client.get("/api/v1/client/session", headers={"X-Forwarded-Port": "8111"})
    assert at_the_clients_port.json()["opens_portal"] is False  # the portal is not there
    body = {"role": "accounting", "disabled": True}
    assert (await admin.put(f"{ACCOUNTS}/{made['id']}", json=body)).status_code == 200
    assert not await opens()


class TestAccounts:
    async def test_a_new_administrator_signs_in_and_has_the_role(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server
    ) -> None:
        made = await add(admin)
        assert (made["username"], made["role"], made["role_name"]) == ("li.na", "accounting", "财务")
        assert (made["own"], made["manageable"], made["disabled"]) == (False, True, False)
        browser = server.browser()
        answer = await browser.post(SIGN_IN, json={"username": "li.na", "password": NEW["password"]})
        assert answer.json()["landing"] == "/portal/"
        me = (await browser.get(SESSION)).json()
        assert (me["role"], me["permissions"]) == ("accounting", {"call_records": "view"})
        assert (await browser.get("/api/v1/admin/call-records")).status_code == 200
        refused = await browser.get("/api/v1/admin/trunks")
        assert refused.json() == {
            "code": "page_forbidden",
            "message": "你的角色“财务”没有“中继”页面的权限。请联系超级管理员。",
            "fields": {},
            "page": "trunks",
            "action": "view",
        }
        english = await browser.get("/api/v1/admin/trunks", headers={"Accept-Language": "en"})
        assert "“Accounting” may not see the page “Trunks”" in english.json()["message"]
        listed = (await admin.get(ACCOUNTS)).json()["items"]
        assert [(item["username"], item["own"]) for item in listed] == [("boss", True), ("li.na", False)]
        assert listed[1]["last_seen_at"] is not None

    async def test_what_is_wrong_is_said_at_the_field(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(ACCOUNTS, json={**NEW, "username": "1001", "password": "x"})
        assert codes(answer).keys() == {"username", "password"}
        assert codes(await admin.post(ACCOUNTS, json={**NEW, "username": "BOSS"})) == {
            "username": "administrator_username_taken"
        }
        assert codes(await admin.post(ACCOUNTS, json={**NEW, "role": "custom:77"})) == {"role": "role_not_found"}
        assert codes(await admin.post(ACCOUNTS, json={**NEW, "role": "king"})) == {"role": "role_not_found"}
        assert codes(await admin.post(ACCOUNTS, json={**NEW, "extension_id": 999})) == {
            "extension_id": "extension_not_found"
        }

    async def test_a_new_role_counts_from_the_next_request(self, admin: httpx.AsyncClient, server: Server) -> None:
        made = await add(admin, role="supervisor")
        browser = server.browser()
        await browser.post(SIGN_IN, json={"username": "li.na", "password": NEW["password"]})
        assert (await browser.get("/api/v1/admin/trunks")).status_code == 200
        portal = server.listen(PORTAL)
        answer = await admin.put(f"{ACCOUNTS}/{made['id']}", json={"role": "operator", "disabled": False})
        assert answer.json()["role"] == "operator"
        assert frames(portal) == [{"type": "administrator.changed", "id": made["id"]}]
        assert (await browser.get("/api/v1/admin/calls")).status_code == 200
        assert (await browser.get("/api/v1/admin/trunks")).status_code == 403

    async def test_a_disabled_account_is_out_at_once(self, admin: httpx.AsyncClient, server: Server) -> None:
        made = await add(admin)
        browser = server.browser()
        opened = await browser.post(SIGN_IN, json={"username": "li.na", "password": NEW["password"]})
        listening = server.listen(session_topic(opened.json()["session_id"]))
        await admin.put(f"{ACCOUNTS}/{made['id']}", json={"role": "accounting", "disabled": True})
        assert frames(listening) == [{"type": "session.ended", "reason": "administrator_disabled"}]
        assert (await browser.get(SESSION)).json()["reason"] == "administrator_disabled"
        refused = await sign_in(server, "li.na", password=NEW["password"])
        assert (refused.status_code, refused.json()["code"]) == (403, "administrator_disabled")
        wrong = await sign_in(server, "li.na", password="Wrong-Horse-7")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
        await admin.put(f"{ACCOUNTS}/{made['id']}", json={"role": "accounting", "disabled": False})
        assert (await sign_in(server, "li.na", password=NEW["password"])).status_code == 201

    async def test_a_removed_account_is_gone(self, admin: httpx.AsyncClient, server: Server) -> None:
        made = await add(admin)
        browser = server.browser()
        opened = await browser.post(SIGN_IN, json={"username": "li.na", "password": NEW["password"]})
        listening = server.listen(session_topic(opened.json()["session_id"]))
        assert (await admin.delete(f"{ACCOUNTS}/{made['id']}")).status_code == 204
        assert frames(listening) == [{"type": "session.ended", "reason": "administrator_deleted"}]
        assert (await sign_in(server, "li.na", password=NEW["password"])).status_code == 401
        assert (await admin.delete(f"{ACCOUNTS}/{made['id']}")).status_code == 404


class TestLastSuper:
    async def test_the_last_one_stays(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server
    ) -> None:
        own = f"{ACCOUNTS}/{administrator.id}"
        refused = await admin.put(own, json={"role": "administrator", "disabled": False})
        assert (refused.status_code, refused.json()["code"]) == (409, "administrator_last_super")
        second = await server.make_administrator("second", disabled=True)
        refused = await admin.put(own, json={"role": "administrator", "disabled": False})
        assert refused.json()["code"] == "administrator_last_super"  # a disabled one does not count
        await admin.put(f"{ACCOUNTS}/{second.id}", json={"role": "super", "disabled": False})
        assert (await admin.put(own, json={"role": "administrator", "disabled": False})).status_code == 200

    async def test_nobody_shuts_themselves_out(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server
    ) -> None:
        await server.make_administrator("second")
        own = f"{ACCOUNTS}/{administrator.id}"
        refused = await admin.put(own, json={"role": "super", "disabled": True})
        assert refused.json()["code"] == "administrator_is_self"
        assert (await admin.delete(own)).json()["code"] == "administrator_is_self"

    async def test_two_who_demote_each_other_leave_one(self, server: Server) -> None:
        one, two = await server.make_administrator("one"), await server.make_administrator("two")
        browsers = {one.id: await server.sign_in(one), two.id: await server.sign_in(two)}
        answers = await asyncio.gather(
            browsers[one.id].put(f"{ACCOUNTS}/{two.id}", json={"role": "operator", "disabled": False}),
            browsers[two.id].put(f"{ACCOUNTS}/{one.id}", json={"role": "operator", "disabled": False}),
        )
        assert sorted(answer.status_code for answer in answers)[0] == 200
        async with server.database.transaction(write=False) as db:
            roles = [(await db.get_one(Administrator, found.id)).role for found in (one, two)]
        assert roles.count("super") == 1


class TestNobodyGrantsMore:
    @pytest.fixture
    def permissions(self) -> dict[str, str]:
        return {"administrators": "edit", "extensions": "edit", "call_records": "view"}

    async def test_than_they_hold(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server, permissions: dict[str, str]
    ) -> None:
        role = await add_role(admin, permissions)
        made = await add(admin, role=role["key"])
        async with server.database.transaction(write=False) as db:
            holder = await server.sign_in(await db.get_one(Administrator, made["id"]))
        third = await add(holder, username="third", role="human_resources")
        assert third["manageable"] is True
        for refused in (
            await holder.post(ACCOUNTS, json={**NEW, "username": "fourth", "role": "super"}),
            await holder.post(ACCOUNTS, json={**NEW, "username": "fourth", "role": "operator"}),
            await holder.put(f"{ACCOUNTS}/{third['id']}", json={"role": "administrator", "disabled": False}),
            await holder.put(f"{ACCOUNTS}/{made['id']}", json={"role": "super", "disabled": False}),
            await holder.put(f"{ACCOUNTS}/{administrator.id}", json={"role": "human_resources", "disabled": False}),
            await holder.delete(f"{ACCOUNTS}/{administrator.id}"),
            await holder.post(ROLES, json={"name": "More", "permissions": {"trunks": "view"}}),
            await holder.put(
                f"{ROLES}/{role['id']}",
                json={"name": "Night", "version": 1, "permissions": {**permissions, "email": "edit"}},
            ),
        ):
            assert (refused.status_code, refused.json()["code"]) == (403, "role_too_powerful"), refused.text
        grantable = {item["key"] for item in (await holder.get(ROLES)).json()["roles"] if item["grantable"]}
        assert grantable == {"human_resources", "accounting", role["key"]}

    async def test_a_greater_role_is_not_taken_away(self, admin: httpx.AsyncClient, server: Server) -> None:
        greater = await add_role(admin, {"trunks": "edit"}, "Greater")
        lesser = await add_role(admin, {"administrators": "edit"}, "Lesser")
        made = await add(admin, role=lesser["key"])
        async with server.database.transaction(write=False) as db:
            holder = await server.sign_in(await db.get_one(Administrator, made["id"]))
        assert (await holder.delete(f"{ROLES}/{greater['id']}")).json()["code"] == "role_too_powerful"
        body = {"name": "Greater", "version": 1, "permissions": {"administrators": "view"}}
        assert (await holder.put(f"{ROLES}/{greater['id']}", json=body)).json()["code"] == "role_too_powerful"


class TestCustomRoles:
    async def test_a_change_counts_from_the_next_request(self, admin: httpx.AsyncClient, server: Server) -> None:
        role = await add_role(admin, {"paging": "edit"})
        made = await add(admin, role=role["key"])
        async with server.database.transaction(write=False) as db:
            holder = await server.sign_in(await db.get_one(Administrator, made["id"]))
        assert (await holder.get("/api/v1/admin/paging-groups")).status_code == 200
        assert (await holder.post("/api/v1/admin/paging-groups", json={})).status_code == 422
        portal = server.listen(PORTAL)
        body = {"name": "Night shift", "version": 1, "permissions": {"paging": "view"}}
        changed = (await admin.put(f"{ROLES}/{role['id']}", json=body)).json()
        assert (changed["name"], changed["version"], changed["holders"]) == ("Night shift", 2, 1)
        assert frames(portal) == [{"type": "administrator.changed", "id": None}]
        refused = await holder.post("/api/v1/admin/paging-groups", json={})
        assert (refused.json()["code"], refused.json()["action"]) == ("page_forbidden", "edit")
        stale = await admin.put(f"{ROLES}/{role['id']}", json=body)
        assert (stale.status_code, stale.json()["current"]["name"]) == (409, "Night shift")

    async def test_in_use_it_stays(self, admin: httpx.AsyncClient) -> None:
        role = await add_role(admin, {"paging": "view"})
        made = await add(admin, role=role["key"])
        refused = await admin.delete(f"{ROLES}/{role['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "role_in_use")
        another = {"role": "operator", "disabled": False}
        assert (await confirmed(admin, "PUT", f"{ACCOUNTS}/{made['id']}", another)).status_code == 200
        assert (await admin.delete(f"{ROLES}/{role['id']}")).status_code == 204
        assert (await admin.delete(f"{ROLES}/{role['id']}")).status_code == 404

    async def test_names_differ_and_pages_exist(self, admin: httpx.AsyncClient) -> None:
        await add_role(admin, {"paging": "view"})
        again = await admin.post(ROLES, json={"name": "NIGHT", "permissions": {"paging": "view"}})
        assert codes(again) == {"name": "role_name_taken"}
        empty = await admin.post(ROLES, json={"name": "Empty", "permissions": {}})
        assert codes(empty) == {"permissions": "role_grants_nothing"}
        wrong = await admin.post(ROLES, json={"name": "X", "permissions": {"calls": "edit"}})
        assert codes(wrong) == {"permissions.calls": "role_page_view_only"}
        unknown = await admin.post(ROLES, json={"name": "X", "permissions": {"nowhere": "view"}})
        assert unknown.status_code == 422


class TestExtensionUser:
    @pytest.mark.parametrize("set_by", ["user", "administrator"])
    async def test_whoever_has_no_password_of_their_own_is_named(
        self, admin: httpx.AsyncClient, server: Server, set_by: str
    ) -> None:
        extension = await server.make_extension(password_set_by=set_by)
        made = await add(admin, extension_id=extension.id, username="", password="", role="operator")
        assert made["password_missing"] is True  # the one of before the role is gone

        async def missing() -> dict[str, bool]:
            items = (await admin.get(ACCOUNTS)).json()["items"]
            return {item["username"]: item["password_missing"] for item in items}

        assert await missing() == {"boss": False, extension.number: True}
        await choose_password(server, extension)
        assert await missing() == {"boss": False, extension.number: False}
        async with server.database.transaction() as db:
            (await db.get_one(Extension, extension.id)).password_set_by = "administrator"
        assert await missing() == {"boss": False, extension.number: True}

    async def test_signs_in_to_the_portal_with_the_own_login(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        made = await add(admin, extension_id=extension.id, username="", password="", role="human_resources")
        assert (made["username"], made["extension"]["number"]) == ("1001", "1001")
        await choose_password(server, extension)
        for name in ("1001", "zhang.wei@example.cn"):
            answer = await sign_in(server, name, portal=True)
            assert (answer.json()["role"], answer.json()["landing"]) == ("administrator", "/portal/")
        browser = server.browser()
        await browser.post(SIGN_IN, json={"username": "1001", "password": PASSWORD, "portal": True})
        me = (await browser.get(SESSION)).json()
        assert (me["username"], me["role"], me["extension_id"]) == ("1001", "human_resources", extension.id)
        assert (await browser.get("/api/v1/admin/extensions")).status_code == 200
        assert (await browser.get("/api/v1/client/session")).status_code == 401
        # without the wish for the portal it is the client, as for everybody
        assert (await sign_in(server, "1001")).json()["role"] == "extension"
        own = {"current_password": PASSWORD, "new_password": "Second-Admin-8"}
        assert codes(await browser.put("/api/v1/admin/account", json=own)) == {
            "new_password": "administrator_password_of_extension"
        }
        renamed = await browser.put("/api/v1/admin/account", json={"language": "en"})
        assert renamed.json() == {"username": "1001", "language": "en"}

    async def test_who_holds_no_role_lands_in_the_client(self, extension: Extension, server: Server) -> None:
        answer = await sign_in(server, "1001", portal=True)
        assert (answer.json()["role"], answer.json()["landing"]) == ("extension", "/")

    async def test_a_switched_off_client_leaves_the_portal(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1001", linkus_enabled=False)
        assert (await sign_in(server, "1001", portal=True)).json()["code"] == "linkus_disabled"
        body = {"ids": [extension.id], "enabled": True}
        assert (await admin.post("/api/v1/admin/extensions/linkus", json=body)).status_code == 200
        await add(admin, extension_id=extension.id, role="accounting")
        await choose_password(server, extension)
        assert (await admin.post("/api/v1/admin/extensions/linkus", json={**body, "enabled": False})).status_code == 200
        assert (await sign_in(server, "1001")).json()["code"] == "linkus_disabled"
        assert (await sign_in(server, "1001", portal=True)).json()["role"] == "administrator"

    async def test_a_password_that_others_chose_opens_no_portal(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1001")
        await add(admin, extension_id=extension.id, role="accounting")
        view = (await admin.get(f"/api/v1/admin/extensions/{extension.id}")).json()
        values = {name: view[name] for name in ExtensionUpdate.model_fields if name in view}
        body = {**values, "email": "", "user_password": PASSWORD}
        assert (await admin.put(f"/api/v1/admin/extensions/{extension.id}", json=body)).status_code == 200
        refused = await sign_in(server, "1001", portal=True)
        assert (refused.status_code, refused.json()["code"]) == (403, "own_password_needed")

    async def test_is_once_an_administrator_and_never_a_super_one(
        self, admin: httpx.AsyncClient, extension: Extension
    ) -> None:
        refused = await admin.post(ACCOUNTS, json={"role": "super", "extension_id": extension.id})
        assert codes(refused) == {"role": "role_needs_own_login"}
        made = await add(admin, extension_id=extension.id)
        again = await confirmed(admin, "POST", ACCOUNTS, {"role": "operator", "extension_id": extension.id})
        assert again.status_code == 422
        refused = await admin.put(f"{ACCOUNTS}/{made['id']}", json={"role": "super", "disabled": False})
        assert codes(refused) == {"role": "role_needs_own_login"}

    async def test_the_name_of_the_row_is_no_login(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await add(admin, extension_id=extension.id)
        for password in (PASSWORD, "!", "a password that nobody has"):
            assert (await sign_in(server, f"@{extension.id}", password=password, portal=True)).status_code == 401

    async def test_a_new_password_ends_the_portal_session(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await add(admin, extension_id=extension.id)
        await choose_password(server, extension)
        browser = server.browser()
        await browser.post(SIGN_IN, json={"username": "1001", "password": PASSWORD, "portal": True})
        client = await server.sign_in(extension)
        body = {"current_password": PASSWORD, "new_password": "Another-Horse-8"}
        assert (await client.put("/api/v1/client/password", json=body)).status_code == 200
        assert (await browser.get(SESSION)).json()["reason"] == "password_changed"

    async def test_a_deleted_extension_leaves_no_administrator(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await add(admin, extension_id=extension.id)
        await choose_password(server, extension)
        opened = await server.browser().post(SIGN_IN, json={"username": "1001", "password": PASSWORD, "portal": True})
        listening = server.listen(session_topic(opened.json()["session_id"]))
        assert (await admin.delete(f"/api/v1/admin/extensions/{extension.id}")).status_code == 204
        assert [item["username"] for item in (await admin.get(ACCOUNTS)).json()["items"]] == ["boss"]
        assert frames(listening) == [{"type": "session.ended", "reason": "extension_deleted"}]


class TestLoginOfAGreaterRole:
    """Human resources edit extensions, also those of administrators, but must not get their roles that way."""

    async def test_is_not_changed(self, admin: httpx.AsyncClient, extension: Extension, server: Server) -> None:
        await add(admin, extension_id=extension.id, role="supervisor")
        hr = await server.sign_in(await server.make_administrator("hr", role="human_resources"))
        url = f"/api/v1/admin/extensions/{extension.id}"
        device = await server.open_session(extension)
        view = (await hr.get(url)).json()
        values = {name: view[name] for name in ExtensionUpdate.model_fields if name in view}
        for change in (
            {"user_password": "Another-Horse-8"},
            {"email": "hr@example.cn"},
            {"number": "1099"},
            {"linkus_enabled": False},
            {"registration_name": "stolen", "registration_password": "Another-Horse-8"},
            {"registration_password": "Another-Horse-8"},
            {"renew_registration_password": True},
            {"voicemail_pin": "592816"},
        ):
            refused = await hr.put(url, json={**values, **change})
            assert (refused.status_code, refused.json()["code"]) == (403, "extension_holds_role"), refused.text
        assert "主管" in refused.json()["message"]
        for refused in (
            await hr.post(f"{url}/credential", json={"client_kind": "web"}),
            await hr.delete(url),
            await hr.post("/api/v1/admin/extensions/delete", json={"ids": [extension.id]}),
            await hr.post("/api/v1/admin/extensions/linkus", json={"ids": [extension.id], "enabled": False}),
            await hr.post(f"{url}/sign-out"),
            await hr.delete(f"/api/v1/admin/sessions/{device.session.id}"),
        ):
            assert (refused.status_code, refused.json()["code"]) == (403, "extension_holds_role"), refused.text
        saved = await hr.put(url, json={**values, "first_name": "伟大"})
        assert saved.status_code == 200, saved.text
        boss = {**values, "version": saved.json()["version"], "email": "boss@example.cn"}
        assert (await admin.put(url, json=boss)).status_code == 200
        assert (await admin.post(f"{url}/sign-out")).json() == {"sessions_ended": 1}

    async def test_is_not_mailed_elsewhere(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        """An administrator who decides where mails go could get a link to a new password."""
        role = await add_role(admin, {"email": "edit", "general": "edit"}, "Post")
        made = await add(admin, username="post", role=role["key"])
        post = server.browser()
        assert (await sign_in_with(post, made["username"])).status_code == 201
        mail, general = "/api/v1/admin/mail-server", "/api/v1/admin/settings/general"
        address = {"public_address": "https://evil.example", "system_language": "en", "company_name": "x"}

        async def codes() -> list[str | None]:
            answers = []
            for url, body in ((mail, account(25)), (general, address), (general, {**address, "public_address": ""})):
                version = (await post.get(url)).json()["version"]
                answers.append((await post.put(url, json={**body, "version": version})).json().get("code"))
            return answers

        assert await codes() == [None, None, None]
        holder = await add(admin, extension_id=extension.id, role="supervisor")
        assert await codes() == ["mails_reach_role", "mails_reach_role", None]
        version = (await admin.get(mail)).json()["version"]
        assert (await admin.put(mail, json=account(26, version))).status_code == 200
        same = {"role": role["key"], "disabled": False}
        assert (await confirmed(admin, "PUT", f"{ACCOUNTS}/{holder['id']}", same)).status_code == 200
        assert await codes() == [None, None, None]  # the same role

    async def test_is_not_imported(self, admin: httpx.AsyncClient, extension: Extension, server: Server) -> None:
        await add(admin, extension_id=extension.id, role="supervisor")
        await choose_password(server, extension)
        hr = await server.sign_in(await server.make_administrator("hr", role="human_resources"))
        for column, value in (
            ("User Password", "Another-Horse-8"),
            ("Email Address", "hr@example.cn"),
            ("Enable Linkus Clients", "0"),
            ("Registration Name", "stolen"),
            ("Registration Password", "Another-Horse-8"),
            ("Voicemail PIN", "592816"),
        ):
            file = f"Extension Number,{column}\n1001,{value}\n1002,\n".encode()
            started = await hr.post("/api/v1/admin/extensions/import", files={"file": ("x.csv", file, "text/csv")})
            assert started.status_code == 202, started.text
            await server.services.background.idle()
            report = (await hr.get(f"/api/v1/admin/imports/{started.json()['id']}")).json()
            assert [(error["row"], error["message"][:6]) for error in report["errors"]] == [(2, "此分机的用户")]
            assert report["failed"] == 1
        assert (await sign_in(server, "1001", portal=True)).json()["role"] == "administrator"
