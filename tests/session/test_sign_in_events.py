"""The event log tells of sign-ins, failed ones and lock-outs (OV-7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from linkus.credential.service import issue
from linkus.lockout.rules import Policy
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server

MAX_FAILURES = Policy().max_failures
URL = "/api/v1/sessions"
ADDRESS = "203.0.113.7"


async def sign_in(server: Server, username: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
    browser = server.browser(address=ADDRESS)
    return await browser.post(URL, json={"username": username, "password": password, **more})


async def logged(admin: httpx.AsyncClient, language: str = "zh-CN") -> list[dict[str, Any]]:
    """Return the events, oldest first."""
    answer = await admin.get("/api/v1/admin/events", headers={"Accept-Language": language})
    return list(reversed(answer.json()["items"]))


async def test_web_user_who_signs_in_is_logged(server: Server, admin: httpx.AsyncClient, extension: Extension) -> None:
    assert (await sign_in(server, "zhang.wei@example.cn")).status_code == 201
    [event] = await logged(admin)
    assert (event["kind"], event["level"], event["category"]) == ("web_sign_in_succeeded", "info", "operation")
    assert event["name"] == "网页用户登录成功"
    assert event["text"] == f"分机 1001（张伟）从 {ADDRESS} 登录了 Linkus 网页端。"
    [english] = await logged(admin, "en")
    assert english["text"] == f"Extension 1001 (张伟) signed in to the Linkus web client from {ADDRESS}."


async def test_web_user_who_comes_by_a_link_is_logged(
    server: Server, admin: httpx.AsyncClient, extension: Extension
) -> None:
    async with server.database.transaction() as db:
        token = issue(db, extension.id, "web", timedelta(days=1))[1]
    answer = await server.browser(address=ADDRESS).post("/api/v1/credentials/redeem", json={"token": token})
    assert answer.status_code == 201
    assert [(event["kind"], event["params"]["address"]) for event in await logged(admin)] == [
        ("web_sign_in_succeeded", ADDRESS)
    ]


@pytest.mark.parametrize("client_kind", ["mobile", "desktop"])
async def test_linkus_user_who_signs_in_is_not_logged(
    server: Server, admin: httpx.AsyncClient, extension: Extension, client_kind: str
) -> None:
    assert (await sign_in(server, "1001", client_kind=client_kind)).status_code == 201
    assert await logged(admin) == []


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        ({}, "web_sign_in_failed", "登录 Linkus 网页端失败：用户名或密码错误。"),
        ({"client_kind": "mobile"}, "linkus_sign_in_failed", "登录 Linkus 手机端 失败：用户名或密码错误。"),
        ({"client_kind": "desktop"}, "linkus_sign_in_failed", "登录 Linkus 桌面端 失败：用户名或密码错误。"),
        ({"portal": True}, "administrator_sign_in_failed", "登录管理网页失败：用户名或密码错误。"),
    ],
)
@pytest.mark.parametrize("username", ["1001", "nobody"])
async def test_failed_sign_in_is_logged_whether_or_not_the_user_exists(
    server: Server,
    admin: httpx.AsyncClient,
    extension: Extension,
    more: dict[str, Any],
    kind: str,
    words: str,
    username: str,
) -> None:
    assert (await sign_in(server, username, "wrong", **more)).status_code == 401
    [event] = await logged(admin)
    assert (event["kind"], event["level"]) == (kind, "warning")
    assert event["text"] == f"“{username}”从 {ADDRESS} {words}"


async def test_failed_sign_in_of_an_administrator_is_logged_on_any_page(
    server: Server, admin: httpx.AsyncClient, administrator: Administrator
) -> None:
    await sign_in(server, "boss", "wrong")
    assert [event["kind"] for event in await logged(admin)] == ["administrator_sign_in_failed"]


async def test_administrator_who_signs_in_is_logged(
    server: Server, admin: httpx.AsyncClient, administrator: Administrator
) -> None:
    assert (await sign_in(server, "boss")).status_code == 201
    [event] = await logged(admin)
    assert event["text"] == f"管理员 boss 从 {ADDRESS} 登录了管理网页。"


async def test_reason_of_a_right_password_that_does_not_help_is_logged(
    server: Server, admin: httpx.AsyncClient
) -> None:
    await server.make_extension("1002", linkus_enabled=False)
    assert (await sign_in(server, "1002")).status_code == 403
    [event] = await logged(admin)
    assert event["text"].endswith("此分机未启用 Linkus 客户端。")


@pytest.mark.parametrize(
    ("client_kind", "kind", "where"),
    [
        ("web", "web_user_locked", "Linkus 网页端"),
        ("mobile", "linkus_user_locked", "Linkus 手机端 "),
        ("desktop", "linkus_user_locked", "Linkus 桌面端 "),
    ],
)
async def test_locked_out_user_is_logged_once_and_the_failures_are_one_event(
    server: Server, admin: httpx.AsyncClient, extension: Extension, client_kind: str, kind: str, where: str
) -> None:
    statuses = [
        (await sign_in(server, "1001", "wrong", client_kind=client_kind)).status_code for _ in range(MAX_FAILURES + 3)
    ]
    assert statuses == [401] * MAX_FAILURES + [429] * 3
    failed, locked = await logged(admin)
    assert failed["repeats"] == MAX_FAILURES - 1
    assert failed["last_at"] >= failed["created_at"]
    assert (locked["kind"], locked["level"], locked["category"]) == (kind, "alert", "security")
    assert locked["text"] == f"{ADDRESS} 多次登录 {where}失败，1 分钟内不能再以“1001”登录。"
    assert locked["repeats"] == 0


async def test_other_addresses_and_names_are_events_of_their_own(
    server: Server, admin: httpx.AsyncClient, extension: Extension
) -> None:
    for address, name in (("203.0.113.7", "1001"), ("203.0.113.8", "1001"), ("203.0.113.8", "1002")):
        await server.browser(address=address).post(URL, json={"username": name, "password": "wrong"})
    assert [event["repeats"] for event in await logged(admin)] == [0, 0, 0]


async def test_name_that_a_stranger_types_is_shown_short_and_printable(
    server: Server, admin: httpx.AsyncClient
) -> None:
    await sign_in(server, "\u202e" + "x" * 500, "wrong")
    [event] = await logged(admin)
    assert event["params"]["username"] == "x" * 64


async def test_password_that_a_user_changes_is_logged(
    server: Server, admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    changed = await client.put(
        "/api/v1/client/password", json={"current_password": PASSWORD, "new_password": "Better-Battery-9"}
    )
    assert changed.status_code == 200
    [event] = await logged(admin)
    assert (event["kind"], event["name"]) == ("extension_password_changed", "分机密码更改")
    assert event["text"] == "分机 1001（张伟）的用户密码已更改，操作者：1001 张伟，地址：127.0.0.1。"


async def test_password_that_an_administrator_sets_is_logged(admin: httpx.AsyncClient, extension: Extension) -> None:
    values = (await admin.get(f"/api/v1/admin/extensions/{extension.id}")).json()
    keep = ("number", "first_name", "last_name", "email", "version")
    body = {name: values[name] for name in keep} | {"linkus_enabled": True}
    unchanged = await admin.put(f"/api/v1/admin/extensions/{extension.id}", json=body)
    assert unchanged.status_code == 200
    assert await logged(admin) == []
    body |= {"version": unchanged.json()["version"], "user_password": "Better-Battery-9"}
    assert (await admin.put(f"/api/v1/admin/extensions/{extension.id}", json=body)).status_code == 200
    [event] = await logged(admin)
    assert (event["kind"], event["params"]["actor"]) == ("extension_password_changed", "boss")


async def test_password_that_an_administrator_changes_for_themselves_is_logged(
    admin: httpx.AsyncClient, administrator: Administrator
) -> None:
    body = {"current_password": PASSWORD, "new_password": "Better-Battery-9"}
    assert (await admin.put("/api/v1/admin/account", json=body)).status_code == 200
    assert [(event["kind"], event["level"]) for event in await logged(admin)] == [
        ("administrator_password_changed", "warning")
    ]
