"""A role that is given later must not go to whoever prepared the extension: every older way to sign in ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from linkus.credential.schemas import Purpose
from linkus.credential.service import issue
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.administrator.test_accounts import ACCOUNTS, ROLES, add, add_role, choose_password, confirmed, sign_in
from tests.support.api import PASSWORD, Server

EMAIL = "zhang.wei@example.cn"
NEW = "Stolen-Pass-9!xyz"


class World:
    """The three ways to give the user of an extension more rights."""

    def __init__(self, server: Server, admin: httpx.AsyncClient, extension: Extension) -> None:
        self.server, self.admin, self.extension = server, admin, extension
        self.method, self.url, self.body = "POST", ACCOUNTS, {"role": "supervisor", "extension_id": extension.id}

    async def prepare(self, way: str) -> None:
        if way == "raised":
            made = await add(self.admin, extension_id=self.extension.id, role="accounting")
            self.method, self.url = "PUT", f"{ACCOUNTS}/{made['id']}"
            self.body = {"role": "supervisor", "disabled": False}
        if way == "custom":
            role = await add_role(self.admin, {"call_records": "view"})
            await add(self.admin, extension_id=self.extension.id, role=role["key"])
            self.method, self.url = "PUT", f"{ROLES}/{role['id']}"
            self.body = {"name": "Night", "version": 1, "permissions": {"call_records": "view", "email": "edit"}}
        if way != "given":
            await choose_password(self.server, self.extension, "Lesser-Pass-8!xyz")

    async def give(self, **body: Any) -> httpx.Response:
        return await self.admin.request(self.method, self.url, json={**self.body, **body})

    async def give_confirmed(self) -> None:
        answer = await confirmed(self.admin, self.method, self.url, self.body)
        assert answer.status_code in (200, 201), answer.text

    @property
    def password(self) -> str:
        return PASSWORD if self.method == "POST" else "Lesser-Pass-8!xyz"


@pytest_asyncio.fixture(params=["given", "raised", "custom"], loop_scope="session")
async def world(
    request: pytest.FixtureRequest, server: Server, admin: httpx.AsyncClient, extension: Extension
) -> World:
    made = World(server, admin, extension)
    await made.prepare(request.param)
    return made


async def link(server: Server, extension: Extension, purpose: Purpose) -> str:
    async with server.database.transaction() as db:
        credential, token = issue(db, extension.id, "web", timedelta(days=3))
        credential.purpose = purpose
    return token


async def test_an_address_is_confirmed_first(world: World, server: Server) -> None:
    client = await server.sign_in(world.extension)
    expected = {
        "extension_id": world.extension.id,
        "number": "1001",
        "display_name": world.extension.display_name,
        "email": EMAIL,
    }
    for logins in (
        [],
        [{"extension_id": world.extension.id, "email": "hr-owned@evil.test"}],
        [{"extension_id": world.extension.id + 1, "email": EMAIL}],
    ):
        refused = await world.give(confirmed_logins=logins)
        assert (refused.status_code, refused.json()["code"]) == (409, "logins_unconfirmed"), refused.text
        assert refused.json()["logins"] == [expected]
    assert refused.json()["message"].startswith("角色将使下列用户获得更多权限")
    english = await world.admin.request(world.method, world.url, json=world.body, headers={"Accept-Language": "en"})
    assert english.json()["message"].startswith("The role gives these users more rights")
    # a refusal changes nothing
    assert (await client.get("/api/v1/client/session")).status_code == 200
    assert (await sign_in(server, "1001", password=world.password)).status_code == 201
    given = await world.give(confirmed_logins=[{"extension_id": world.extension.id, "email": EMAIL.upper()}])
    assert given.status_code in (200, 201), given.text


async def test_what_was_prepared_opens_nothing(world: World, server: Server) -> None:
    login = await link(server, world.extension, Purpose.SIGN_IN)
    reset = await link(server, world.extension, Purpose.PASSWORD_RESET)
    client = await server.sign_in(world.extension)
    own = {"current_password": world.password, "new_password": NEW}
    await world.give_confirmed()
    redeemed = await server.browser().post("/api/v1/credentials/redeem", json={"token": login, "transport": "bearer"})
    assert (redeemed.status_code, redeemed.json()["code"]) == (410, "credential_revoked")
    answer = await server.browser().post("/api/v1/password-reset", json={"token": reset, "new_password": NEW})
    assert (answer.status_code, answer.json()["code"]) == (410, "reset_revoked")
    ended = await client.put("/api/v1/client/password", json=own)
    assert (ended.status_code, ended.json()["reason"]) == (401, "role_changed")
    for portal in (False, True):
        refused = await sign_in(server, "1001", password=world.password, portal=portal)
        assert (refused.status_code, refused.json()["code"]) == (401, "wrong_credentials")
    # by a link of after the grant, the user sets a password, and has the role
    await choose_password(server, world.extension, NEW)
    opened = await sign_in(server, "1001", password=NEW, portal=True)
    assert opened.json()["role"] == "administrator"


async def test_a_raised_role_ends_the_portal_session(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    made = await add(admin, extension_id=extension.id, role="accounting")
    await choose_password(server, extension, NEW)
    browser = server.browser()
    body = {"username": "1001", "password": NEW, "portal": True}
    assert (await browser.post("/api/v1/sessions", json=body)).status_code == 201
    raised = {"role": "supervisor", "disabled": False}
    assert (await confirmed(admin, "PUT", f"{ACCOUNTS}/{made['id']}", raised)).status_code == 200
    assert (await browser.get("/api/v1/admin/session")).json()["reason"] == "role_changed"


@pytest.mark.parametrize("change", [{"role": "supervisor"}, {"role": "operator"}, {"disabled": True}])
async def test_a_role_that_allows_no_more_ends_nothing(
    admin: httpx.AsyncClient, extension: Extension, server: Server, change: dict[str, Any]
) -> None:
    made = await add(admin, extension_id=extension.id, role="supervisor")
    await choose_password(server, extension, NEW)
    client = await server.sign_in(extension)
    body = {"role": "supervisor", "disabled": False, **change}
    assert (await admin.put(f"{ACCOUNTS}/{made['id']}", json=body)).status_code == 200
    assert (await client.get("/api/v1/client/session")).status_code == 200
    assert (await sign_in(server, "1001", password=NEW)).status_code == 201


async def test_a_custom_role_that_loses_pages_ends_nothing(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    role = await add_role(admin, {"call_records": "view", "email": "edit"})
    await add(admin, extension_id=extension.id, role=role["key"])
    await choose_password(server, extension, NEW)
    body = {"name": "Day", "version": 1, "permissions": {"call_records": "view", "email": "view"}}
    assert (await admin.put(f"{ROLES}/{role['id']}", json=body)).status_code == 200
    assert (await sign_in(server, "1001", password=NEW, portal=True)).json()["role"] == "administrator"


async def test_a_password_that_is_being_hashed_while_the_role_is_given_is_not_set(
    admin: httpx.AsyncClient, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session was good when the request came, and has ended when the hash is ready."""
    from linkus.password import service

    client, hash_new = await server.sign_in(extension), service.hash_new

    async def slowly(password: str, of: Extension) -> str:
        hashed = await hash_new(password, of)
        await add(admin, extension_id=extension.id, role="supervisor")
        return hashed

    monkeypatch.setattr(service, "hash_new", slowly)
    answer = await client.put("/api/v1/client/password", json={"current_password": PASSWORD, "new_password": NEW})
    assert (answer.status_code, answer.json()["reason"]) == (401, "role_changed")
    assert (await sign_in(server, "1001", password=NEW)).status_code == 401


async def test_login_links_on_the_screen_need_a_role_that_covers_the_users(
    admin: httpx.AsyncClient, administrator: Administrator, extension: Extension, server: Server
) -> None:
    """Without a mail server, welcome mails are links on the screen of whoever sends them."""
    await add(admin, extension_id=extension.id, role="supervisor")
    hr = await server.sign_in(await server.make_administrator("hr", role="human_resources"))
    body = {"extension_ids": [extension.id]}
    refused = await hr.post("/api/v1/admin/welcome-mails", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "extension_holds_role"), refused.text
    shown = await admin.post("/api/v1/admin/welcome-mails", json=body)
    assert set(shown.json()["rows"][0]["links"]) == {"web", "desktop", "mobile"}
