"""A role that is raised must not go to whoever added the account: they know its password and may have its app."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP
from sqlalchemy import select, update

from linkus.administrator.password_links import service as links
from linkus.kit.clock import now
from linkus.shared.audit.values import MASK
from linkus.shared.models.administrator import Administrator, PasswordLink
from linkus.shared.models.audit import AuditEntry
from linkus.shared.models.extension import Extension
from tests.administrator.test_accounts import ACCOUNTS, NEW, ROLES, SESSION, add, add_role, sign_in, sign_in_with
from tests.support.api import Server, codes

CHOSEN = "Only-Mine-8!xyz"
INSPECT, CHOOSE = "/api/v1/setup/password/inspect", "/api/v1/setup/password"
RAISED = {"role": "supervisor", "disabled": False}


async def raise_role(admin: httpx.AsyncClient, way: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Add an account, and return it with the request that gives it more rights."""
    if way == "raised":
        made = await add(admin)
        return made, f"{ACCOUNTS}/{made['id']}", RAISED
    role = await add_role(admin, {"call_records": "view"})
    made = await add(admin, role=role["key"])
    permissions = {"call_records": "view", "email": "edit"}
    return made, f"{ROLES}/{role['id']}", {"name": "Night", "version": 1, "permissions": permissions}


async def make_link(admin: httpx.AsyncClient, account_id: int) -> str:
    answer = await admin.post(f"{ACCOUNTS}/{account_id}/password-link")
    assert answer.status_code == 200, answer.text
    address, _, token = answer.json()["link"].partition("#t=")
    assert address == "http://127.0.0.1:8088/portal/setup/password"
    return str(token)


async def choose(server: Server, token: str, password: str = CHOSEN) -> httpx.Response:
    return await server.browser().post(CHOOSE, json={"token": token, "new_password": password})


async def own_sign_in(server: Server, password: str = CHOSEN) -> httpx.Response:
    return await sign_in(server, "li.na", password=password)


async def has_password(admin: httpx.AsyncClient) -> bool:
    accounts = (await admin.get(ACCOUNTS)).json()["items"]
    return not next(item for item in accounts if item["username"] == "li.na")["password_missing"]


@pytest.mark.parametrize("way", ["raised", "custom"])
class TestRaise:
    async def test_is_confirmed_first(self, admin: httpx.AsyncClient, server: Server, way: str) -> None:
        made, url, body = await raise_role(admin, way)
        for confirmed in ([], [made["id"] + 1]):
            refused = await admin.put(url, json={**body, "confirmed_accounts": confirmed})
            assert (refused.status_code, refused.json()["code"]) == (409, "logins_unconfirmed"), refused.text
            assert refused.json()["accounts"] == [{"administrator_id": made["id"], "username": "li.na"}]
        assert (await own_sign_in(server, NEW["password"])).status_code == 201  # a refusal changes nothing

    async def test_lets_nobody_in_who_knew_the_password(
        self, admin: httpx.AsyncClient, server: Server, way: str
    ) -> None:
        made, url, body = await raise_role(admin, way)
        old_link = await make_link(admin, made["id"])
        assert (await choose(server, old_link, NEW["password"])).status_code == 204
        creator = server.browser()
        assert (await sign_in_with(creator, "li.na")).status_code == 201
        begun = await creator.post("/api/v1/admin/account/second-factor", json={"current_password": NEW["password"]})
        code = TOTP(begun.json()["secret"]).now()
        confirm = await creator.post("/api/v1/admin/account/second-factor/confirm", json={"code": code})
        assert confirm.status_code == 200, confirm.text
        raised = await admin.put(url, json={**body, "confirmed_accounts": [made["id"]]})
        assert raised.status_code == 200, raised.text

        assert (await creator.get(SESSION)).json()["reason"] == "role_changed"
        assert (await own_sign_in(server, NEW["password"])).json()["code"] == "wrong_credentials"
        assert (await own_sign_in(server, "!")).json()["code"] == "wrong_credentials"
        assert not await has_password(admin)
        token = await make_link(admin, made["id"])
        assert (await choose(server, token)).status_code == 204
        # the creator's app is gone, too: the password alone opens the portal
        assert (await own_sign_in(server)).status_code == 201

    async def test_takes_an_unused_link_away(self, admin: httpx.AsyncClient, server: Server, way: str) -> None:
        made, url, body = await raise_role(admin, way)
        token = await make_link(admin, made["id"])
        assert (await admin.put(url, json={**body, "confirmed_accounts": [made["id"]]})).status_code == 200
        assert (await server.browser().post(INSPECT, json={"token": token})).json()["status"] == "unknown"
        refused = await choose(server, token)
        assert (refused.status_code, refused.json()["code"]) == (404, "password_link_unknown")


async def test_a_raise_tells_the_audit_log_what_it_has_ended(
    admin: httpx.AsyncClient, server: Server, extension: Extension
) -> None:
    for values in ({}, {"extension_id": extension.id}):
        made = await add(admin, **values)
        if not values:
            body = {**RAISED, "confirmed_accounts": [made["id"]]}
            assert (await admin.put(f"{ACCOUNTS}/{made['id']}", json=body)).status_code == 200
    async with server.database.transaction(write=False) as db:
        entries = (await db.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    ended = [
        (entry.object_kind, entry.object_name.split()[0], entry.after)
        for entry in entries
        if entry.before.get("password_hash") == MASK
    ]
    gone = {"password_hash": ""}
    assert ended == [("administrator", "li.na", gone), ("extension", extension.number, gone)]


@pytest.mark.parametrize("change", [{"role": "accounting"}, {"disabled": True}])
async def test_a_role_that_allows_no_more_ends_nothing(
    admin: httpx.AsyncClient, server: Server, change: dict[str, Any]
) -> None:
    made = await add(admin)
    body = {"role": "accounting", "disabled": False, **change}
    assert (await admin.put(f"{ACCOUNTS}/{made['id']}", json=body)).status_code == 200
    assert await has_password(admin)


@pytest.mark.parametrize("by", ["account", "link"])
async def test_a_password_that_is_being_hashed_while_the_role_is_raised_is_not_set(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """The session or the link was good when the request came, and has ended when the hash is ready."""
    from linkus.administrator import service as accounts

    made = await add(admin)
    module = accounts if by == "account" else links
    hash_new = module.hash_new

    async def slowly(username: str, password: str) -> str:
        hashed = await hash_new(username, password)
        body = {**RAISED, "confirmed_accounts": [made["id"]]}
        assert (await admin.put(f"{ACCOUNTS}/{made['id']}", json=body)).status_code == 200
        return hashed

    browser = server.browser()
    assert (await sign_in_with(browser, "li.na")).status_code == 201
    if by == "account":
        monkeypatch.setattr(module, "hash_new", slowly)
        body = {"current_password": NEW["password"], "new_password": CHOSEN}
        answer = await browser.put("/api/v1/admin/account", json=body)
        assert (answer.status_code, answer.json()["reason"]) == (401, "role_changed")
    else:
        token = await make_link(admin, made["id"])
        monkeypatch.setattr(module, "hash_new", slowly)
        assert (await choose(server, token)).json()["code"] == "password_link_unknown"
    assert (await own_sign_in(server)).status_code == 401


class TestLink:
    async def test_gives_a_new_account_its_password(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server
    ) -> None:
        made = await add(admin, password="")
        assert made["password_missing"]
        token = await make_link(admin, made["id"])
        inspected = (await server.browser().post(INSPECT, json={"token": token})).json()
        assert (inspected["status"], inspected["username"]) == ("valid", "li.na")
        weak = await choose(server, token, "li.na")
        assert codes(weak).keys() == {"new_password"}
        assert (await choose(server, token)).status_code == 204
        assert (await choose(server, token)).json()["code"] == "password_link_unknown"  # once
        assert (await own_sign_in(server)).json()["landing"] == "/portal/"
        assert await has_password(admin)

    async def test_a_name_is_still_needed(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(ACCOUNTS, json={**NEW, "username": "1001", "password": ""})
        assert codes(answer).keys() == {"username"}

    async def test_ends_what_it_replaces(self, admin: httpx.AsyncClient, server: Server) -> None:
        made = await add(admin)
        browser = server.browser()
        assert (await sign_in_with(browser, "li.na")).status_code == 201
        first, second = await make_link(admin, made["id"]), await make_link(admin, made["id"])
        assert (await browser.get(SESSION)).json()["reason"] == "password_voided"
        assert (await own_sign_in(server, NEW["password"])).status_code == 401
        assert (await choose(server, first)).status_code == 404
        assert (await choose(server, second)).status_code == 204

    async def test_expires(self, admin: httpx.AsyncClient, server: Server) -> None:
        token = await make_link(admin, (await add(admin))["id"])
        async with server.database.transaction() as db:
            await db.execute(update(PasswordLink).values(expires_at=now() - timedelta(seconds=1)))
        assert (await server.browser().post(INSPECT, json={"token": token})).json()["status"] == "expired"
        refused = await choose(server, token)
        assert (refused.status_code, refused.json()["code"]) == (410, "password_link_expired")

    async def test_needs_a_role_that_covers_the_account(
        self, admin: httpx.AsyncClient, administrator: Administrator, extension: Extension, server: Server
    ) -> None:
        role = await add_role(admin, {"administrators": "edit", "call_records": "view"})
        keeper = await server.sign_in(await add_keeper(server, role["id"]))
        mighty = await add(admin, role="supervisor")
        refused = await keeper.post(f"{ACCOUNTS}/{mighty['id']}/password-link")
        assert (refused.status_code, refused.json()["code"]) == (403, "role_too_powerful")
        weak = await add(admin, username="weak")
        assert (await keeper.post(f"{ACCOUNTS}/{weak['id']}/password-link")).status_code == 200
        assert (await keeper.post(f"{ACCOUNTS}/999/password-link")).status_code == 404
        own = await admin.post(f"{ACCOUNTS}/{administrator.id}/password-link")
        assert (own.status_code, own.json()["code"]) == (409, "administrator_is_self")
        holder = await add(admin, extension_id=extension.id, role="supervisor")
        answer = await admin.post(f"{ACCOUNTS}/{holder['id']}/password-link")
        assert (answer.status_code, answer.json()["code"]) == (409, "administrator_password_is_extensions")

    async def test_leaves_a_super_administrator_who_can_sign_in(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server
    ) -> None:
        made = await add(admin, role="super", password="")
        body = {"role": "administrator", "disabled": False}
        last = await admin.put(f"{ACCOUNTS}/{administrator.id}", json=body)
        assert (last.status_code, last.json()["code"]) == (409, "administrator_last_super")
        assert (await choose(server, await make_link(admin, made["id"]))).status_code == 204
        assert (await admin.put(f"{ACCOUNTS}/{administrator.id}", json=body)).status_code == 200

    async def test_is_in_the_audit_log_without_the_token(self, admin: httpx.AsyncClient, server: Server) -> None:
        token = await make_link(admin, (await add(admin))["id"])
        await choose(server, token)
        async with server.database.transaction(write=False) as db:
            entries = (await db.scalars(AuditEntry.__table__.select().with_only_columns(AuditEntry.words))).all()
        assert not [words for words in entries if token.lower() in words]


async def add_keeper(server: Server, custom_role_id: int) -> Administrator:
    return await server.make_administrator("keeper", role="custom", custom_role_id=custom_role_id)
