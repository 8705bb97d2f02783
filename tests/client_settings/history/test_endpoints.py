"""The history of a client's settings: every way of changing them is in it, and every value can come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import select, update

from linkus.client_settings.history import repository
from linkus.client_settings.models import ClientSettingWrite
from linkus.kit.bus import extension_topic
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from tests.support.api import Server, codes, frames

API = "/api/v1"


def place(extension: Extension, kind: str = "web") -> str:
    return f"{API}/admin/extensions/{extension.id}/client-settings/{kind}"


async def put(who: httpx.AsyncClient, path: str, version: int, kind: str = "web", **values: Any) -> int:
    answer = await who.put(path, json={"kind": kind, "version": version, "values": values})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["version"])


async def history(admin: httpx.AsyncClient, extension: Extension, kind: str = "web", **query: str) -> list[Any]:
    answer = await admin.get(f"{place(extension, kind)}/history", params=query)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def bulk(admin: httpx.AsyncClient, server: Server, extension: Extension, **values: Any) -> int:
    body = {"extension_ids": [extension.id], "changes": {"web": values}}
    change = (await admin.post(f"{API}/admin/client-settings/bulk", json=body)).json()
    await server.services.background.idle()
    return int(change["id"])


async def test_every_way_is_in_the_history(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    version = await put(admin, place(extension), 1, auto_answer=True)
    await put(client, f"{API}/client/settings", version, auto_answer=False, call_waiting=False)
    change_id = await bulk(admin, server, extension, auto_answer=True)
    await admin.post(f"{API}/admin/client-settings/bulk/{change_id}/undo")
    await server.services.background.idle()
    told = [
        (item["actor"], item["actor_name"], item["source"], item["before"], item["after"])
        for item in await history(admin, extension, name="auto_answer")
    ]
    user = ("user", f"1001 {extension.display_name}")
    assert told == [
        ("administrator", "boss", "bulk_undo", True, False),
        ("administrator", "boss", "bulk", False, True),
        (*user, "form", True, False),
        ("administrator", "boss", "form", False, True),
    ]
    assert {item["name"] for item in await history(admin, extension)} == {"auto_answer", "call_waiting"}


async def test_a_new_default_for_all_is_in_the_history(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    other = await server.make_extension("1002")
    await put(admin, place(other, "mobile"), 1, "mobile", codec="pcma")
    body = {"codec": "pcma", "apply_to": "all", "version": 1}
    assert (await admin.put(f"{API}/admin/linkus-server/mobile-default", json=body)).status_code == 200
    (item,) = await history(admin, extension, "mobile")
    assert (item["source"], item["name"], item["before"], item["after"]) == ("default", "codec", "opus", "pcma")
    assert [item["source"] for item in await history(admin, other, "mobile")] == ["form"]


async def test_a_change_that_changes_nothing_is_no_history(admin: httpx.AsyncClient, extension: Extension) -> None:
    await put(admin, place(extension), 1, auto_answer=False)
    assert await history(admin, extension) == []


async def test_past_values(admin: httpx.AsyncClient, extension: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MERGED", timedelta(0))
    version = await put(admin, place(extension), 1, auto_answer=True, auto_answer_delay=5)
    await put(admin, place(extension), version, auto_answer_delay=9)
    newest, oldest = await history(admin, extension, name="auto_answer_delay")
    for moment, delay in ((newest["changed_at"], 9), (oldest["changed_at"], 5), ("2026-01-01T00:00:00Z", 0)):
        answer = await admin.get(f"{place(extension)}/history/values", params={"moment": moment})
        assert answer.json()["values"]["auto_answer_delay"] == delay


async def test_changes_within_a_minute_are_one(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    """The history has the value before the first and after the last, however often somebody changes their mind."""
    version = 1
    for delay in range(1, 20):
        version = await put(client, f"{API}/client/settings", version, auto_answer_delay=delay, call_waiting=delay == 1)
    assert sorted((item["name"], item["before"], item["after"]) for item in await history(admin, extension)) == [
        ("auto_answer_delay", 0, 19),
        ("call_waiting", True, False),
    ]
    (first, _second) = await history(admin, extension)
    async with server.database.transaction(write=False) as db:
        assert len(list(await db.scalars(select(ClientSettingWrite.id)))) == 1
    answer = await admin.get(f"{place(extension)}/history/values", params={"moment": first["changed_at"]})
    assert answer.json()["values"]["auto_answer_delay"] == 19
    # somebody else's change is one of its own, and so is the next of the first one
    version = await put(admin, place(extension), version, auto_answer_delay=3)
    version = await put(client, f"{API}/client/settings", version, auto_answer_delay=4)
    delays = await history(admin, extension, name="auto_answer_delay")
    assert [(item["before"], item["after"]) for item in delays] == [(3, 4), (19, 3), (0, 19)]
    # and a change after the minute
    async with server.database.transaction() as db:
        await db.execute(update(ClientSettingWrite).values(changed_at=now() - timedelta(seconds=61)))
    await put(client, f"{API}/client/settings", version, auto_answer_delay=5)
    assert len(await history(admin, extension, name="auto_answer_delay")) == 4


async def test_the_oldest_changes_go(
    admin: httpx.AsyncClient, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MERGED", timedelta(0))
    monkeypatch.setattr(repository, "MAX_CHANGES", 3)
    other = await server.make_extension("1002")
    await put(admin, place(other), 1, auto_answer_delay=1)
    await bulk(admin, server, extension, auto_answer_delay=1)
    version = int((await admin.get(place(extension))).json()["version"])
    for delay in range(2, 7):
        version = await put(admin, place(extension), version, auto_answer_delay=delay)
    assert [item["after"] for item in await history(admin, extension)] == [6, 5, 4]
    assert [item["after"] for item in await history(admin, other)] == [1]
    async with server.database.transaction(write=False) as db:
        sources = sorted(await db.scalars(select(ClientSettingWrite.source)))
    assert sources == ["bulk", "form", "form", "form", "form"]  # that of the bulk edit goes with its age


async def test_a_user_changes_only_so_much(
    client: httpx.AsyncClient, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.services.change_limits, "_limit", RateLimitItemPerMinute(3, 10))
    version = 1
    for delay in (1, 2):
        version = await put(client, f"{API}/client/settings", version, auto_answer_delay=delay)
    session_id = (await client.get(f"{API}/client/session")).json()["session_id"]
    remark = {"remark": "hall"}
    assert (await client.put(f"{API}/client/devices/{session_id}", json=remark)).status_code == 200
    body = {"kind": "web", "version": version, "values": {"auto_answer_delay": 3}}
    for refused in (
        await client.put(f"{API}/client/settings", json=body),
        await client.put(f"{API}/client/devices/{session_id}", json=remark),
    ):
        assert (refused.status_code, refused.json()["code"]) == (429, "changes_too_many")
        assert refused.json()["message"].startswith("更改过于频繁")
        assert int(refused.headers["Retry-After"]) > 0
    english = await client.put(f"{API}/client/settings", json=body, headers={"Accept-Language": "en"})
    assert english.json()["message"].startswith("Too many changes")
    other = await server.sign_in(await server.make_extension("1002"))
    await put(other, f"{API}/client/settings", 1, auto_answer_delay=3)


async def test_restore_reaches_the_client_and_is_in_the_history(
    admin: httpx.AsyncClient, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MERGED", timedelta(0))
    version = await put(admin, place(extension), 1, auto_answer=True)
    await put(admin, place(extension), version, auto_answer=False, call_waiting=False)
    heard = server.listen(extension_topic(extension.id))
    moment = (await history(admin, extension, name="auto_answer"))[1]["changed_at"]
    restored = await admin.post(
        f"{place(extension)}/history/restore", json={"names": ["auto_answer"], "moment": moment}
    )
    assert restored.status_code == 200, restored.text
    assert (restored.json()["values"]["auto_answer"], restored.json()["values"]["call_waiting"]) == (True, False)
    (event,) = [frame for frame in frames(heard) if frame["type"] == "settings.changed"]
    assert event["values"]["auto_answer"] is True
    assert (await history(admin, extension))[0]["source"] == "restore"


async def test_restore_of_what_does_not_fit_or_exist_is_refused(admin: httpx.AsyncClient, extension: Extension) -> None:
    moment = "2026-01-01T00:00:00Z"
    unknown = await admin.post(f"{place(extension)}/history/restore", json={"names": ["colour"], "moment": moment})
    assert codes(unknown) == {"names": "setting_unknown"}
    version = await put(admin, place(extension), 1, screen_pop=True, screen_pop_url="https://crm.example.cn/")
    await put(admin, place(extension), version, screen_pop_internal=True, screen_pop_inbound=False)
    answer = await admin.post(
        f"{place(extension)}/history/restore", json={"names": ["screen_pop_internal"], "moment": moment}
    )
    assert codes(answer) == {"screen_pop_inbound": "screen_pop_no_call_type"}


async def test_the_undo_keeps_the_history(admin: httpx.AsyncClient, extension: Extension, server: Server) -> None:
    change_id = await bulk(admin, server, extension, auto_answer=True)
    async with server.database.transaction(write=False) as db:
        assert list(await db.scalars(select(ClientSettingWrite.change_id))) == [change_id]
    await admin.post(f"{API}/admin/client-settings/bulk/{change_id}/undo")
    await server.services.background.idle()
    assert len(await history(admin, extension)) == 2


@pytest.mark.parametrize(("key", "path", "values", "name"), [
    ("general", "/admin/settings/general",
     {"company_name": "Star", "system_language": "en", "public_address": ""}, "company_name"),
    ("linkus_sdk", "/admin/integrations/linkus-sdk", {"enabled": True}, "enabled"),
])  # fmt: skip
async def test_server_settings(
    admin: httpx.AsyncClient, key: str, path: str, values: dict[str, Any], name: str
) -> None:
    before = (await admin.get(f"{API}{path}")).json()
    saved = await admin.put(f"{API}{path}", json={**values, "version": before["version"]})
    assert saved.status_code == 200, saved.text
    answer = await admin.get(f"{API}/admin/settings/history/{key}", params={"name": name})
    (item,) = answer.json()["items"]
    assert (item["actor_name"], item["before"], item["after"]) == ("boss", before[name], values[name])


async def test_a_secret_of_the_server_is_not_shown(admin: httpx.AsyncClient) -> None:
    body = {"host": "smtp.example.cn", "port": 465, "tls_mode": "tls", "username": "pbx", "password": "Mail-Secret-7",
            "sender_address": "pbx@example.cn", "version": 1}  # fmt: skip
    assert (await admin.put(f"{API}/admin/mail-server", json=body)).status_code == 200
    answer = await admin.get(f"{API}/admin/settings/history/mail_server", params={"name": "password_sealed"})
    (item,) = answer.json()["items"]
    assert item["is_secret"]
    assert item["after"] == "••••••"
