"""The event log: written together with the change, read in the reader's language."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import Any

import httpx
import pytest

from linkus.event.repository import forget_oldest
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.messages import LANGUAGES, Language, catalogue
from linkus.kit.work import unit_of_work
from linkus.shared.event_log.kinds import KINDS, EventKind
from linkus.shared.event_log.record import record_event
from linkus.shared.event_log.words import event_name, event_text
from tests.support.api import Server, frames

TRUNK = {"trunk_id": 7, "trunk": "电信 100%", "reason": "403 Forbidden"}
SMTP = {
    "host": "smtp.example.cn", "port": 587, "username": "pbx", "sender": "pbx@example.cn", "recipient": "li@example.cn",
    "answer": "535 5.7.8 wrong", "reason_code": "mail_login_refused",
}  # fmt: skip


async def write(server: Server, kind: EventKind, params: dict[str, Any]) -> None:
    async with unit_of_work(server.services) as work:
        await record_event(work, kind, params)


async def found(admin: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await admin.get("/api/v1/admin/events", params=query)
    assert answer.status_code == 200
    assert answer.json()["total"] == len(answer.json()["items"])
    return [item["kind"] for item in answer.json()["items"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_level_a_name_and_a_text(language: Language) -> None:
    assert KINDS.keys() == set(EventKind)
    for kind in EventKind:
        assert event_name(language, kind)
        assert catalogue(language)[f"event_{kind}"]


def test_the_text_is_made_of_the_server_s_own_answer_in_the_reader_s_language() -> None:
    chinese = event_text("zh-CN", EventKind.SMTP_SERVER_ERROR, SMTP)
    english = event_text("en", EventKind.SMTP_SERVER_ERROR, SMTP)
    assert chinese == "默认邮件服务器异常：邮件服务器拒绝了用户 pbx 的登录：535 5.7.8 wrong。请检查用户名和密码。"
    assert english.startswith("Default SMTP Server Error: The mail server refused the login of pbx: 535 5.7.8 wrong")


async def test_an_administrator_reads_the_newest_first(server: Server, admin: httpx.AsyncClient) -> None:
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    await write(server, EventKind.TRUNK_RECOVERED, TRUNK)

    page = (await admin.get("/api/v1/admin/events", headers={"Accept-Language": "en"})).json()

    assert [item["kind"] for item in page["items"]] == ["trunk_recovered", "trunk_failed"]
    first = page["items"][1]
    assert first["category"] == "telephony"
    assert first["level"] == "warning"
    assert first["name"] == "Trunk Failed"
    assert first["text"] == "The trunk 电信 100% does not work: 403 Forbidden"
    assert first["params"] == TRUNK
    assert first["created_at"].endswith("Z")
    chinese = (await admin.get("/api/v1/admin/events")).json()["items"][1]
    assert chinese["text"] == "中继 电信 100% 不可用：403 Forbidden"


async def test_events_are_filtered_and_searched(server: Server, admin: httpx.AsyncClient) -> None:
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    await write(server, EventKind.SMTP_SERVER_ERROR, SMTP)

    assert await found(admin, kind="trunk_failed") == ["trunk_failed"]
    assert await found(admin, category="system") == ["smtp_server_error"]
    assert await found(admin, level="alert") == ["smtp_server_error"]
    assert await found(admin, level="warning", kind="smtp_server_error") == []
    assert await found(admin, search="电信 100%") == ["trunk_failed"]
    assert await found(admin, search="电信_100") == []  # no wildcard
    assert await found(admin, search="DEFAULT smtp") == ["smtp_server_error"]
    assert await found(admin, search="5.7.8") == ["smtp_server_error"]
    assert (await admin.get("/api/v1/admin/events?level=loud")).status_code == 422


async def test_open_portal_pages_hear_of_an_event_when_it_is_committed(server: Server) -> None:
    portal = server.listen(PORTAL)
    with pytest.raises(RuntimeError):
        async with unit_of_work(server.services) as work:
            await record_event(work, EventKind.TRUNK_FAILED, TRUNK)
            raise RuntimeError
    assert frames(portal) == []

    await write(server, EventKind.TRUNK_FAILED, TRUNK)

    (frame,) = frames(portal)
    assert (frame["type"], frame["kind"], frame["level"]) == ("event.logged", "trunk_failed", "warning")
    assert frame["params"] == TRUNK
    assert "text" not in frame


async def test_an_event_that_lacks_a_fact_is_refused_where_it_is_written(server: Server) -> None:
    with pytest.raises(KeyError, match="reason"):
        await write(server, EventKind.TRUNK_FAILED, {"trunk_id": 7, "trunk": "a"})


async def test_users_do_not_read_the_event_log(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/admin/events")).status_code == 401


async def test_events_of_a_period(server: Server, admin: httpx.AsyncClient) -> None:
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    moment = now()
    await asyncio.sleep(0.002)
    await write(server, EventKind.TRUNK_RECOVERED, TRUNK)
    assert await found(admin, until=moment.isoformat()) == ["trunk_failed"]
    assert await found(admin, since=moment.isoformat()) == ["trunk_recovered"]
    refused = await admin.get("/api/v1/admin/events", params={"since": "2026-11-30"})
    assert refused.status_code == 422


async def test_kinds_to_filter_by_have_names_in_the_reader_s_language(admin: httpx.AsyncClient) -> None:
    english = await admin.get("/api/v1/admin/events/filters", headers={"Accept-Language": "en"})
    chinese = await admin.get("/api/v1/admin/events/filters")
    assert [choice["kind"] for choice in english.json()["kinds"]] == list(KINDS)
    assert {"kind": "trunk_failed", "name": "Trunk Failed", "category": "telephony"} in english.json()["kinds"]
    assert {choice["name"] for choice in chinese.json()["kinds"]} >= {"IP 地址被封锁"}


async def test_export_has_what_the_filters_find(server: Server, admin: httpx.AsyncClient) -> None:
    await write(server, EventKind.TRUNK_FAILED, {**TRUNK, "trunk": "=1+1"})
    await write(server, EventKind.SMTP_SERVER_ERROR, SMTP)
    answer = await admin.get("/api/v1/admin/events/export", params={"kind": "trunk_failed"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "event-log.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["时间", "级别", "分类", "事件", "内容", "次数"]
    [[_, level, category, name, what, times]] = rows[1:]
    assert times == "1"
    assert (level, category, name, what) == ("警告", "电话", "中继不可用", "中继 =1+1 不可用：403 Forbidden")


async def test_json_export_has_an_event_in_each_line(server: Server, admin: httpx.AsyncClient) -> None:
    await write(server, EventKind.TRUNK_FAILED, {**TRUNK, "trunk": "line\nbreak"})
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    await write(server, EventKind.SMTP_SERVER_ERROR, SMTP)
    answer = await admin.get("/api/v1/admin/events/export-json", params={"kind": "trunk_failed"})
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert "event-log.jsonl" in answer.headers["Content-Disposition"]
    listed = (await admin.get("/api/v1/admin/events", params={"kind": "trunk_failed"})).json()["items"]
    assert [json.loads(line) for line in answer.text.splitlines()] == listed


async def test_oldest_of_a_kind_are_forgotten_and_other_kinds_stay(server: Server, admin: httpx.AsyncClient) -> None:
    await write(server, EventKind.SMTP_SERVER_ERROR, SMTP)
    for number in range(5):
        await write(server, EventKind.TRUNK_FAILED, {**TRUNK, "trunk": f"T{number}"})
    for _ in range(2):
        async with server.database.transaction() as db:
            for kind in EventKind:
                await forget_oldest(db, kind, 3)
        items = (await admin.get("/api/v1/admin/events")).json()["items"]
        assert [item["params"].get("trunk") for item in items] == ["T4", "T3", "T2", None]
