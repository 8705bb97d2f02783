"""The audit log: search, filters, export, and its size."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from linkus.audit.repository import forget_oldest
from linkus.audit.words import field_text, value_text
from linkus.kit.actor import SYSTEM, Actor, ActorKind, acting, current_actor
from linkus.kit.clock import now
from linkus.kit.messages import Language
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import MASK, difference
from linkus.shared.models.audit import AuditEntry
from linkus.shared.models.extension import Extension
from tests.support.api import Server

LOG = "/api/v1/admin/audit-log"


async def found(admin: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await admin.get(LOG, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return [item["object_name"] for item in answer.json()["items"]]


async def write(server: Server, name: str, actor: Actor = SYSTEM, **values: Any) -> None:
    async with server.database.transaction() as db:
        with acting(actor):
            record(db, AuditAction.CHANGED, AuditObject.TRUNK, 7, name, **values)


async def test_search_and_filters(admin: httpx.AsyncClient, server: Server) -> None:
    user = Actor(ActorKind.USER, 1, "1001 张伟", "203.0.113.5")
    await write(server, "电信", user, before={"host": "a.example"}, after={"host": "b.example"})
    await write(server, "Other", Actor(ActorKind.ADMINISTRATOR, 1, "boss", "192.0.2.1"), after={"port": 5060})
    assert await found(admin) == ["Other", "电信"]
    assert await found(admin, search="B.EXAMPLE") == ["电信"]
    assert await found(admin, search="电信") == ["电信"]
    assert await found(admin, actor="张伟") == ["电信"]
    assert await found(admin, actor="192.0.2.1") == ["Other"]
    assert await found(admin, search="%") == []
    assert await found(admin, object="trunk", object_id=7, action="changed") == ["Other", "电信"]
    assert await found(admin, object="extension") == []
    assert await found(admin, since=(now() + timedelta(hours=1)).isoformat()) == []
    assert await found(admin, until=(now() + timedelta(hours=1)).isoformat()) == ["Other", "电信"]
    choices = (await admin.get(f"{LOG}/filters")).json()
    assert choices["actors"] == [{"value": "boss", "label": "boss"}]
    assert {"value": "trunk", "label": "中继"} in choices["objects"]


async def test_entry_is_in_the_readers_language(admin: httpx.AsyncClient, extension: Extension) -> None:
    path = f"/api/v1/admin/extensions/{extension.id}/client-settings/web"
    await admin.put(path, json={"kind": "web", "version": 1, "values": {"auto_answer": True}})
    for language, told in (
        ("zh-CN", ("管理员 boss", "修改", "客户端设置", "自动应答", "禁用", "启用")),
        ("en", ("Administrator boss", "Changed", "Client settings", "Auto answer", "off", "on")),
    ):
        (item,) = (await admin.get(LOG, headers={"Accept-Language": language})).json()["items"]
        (value,) = item["values"]
        assert told == (
            item["actor_label"], item["action_label"], item["object_label"], value["label"], value["before"],
            value["after"],
        )  # fmt: skip


async def test_export_has_what_the_filters_find(admin: httpx.AsyncClient, server: Server) -> None:
    await write(server, "=cmd", before={"host": "a"}, after={"host": "b"})
    await write(server, "Other", after={"port": 5060})
    answer = await admin.get(f"{LOG}/export", params={"search": "cmd"}, headers={"Accept-Language": "en"})
    heading, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading == ["Time", "Who", "From IP", "Action", "Object", "Name", "Before", "After"]
    assert line[1:] == ["System", "", "Changed", "Trunk", "'=cmd", "Server address: a", "Server address: b"]


async def test_the_newest_entries_are_kept(server: Server) -> None:
    for number in range(5):
        await write(server, str(number), after={"port": number + 1})
    async with server.database.transaction() as db:
        await forget_oldest(db, 3)
        assert list(await db.scalars(select(AuditEntry.object_name).order_by(AuditEntry.id))) == ["2", "3", "4"]
        await forget_oldest(db, 3)
        assert await db.scalar(select(func.count(AuditEntry.id))) == 3


async def test_a_change_that_is_rolled_back_is_not_told(server: Server) -> None:
    try:
        async with server.database.transaction() as db:
            record(db, AuditAction.DELETED, AuditObject.TRUNK, 1, "gone")
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(AuditEntry.id))) == 0


async def test_nobody_is_left_acting_after_a_request(admin: httpx.AsyncClient) -> None:
    await admin.get(LOG)
    assert current_actor() == SYSTEM


@given(st.dictionaries(st.sampled_from(["name", "password_hash", "a_token", "pin_sealed"]), st.text(min_size=1)))
def test_secrets_are_masked_and_changes_of_them_told(values: dict[str, str]) -> None:
    before = {name: value + "x" for name, value in values.items()}
    was, will_be = difference(AuditObject.ADMINISTRATOR, before, values)
    assert was.keys() == will_be.keys() == values.keys()
    assert all(MASK == was[name] == will_be[name] for name in values if name != "name")


async def test_names_and_fields_are_words_of_the_reader(admin: httpx.AsyncClient, server: Server) -> None:
    kinds = AuditObject
    async with server.database.transaction() as db:
        with acting(SYSTEM):
            record(
                db,
                AuditAction.CHANGED,
                kinds.ADMINISTRATOR,
                1,
                "anna",
                before={"role": "operator"},
                after={"role": "accounting"},
            )
            record(
                db,
                AuditAction.CHANGED,
                kinds.ROLE,
                1,
                "夜班",
                before={"permissions": []},
                after={"permissions": ["event_log: view"]},
            )
            record(
                db,
                AuditAction.CHANGED,
                kinds.CLIENT_SETTINGS,
                1,
                "1001 web",
                before={"codec": "a"},
                after={"codec": "b"},
            )
            record(db, AuditAction.SIGNED_OUT, kinds.DEVICE, 1, "1001 · desktop · web box")
            record(db, AuditAction.CREATED, kinds.MENU_RULE, 1, "R", after={"targets": ["contacts"]})
            record(
                db,
                AuditAction.CREATED,
                kinds.SETTING_RULE,
                1,
                "S",
                after={"targets": ["password_security.change_password"]},
            )
            record(db, AuditAction.CREATED, kinds.DEPARTMENT, 1, "D", after={"path": ["技术部", "华东"]})
            record(db, AuditAction.CREATED, kinds.VISIBILITY_RULE, 1, "V", after={"targets": ["1002 王秀英"]})
    shown: dict[str, list[tuple[str, ...]]] = {}
    for language in ("zh-CN", "en"):
        items = (await admin.get(LOG, headers={"Accept-Language": language})).json()["items"]
        shown[language] = [
            (item["object_name"], *(text for value in item["values"] for text in (value["label"], value["after"])))
            for item in reversed(items)
        ]
    assert shown["zh-CN"] == [
        ("anna", "角色", "财务"),
        ("夜班", "页面权限", "事件日志：查看"),
        ("1001 网页端", "语音编解码", "b"),
        ("1001 · 桌面端 · web box",),
        ("R", "菜单", "联系人"),
        ("S", "设置", "修改密码"),
        ("D", "位置", "技术部/华东"),
        ("V", "可以看到", "1002 王秀英"),
    ]
    assert shown["en"][0] == ("anna", "Role", "Accounting")
    assert shown["en"][2] == ("1001 web client", "Codec", "b")
    assert shown["en"][4:] == [
        ("R", "Menus", "Contacts"),
        ("S", "Settings", "Change password"),
        ("D", "Place", "技术部/华东"),
        ("V", "Can see", "1002 王秀英"),
    ]
    # and they are found by these words
    for search, name in (
        ("网页端", "1001 网页端"), ("财务", "anna"), ("退出登录", "1001 · 桌面端 · web box"), ("联系人", "R"),
    ):  # fmt: skip
        assert name in await found(admin, search=search), search
    assert await found(admin, search="Accounting") == ["anna"]
    assert await found(admin, search="分机可见性规则") == ["V"]
    assert await found(admin, search="没有这样的") == []


def test_values_in_words() -> None:
    assert value_text("zh-CN", ["1001 张伟", "销售/北方"]) == "1001 张伟、销售/北方"
    assert value_text("zh-CN", []) == "（空）"
    assert value_text("en", {"group": {"enabled": True}}) == "group: Enabled: yes"


@pytest.mark.parametrize(("language", "told"), [("zh-CN", "自动应答：启用"), ("en", "Auto answer: on")])
def test_a_switch_reads_the_same_for_one_client_and_for_many(language: Language, told: str) -> None:
    one = field_text(language, "client_settings", "auto_answer", True)
    many = field_text(language, "client_settings_bulk", "web", {"auto_answer": True})
    assert many == told
    assert many.endswith(one)


GENERAL = "/api/v1/admin/settings/general"


@pytest.mark.parametrize(
    ("header", "action", "source"),
    [(None, "changed", "form"), ("restore", "restored", "restore"), ("undo", "undone", "form"),
     ("other", "changed", "form")],
)  # fmt: skip
async def test_a_restored_and_an_undone_change_are_called_so(
    admin: httpx.AsyncClient, header: str | None, action: str, source: str
) -> None:
    body = {"public_address": "", "system_language": "en", "company_name": "Acme", "version": 1}
    headers = {} if header is None else {"X-Linkus-Change": header}
    assert (await admin.put(GENERAL, json=body, headers=headers)).status_code == 200
    (entry, *_rest) = (await admin.get(LOG)).json()["items"]
    assert (entry["object"], entry["action"]) == ("server_settings", action)
    changes = (await admin.get("/api/v1/admin/settings/history/general?name=company_name")).json()["items"]
    assert [change["source"] for change in changes] == [source]
    # the next request is a plain one
    assert (await admin.put(GENERAL, json={**body, "company_name": "B", "version": 2})).status_code == 200
    assert (await admin.get(LOG)).json()["items"][0]["action"] == "changed"


async def test_a_user_cannot_call_a_change_otherwise(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    client = await server.sign_in(extension)
    body = {"kind": "web", "version": 1, "values": {"auto_answer": True}}
    answer = await client.put("/api/v1/client/settings", json=body, headers={"X-Linkus-Change": "restore"})
    assert answer.status_code == 200, answer.text
    (entry, *_rest) = (await admin.get(LOG)).json()["items"]
    assert (entry["actor"], entry["action"]) == ("user", "changed")
