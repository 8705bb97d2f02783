"""Contacts are told of events by mail, as level and notification of each kind of event say (OV-7, OV-8)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from linkus.event_notification.tasks import handle
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.work import unit_of_work
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import BUNDLE_PERIOD, NOTIFY_TOPIC, record_event
from linkus.shared.models.event import EventRecord
from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, mails, settled
from tests.support.api import Server, codes, frames
from tests.welcome_mail.mails import parts

TYPES = "/api/v1/admin/event-types"
CONTACTS = "/api/v1/admin/notification-contacts"
OUTSIDE = {"name": "值班", "email": "duty@example.cn", "levels": ["warning", "alert"]}
FAILED: dict[str, Any] = {"trunk_id": 7, "trunk": "电信", "reason": "403 Forbidden"}


async def happen(server: Server, kind: EventKind, params: dict[str, Any], bundle: str = "") -> EventRecord:
    async with unit_of_work(server.services) as work:
        return await record_event(work, kind, params, bundle=bundle)


async def work_off(server: Server) -> None:
    for payload in await server.payloads(NOTIFY_TOPIC):
        await handle(server.services, payload)


async def delivered(server: Server, admin: httpx.AsyncClient, mailbox: Mailbox | None = None) -> Mailbox:
    """Send what is queued through a real mail server."""
    async with mail_server(mailbox or Mailbox()) as box:
        version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
        await admin.put("/api/v1/admin/mail-server", json=account(box.port, version))
        await work_off(server)
        async with mail_worker(server):
            await settled(server)
    return box


async def choose(admin: httpx.AsyncClient, kind: str, level: str, *, notified: bool) -> httpx.Response:
    version = (await admin.get(TYPES)).json()["version"]
    items = [{"kind": kind, "level": level, "notified": notified}]
    return await admin.put(TYPES, json={"items": items, "version": version})


async def test_contact_gets_a_mail_about_an_event_of_its_levels(server: Server, admin: httpx.AsyncClient) -> None:
    assert (await admin.post(CONTACTS, json=OUTSIDE)).status_code == 201
    assert (
        await admin.post(CONTACTS, json={**OUTSIDE, "email": "b@example.cn", "levels": ["alert"]})
    ).status_code == 201
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    box = await delivered(server, admin)
    assert box.recipients == ["duty@example.cn"]
    [mail] = box.mails
    assert mail["Subject"] == "【警告】中继不可用"
    plain, html, _ = parts(mail)
    for text in (plain, html):
        assert "中继 电信 不可用：403 Forbidden" in text
        assert "http://127.0.0.1:8088/portal/event-log" in text


async def test_mail_is_in_the_contacts_language(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json={**OUTSIDE, "language": "en"})
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    box = await delivered(server, admin)
    assert box.mails[0]["Subject"] == "[Warning] Trunk Failed"
    assert "The trunk 电信 does not work: 403 Forbidden" in parts(box.mails[0])[0]


async def test_extension_is_told_at_its_present_address(
    server: Server, admin: httpx.AsyncClient, extension: Extension
) -> None:
    created = (await admin.post(CONTACTS, json={"extension_id": extension.id, "levels": ["warning"]})).json()
    assert (created["name"], created["email"], created["extension_number"]) == ("张伟", "zhang.wei@example.cn", "1001")
    async with server.database.transaction() as db:
        await db.execute(update(Extension).values(email="new@example.cn"))
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    assert (await delivered(server, admin)).recipients == ["new@example.cn"]


async def test_kind_without_notification_sends_no_mail(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    assert (await choose(admin, "trunk_failed", "warning", notified=False)).status_code == 200
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    assert await server.payloads(NOTIFY_TOPIC) == []
    assert (await delivered(server, admin)).mails == []


async def test_level_that_was_chosen_decides_who_is_told(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json={**OUTSIDE, "levels": ["alert"]})
    await choose(admin, "trunk_failed", "alert", notified=True)
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    assert (await delivered(server, admin)).mails[0]["Subject"] == "【异常】中继不可用"
    assert (await admin.get("/api/v1/admin/events")).json()["items"][0]["level"] == "alert"


async def test_repeats_are_told_once_at_the_end_of_the_period(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    for _ in range(49):
        await happen(server, EventKind.TRUNK_FAILED, FAILED, bundle="same")
    first, repeats = await server.outbox(NOTIFY_TOPIC)
    assert repeats.due_at - first.due_at == pytest.approx(BUNDLE_PERIOD, abs=timedelta(seconds=1))
    box = await delivered(server, admin)
    assert len(box.mails) == 2
    assert sum("10 分钟内又发生了 48 次。" in parts(mail)[0] for mail in box.mails) == 1
    [event] = (await admin.get("/api/v1/admin/events")).json()["items"]
    assert event["repeats"] == 48


async def test_attack_is_told_by_five_mails_and_one_that_counts_the_others(
    server: Server, admin: httpx.AsyncClient
) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    for number in range(40):
        await happen(server, EventKind.TRUNK_FAILED, {**FAILED, "trunk": f"T{number}"}, bundle=f"stranger {number}")
    await happen(server, EventKind.TRUNK_FAILED, {**FAILED, "trunk": "T39"}, bundle="stranger 39")
    await happen(server, EventKind.TRUNK_RECOVERED, FAILED)
    await work_off(server)  # the sixth queues the mail that counts
    box = await delivered(server, admin)
    # several go out at the same time, so that their order may change
    plain = {text.partition("中继 ")[2].partition(" ")[0]: text for text in (parts(mail)[0] for mail in box.mails)}
    assert (len(box.mails), sorted(plain)) == (6, ["T0", "T1", "T2", "T3", "T4", "T5"])
    assert "10 分钟内又发生了 36 次。" in plain["T5"]
    assert [trunk for trunk, text in plain.items() if "又发生了" in text] == ["T5"]


async def test_outages_without_a_bundle_are_all_told(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    for number in range(8):
        await happen(server, EventKind.TRUNK_FAILED, {**FAILED, "trunk": f"T{number}"})
    assert len((await delivered(server, admin)).mails) == 8


async def test_event_after_the_period_is_a_new_one(server: Server, admin: httpx.AsyncClient) -> None:
    await happen(server, EventKind.TRUNK_FAILED, FAILED, bundle="same")
    async with server.database.transaction() as db:
        await db.execute(update(EventRecord).values(created_at=now() - BUNDLE_PERIOD))
    await happen(server, EventKind.TRUNK_FAILED, FAILED, bundle="same")
    assert (await admin.get("/api/v1/admin/events")).json()["total"] == 2


async def test_second_attempt_of_the_outbox_sends_no_second_mail(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    async with mail_server(Mailbox()) as box:
        await admin.put("/api/v1/admin/mail-server", json=account(box.port))
        await work_off(server)
        await work_off(server)
    assert len(await mails(server)) == 1


async def test_nothing_is_queued_without_a_mail_server_and_the_page_says_so(
    server: Server, admin: httpx.AsyncClient
) -> None:
    created = (await admin.post(CONTACTS, json=OUTSIDE)).json()
    assert created["problem"] == "mail_no_server"
    assert "系统 > 邮箱" in created["problem_text"]
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    await work_off(server)
    assert await mails(server) == []


async def test_contact_of_a_deleted_extension_stays_and_says_so(
    server: Server, admin: httpx.AsyncClient, extension: Extension
) -> None:
    await admin.post(CONTACTS, json={"extension_id": extension.id, "levels": ["warning"]})
    assert (await admin.request("DELETE", f"/api/v1/admin/extensions/{extension.id}")).is_success
    [contact] = (await admin.get(CONTACTS)).json()["items"]
    assert (contact["name"], contact["email"], contact["problem"]) == ("张伟", "", "contact_extension_deleted")


async def test_contact_without_an_address_says_so(server: Server, admin: httpx.AsyncClient) -> None:
    nobody = await server.make_extension("1009")
    created = (await admin.post(CONTACTS, json={"extension_id": nobody.id, "levels": ["alert"]})).json()
    assert created["problem"] == "contact_no_email"
    refused = await admin.post(f"{CONTACTS}/{created['id']}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "contact_no_email")


async def test_mail_that_was_refused_is_told_until_one_arrives(server: Server, admin: httpx.AsyncClient) -> None:
    contact = (await admin.post(CONTACTS, json=OUTSIDE)).json()
    assert contact["last_failure"] == ""
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    await delivered(server, admin, Mailbox(on_recipient=lambda _address: "550 5.1.1 No such user"))
    [listed] = (await admin.get(CONTACTS)).json()["items"]
    assert "duty@example.cn" in listed["last_failure"]
    assert listed["problem"] is None
    await admin.post(f"{CONTACTS}/{contact['id']}/test")
    await delivered(server, admin)
    [listed] = (await admin.get(CONTACTS)).json()["items"]
    assert listed["last_failure"] == ""


async def test_test_really_notifies_and_tells_what_happened(server: Server, admin: httpx.AsyncClient) -> None:
    contact = (await admin.post(CONTACTS, json={**OUTSIDE, "levels": ["alert"]})).json()
    refused = await admin.post(f"{CONTACTS}/{contact['id']}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_no_server")
    async with mail_server(Mailbox()) as box:
        await admin.put("/api/v1/admin/mail-server", json=account(box.port))
        queued = await admin.post(f"{CONTACTS}/{contact['id']}/test")
        assert queued.status_code == 202
        async with mail_worker(server):
            await settled(server)
    outcome = (await admin.get(f"{CONTACTS}/test/{queued.json()['mail_id']}")).json()
    assert (outcome["status"], outcome["server_answer"]) == ("sent", "250 2.0.0 queued as 4711")
    assert box.recipients == ["duty@example.cn"]
    assert "管理员 admin 从 192.0.2.10 登录了管理网页。" in parts(box.mails[0])[0]


class TestContacts:
    @pytest.mark.parametrize(
        ("values", "errors"),
        [
            ({"levels": ["alert"]}, {"name": "field_required", "email": "field_required"}),
            ({**OUTSIDE, "email": "nobody"}, {"email": "email_invalid"}),
            ({**OUTSIDE, "levels": []}, {"levels": "contact_levels_empty"}),
            ({"extension_id": 999, "levels": ["alert"]}, {"extension_id": "extension_not_found"}),
        ],
    )
    async def test_wrong_values_are_named(
        self, admin: httpx.AsyncClient, values: dict[str, Any], errors: dict[str, str]
    ) -> None:
        assert codes(await admin.post(CONTACTS, json=values)) == errors
        assert (await admin.get(CONTACTS)).json() == {"items": []}

    async def test_extension_is_one_contact(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        body = {"extension_id": extension.id, "levels": ["alert"]}
        assert (await admin.post(CONTACTS, json=body)).status_code == 201
        assert codes(await admin.post(CONTACTS, json=body)) == {"extension_id": "contact_extension_taken"}

    async def test_changes_reach_open_pages_and_the_audit_log(self, server: Server, admin: httpx.AsyncClient) -> None:
        listening = server.listen(PORTAL)
        contact = (await admin.post(CONTACTS, json=OUTSIDE)).json()
        url = f"{CONTACTS}/{contact['id']}"
        changed = await admin.put(url, json={**OUTSIDE, "enabled": False, "version": contact["version"]})
        assert changed.json()["enabled"] is False
        stale = await admin.put(url, json={**OUTSIDE, "version": contact["version"]})
        assert (stale.status_code, stale.json()["current"]["enabled"]) == (409, False)
        assert (await admin.request("DELETE", url)).status_code == 204
        heard = [frame["type"] for frame in frames(listening)]
        assert heard == ["notification_contact.changed"] * 3
        entries = (await admin.get("/api/v1/admin/audit-log", params={"object": "notification_contact"})).json()[
            "items"
        ]
        assert [entry["action"] for entry in entries] == ["deleted", "changed", "created"]


class TestEventTypes:
    async def test_every_kind_is_listed_with_its_default(self, admin: httpx.AsyncClient) -> None:
        answer = (await admin.get(TYPES)).json()
        assert [item["kind"] for item in answer["items"]] == [kind.value for kind in EventKind]
        assert all(item["level"] == item["default_level"] and item["notified"] for item in answer["items"])
        assert answer["contacts"] == 0

    async def test_choice_is_kept_and_the_default_comes_back(self, admin: httpx.AsyncClient) -> None:
        await choose(admin, "web_sign_in_succeeded", "warning", notified=False)
        again = await choose(admin, "trunk_failed", "alert", notified=True)
        shown = {item["kind"]: (item["level"], item["notified"]) for item in again.json()["items"]}
        assert shown["web_sign_in_succeeded"] == ("warning", False)
        assert shown["trunk_failed"] == ("alert", True)
        back = await choose(admin, "trunk_failed", "warning", notified=True)
        assert {item["kind"]: item["level"] for item in back.json()["items"]}["trunk_failed"] == "warning"

    async def test_stale_version_changes_nothing(self, admin: httpx.AsyncClient) -> None:
        await choose(admin, "trunk_failed", "alert", notified=True)
        items = [{"kind": "trunk_failed", "level": "info", "notified": True}]
        stale = await admin.put(TYPES, json={"items": items, "version": 1})
        assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")

    async def test_parallel_repeats_are_all_counted(self, server: Server, admin: httpx.AsyncClient) -> None:
        await happen(server, EventKind.TRUNK_FAILED, FAILED, bundle="same")
        await asyncio.gather(*(happen(server, EventKind.TRUNK_FAILED, FAILED, bundle="same") for _ in range(8)))
        [event] = (await admin.get("/api/v1/admin/events")).json()["items"]
        assert event["repeats"] == 8
