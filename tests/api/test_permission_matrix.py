"""Asks the server about every route and everybody who may or may not call it (docs/permissions.md).

A request has an empty body and ids that do not exist: whoever may call the route gets any other answer than a refusal,
and nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import httpx
import pytest

from linkus.client_permission.rules.catalogue import (
    CHANGE_PASSWORD,
    CLIENT_KINDS,
    ITEM_OF_SETTING,
    MENUS,
    SETTINGS,
    expand,
)
from linkus.client_permission.rules.models import PermissionRule, PermissionSubject
from linkus.kit.http import SAFE_METHODS
from linkus.session.schemas import LinkusClientKind
from linkus.session.second_factor import check
from linkus.shared.models.administrator import Administrator, CustomRole
from linkus.shared.models.extension import Extension
from linkus.shared.models.setting import Setting
from linkus.shared.roles.builtin import BUILTIN, BUILTIN_KEYS
from linkus.shared.roles.catalogue import ACTIONS, PAGES, VIEW_ONLY, Action, Page, Role
from linkus.shared.roles.holders import custom_role
from tests.support.api import PASSWORD, Server
from tools.permissions import DOCUMENT, Row, document, rows

pytestmark = [pytest.mark.slow, pytest.mark.only_on("sqlite")]

ROWS = rows()
PORTAL = [row for row in ROWS if row.who == "administrator"]
CLIENT = [row for row in ROWS if row.who.startswith("client")]
PUBLIC = [row for row in ROWS if row.who == "anyone"]
BY_KEY = [row for row in ROWS if row.who in ("core", "metrics")]
# the end of the session comes last, because the other requests need it
LAST = {"delete_admin_session", "delete_client_session"}
NO_ID = "2000000000"
VALUES = {"kind": "menu", "language": "en", "name": "nothing", "server_call_id": "no-such-call"}
REFUSED = {401, 403}


def path_of(row: Row) -> str:
    kinds = {**VALUES, "kind": "web"} if "client-settings" in row.path else VALUES
    return re.sub(r"\{(\w+)\}", lambda found: kinds.get(found[1], NO_ID), row.path)


async def ask(browser: httpx.AsyncClient, row: Row) -> httpx.Response:
    body = {} if row.method in SAFE_METHODS else {"json": {}}
    return await browser.request(row.method, path_of(row), **body)  # type: ignore[arg-type]  # only `json`


async def refusals(browser: httpx.AsyncClient, asked: Collection[Row]) -> dict[str, tuple[int, str, str]]:
    """Return status, code and what is missing, for each route that refuses the caller."""
    found = {}
    for row in sorted(asked, key=lambda row: row.operation in LAST):
        answer = await ask(browser, row)
        assert answer.status_code < 500, (row.name, answer.text)
        if answer.status_code in REFUSED:
            body = answer.json()
            missing = f"{body['action']} {body['page']}" if "page" in body else body.get("menu") or body.get("item", "")
            found[row.name] = (answer.status_code, body["code"], missing)
    return found


def expected_of(role: Role) -> dict[str, tuple[int, str, str]]:
    return {
        row.name: (403, "page_forbidden", f"{row.action} {row.pages[0]}")
        for row in PORTAL
        if not row.is_allowed_to(role)
    }


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run `python -m tools.permissions`"


def test_the_table_has_all_kinds_of_routes() -> None:
    assert len(PORTAL) > 120
    assert len(CLIENT) > 20
    assert len(PUBLIC) + len(BY_KEY) + len(PORTAL) + len(CLIENT) == len(ROWS)


async def test_anonymous(anonymous: httpx.AsyncClient) -> None:
    refused = await refusals(anonymous, ROWS)
    keys = {"core": "internal_key_wrong", "metrics": "metrics_key_wrong"}
    assert refused == {row.name: (401, keys.get(row.who, "not_signed_in"), "") for row in ROWS if row.who != "anyone"}


async def test_a_client_opens_all_that_is_for_clients_and_nothing_else(client: httpx.AsyncClient) -> None:
    refused = await refusals(client, [*PORTAL, *BY_KEY, *PUBLIC, *CLIENT])
    assert refused.keys() == {row.name for row in (*PORTAL, *BY_KEY)}


@pytest.mark.parametrize("key", BUILTIN_KEYS)
async def test_built_in_role(key: str, server: Server) -> None:
    browser = await server.sign_in(await server.make_administrator("boss", role=key))
    assert await refusals(browser, [*PORTAL, *PUBLIC]) == expected_of(BUILTIN[key])


async def test_an_administrator_is_no_client(admin: httpx.AsyncClient) -> None:
    assert (await refusals(admin, [*CLIENT, *BY_KEY])).keys() == {row.name for row in (*CLIENT, *BY_KEY)}


async def with_custom_role(server: Server, permissions: dict[Page, Action]) -> tuple[httpx.AsyncClient, Role]:
    async with server.database.transaction() as db:
        row = CustomRole(name="R", name_key="r", permissions=permissions, version=1)
        db.add(row)
    administrator = await server.make_administrator("holder", role="custom", custom_role_id=row.id)
    return await server.sign_in(administrator), custom_role(row)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "action"),
    [(page, action) for page in PAGES for action in ACTIONS if action == "view" or page not in VIEW_ONLY],
)
async def test_role_with_one_page_alone(page: Page, action: Action, server: Server) -> None:
    browser, role = await with_custom_role(server, {page: action})
    assert await refusals(browser, PORTAL) == expected_of(role)


async def disallow(server: Server, extension: Extension, kind: str, target: str) -> None:
    async with server.database.transaction() as db:
        rule = PermissionRule(
            kind=kind, name="R", note="", is_allowing=False, targets=[target], enabled=True, version=1
        )
        db.add(rule)
        await db.flush()
        db.add(PermissionSubject(rule_id=rule.id, kind="extension", extension_id=extension.id))


@pytest.mark.parametrize("menu", MENUS)
async def test_hidden_menu(menu: str, server: Server, extension: Extension, client: httpx.AsyncClient) -> None:
    await disallow(server, extension, "menu", menu)
    assert await refusals(client, [*CLIENT, *PUBLIC]) == {
        row.name: (403, "menu_hidden", menu) for row in CLIENT if row.menu == menu
    }


CLIENT_SETTINGS = "/api/v1/client/settings"
OTHER_VALUES: dict[str, Any] = {
    "auto_answer_delay": 7,
    "screen_pop_url": "https://crm.example.cn/",
    "screen_pop_mode": "manual",
    "screen_pop_trigger": "answered",
}


async def locked_items(browser: httpx.AsyncClient, kind: str) -> dict[str, str]:
    """Try to change each setting of a client and the password. Return what was locked, by what was tried."""
    found = {}
    for name in ITEM_OF_SETTING[kind]:
        settings = (await browser.get(CLIENT_SETTINGS)).json()
        before = settings["values"][name]
        value = (not before) if isinstance(before, bool) else OTHER_VALUES[name]
        assert value != before
        body = {"kind": kind, "version": settings["version"], "values": {name: value}}
        answer = await browser.put(CLIENT_SETTINGS, json=body)
        if answer.status_code == 403:
            assert answer.json()["code"] == "setting_locked"
            found[name] = answer.json()["item"]
        else:
            assert answer.status_code in (200, 422), answer.text  # a screen pop needs its address first
    body = {"current_password": PASSWORD, "new_password": "Another-Horse-8"}
    answer = await browser.put("/api/v1/client/password", json=body)
    if answer.status_code == 403:
        assert answer.json()["code"] == "setting_locked"
        found["password"] = answer.json()["item"]
    return found


@pytest.mark.parametrize("kind", CLIENT_KINDS)
@pytest.mark.parametrize("item", SETTINGS)
async def test_locked_item(kind: LinkusClientKind, item: str, server: Server) -> None:
    extension = await server.make_extension("1001", password_set_by="user")
    await disallow(server, extension, "setting", item)
    browser = await server.sign_in(extension, kind)
    assert await refusals(browser, [row for row in CLIENT if row.operation not in LAST]) == {}
    expected = {name: of for name, of in ITEM_OF_SETTING[kind].items() if of in expand([item])}
    if CHANGE_PASSWORD in expand([item]):
        expected["password"] = CHANGE_PASSWORD
    assert await locked_items(browser, kind) == expected


async def test_holder_of_a_disabled_account(server: Server) -> None:
    administrator = await server.make_administrator("boss")
    browser = await server.sign_in(administrator)
    async with server.database.transaction() as db:
        (await db.get_one(Administrator, administrator.id)).disabled = True
    assert (await refusals(browser, PORTAL)).keys() == {row.name for row in PORTAL}


async def test_without_a_second_factor_that_the_company_requires(server: Server) -> None:
    browser = await server.sign_in(await server.make_administrator("boss"))
    async with server.database.transaction() as db:
        db.add(Setting(key=check.KEY, value={"required": True}))
    own = {row.name for row in PORTAL if not row.pages}
    refused = await refusals(browser, PORTAL)
    assert refused == {row.name: (403, "second_factor_required", "") for row in PORTAL if row.name not in own}
