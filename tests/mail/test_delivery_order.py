"""Mails that wait: for a rate limit, for a mail server, or for something that never comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from linkus.kit import outbox
from linkus.kit.clock import now
from linkus.kit.outbox import OutboxRow
from linkus.kit.secrets import Seal
from linkus.mail.models import MailMessage
from linkus.mail.server import account as stored_account
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from linkus.welcome_mail import build
from tests.mail.outages import event_kinds, mail_part
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, settled, until
from tests.support.api import Server
from tests.welcome_mail.mails import listed, parts, send, tokens

TEMPLATE = "/api/v1/admin/linkus-server/mail-template"


async def set_server(admin: httpx.AsyncClient, port: int, **more: Any) -> None:
    version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
    saved = await admin.put("/api/v1/admin/mail-server", json={**account(port, version), **more})
    assert saved.status_code == 200, saved.text


async def queue_test(admin: httpx.AsyncClient, extension: Extension | None = None) -> int:
    draft = {"mode": "default", "language": "zh-CN", "extension_id": extension.id if extension else None}
    answer = await admin.post(f"{TEMPLATE}/test", json={**draft, "recipient": "boss@example.cn"})
    assert answer.status_code == 202, answer.text
    return int(answer.json()["mail_id"])


@pytest.mark.manual("WM-5")
async def test_validity_of_a_link_begins_when_its_mail_is_sent(
    admin: httpx.AsyncClient, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link is valid for a day, and the mail has waited for two."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        await admin.put("/api/v1/admin/linkus-server", json={"credential_validity_days": 1, "version": 1})
        async with mail_server(Mailbox()) as box:
            await set_server(admin, box.port)
            await send(admin, extension.id)
            assert (await listed(admin))[0]["expires_at"] is None  # not yet known
            two_days = timedelta(days=2)
            async with server.database.transaction() as db:
                await db.execute(update(MailMessage).values(created_at=now() - two_days))
                earlier = {"created_at": now() - two_days, "expires_at": now() - two_days / 2}
                await db.execute(update(Credential).values(**earlier))
            async with mail_worker(server):
                await settled(server)
            [item] = await listed(admin)
            plain, html, _ = parts(box.mails[0])
            until_ = datetime.fromisoformat(item["expires_at"])
            shown = f"{until_.astimezone():%Y-%m-%d %H:%M} (UTC+08:00)"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert timedelta(hours=23) < until_ - now() < timedelta(days=1)
    assert shown in plain
    assert shown in html
    assert "1 天内有效" in plain
    answer = await server.browser().post("/api/v1/credentials/redeem", json={"token": tokens(plain)["web"]})
    assert answer.status_code == 201


async def test_awaited_mail_goes_before_the_others_also_on_a_retry(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MIN_RETRY_DELAY", timedelta(milliseconds=100))
    ids = [(await server.make_extension(str(3000 + n), email=f"u{n}@example.cn")).id for n in range(15)]
    greylisted = {"boss@example.cn"}

    def refuse(address: str) -> str | None:
        if address not in greylisted:
            return None
        greylisted.discard(address)
        return "451 4.7.1 greylisted, try again"

    async with mail_server(Mailbox(on_recipient=refuse)) as box:
        await set_server(admin, box.port, mails_per_minute=61)  # six in one batch, then just over one a second
        await send(admin, *ids)
        await queue_test(admin)
        async with mail_worker(server):
            await until(server, lambda found: found[-1].status == "sent")
        assert box.recipients.count("boss@example.cn") == 1
        assert len(box.recipients) < 12


async def test_waiting_mails_are_due_immediately_when_the_server_is_corrected(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    """Also those that somebody waits for, such as a link to a new password."""
    await set_server(admin, 25)
    await send(admin, extension.id)
    await queue_test(admin)
    later = now() + timedelta(minutes=15)
    async with server.database.transaction() as db:
        await db.execute(update(OutboxRow).values(due_at=later))
        await db.execute(update(MailMessage).values(next_attempt_at=later))
    await set_server(admin, 2525)
    rows = [row for row in await server.outbox() if row.topic in ("mail.send", "mail.awaited")]
    assert [row.topic for row in rows] == ["mail.send", "mail.awaited"]
    assert all(row.due_at <= now() for row in rows)


@pytest.mark.parametrize(("tried_since", "status"), [(None, "queued"), (timedelta(hours=25), "failed")])
async def test_mail_fails_a_day_after_its_first_attempt_and_not_before(
    admin: httpx.AsyncClient, extension: Extension, server: Server, tried_since: timedelta | None, status: str
) -> None:
    """The mail has waited for two days behind a rate limit, and its recipient is new to the mail server."""
    async with mail_server(Mailbox(on_recipient=lambda _: "451 4.7.1 greylisted")) as box:
        await set_server(admin, box.port)
        await send(admin, extension.id)
        async with server.database.transaction() as db:
            await db.execute(update(MailMessage).values(created_at=now() - timedelta(days=2)))
            if tried_since is not None:
                [row] = await server.outbox("mail.send")
                payload = {**row.payload, "tried_since": (now() - tried_since).isoformat()}
                await db.execute(update(OutboxRow).values(payload=payload))
        async with mail_worker(server):
            [mail] = await until(server, lambda found: found[0].attempts == 1)
            assert mail.status == status
            async with asyncio.timeout(10):  # the mail is written before its row is released, or deleted
                while any(row.attempts == 0 for row in await server.outbox("mail.send")):
                    await asyncio.sleep(0.02)
    if status == "queued":
        [row] = await server.outbox("mail.send")
        assert now() - datetime.fromisoformat(row.payload["tried_since"]) < timedelta(minutes=1)


class TestCancelledMail:
    async def test_test_mail_fails_when_its_extension_was_deleted(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await set_server(admin, 25)
        mail_id = await queue_test(admin, extension)
        await admin.delete(f"/api/v1/admin/extensions/{extension.id}")
        async with mail_worker(server):
            await settled(server, 5)
        seen = (await admin.get(f"{TEMPLATE}/test/{mail_id}")).json()
        assert (seen["status"], "已被删除" in seen["message"]) == ("failed", True)

    async def test_mail_fails_when_building_it_raises(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(build, "welcome_content", broken)
        await set_server(admin, 25)
        await send(admin, extension.id)
        async with mail_worker(server):
            await settled(server, 5)
        [item] = await listed(admin)
        assert (item["status"], "linkus.log" in item["message"]) == ("failed", True)
        assert await server.outbox("mail.send") == []


@pytest.fixture
def right_key(server: Server) -> Iterator[Seal]:
    """Yield the server's own key, and restore it afterwards."""
    right = server.services.seal
    yield right
    server.services.seal = right


class TestWrongSealKey:
    """`keys/seal` was lost, or is that of another server."""

    async def test_mails_wait_when_the_password_cannot_be_decrypted(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, right_key: Seal
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await set_server(admin, box.port, username="pbx", password="Secret-7")
            await send(admin, extension.id)
            server.services.seal = Seal(Fernet.generate_key())
            async with mail_worker(server):
                [mail] = await until(server, lambda found: found[0].attempts == 1)
                assert mail.status == "queued"
                assert "keys/seal" in (await listed(admin))[0]["message"]
                assert "keys/seal" in (await mail_part(admin) or {})["message"]
                assert await event_kinds(admin) == ["smtp_server_error"]
                settings = {key: value for key, value in account(box.port).items() if key != "version"}
                tried = {**settings, "username": "pbx", "recipient": "boss@example.cn"}
                answer = (await admin.post("/api/v1/admin/mail-server/test", json=tried)).json()
                assert (answer["ok"], "keys/seal" in answer["message"]) == (False, True)
            # with the right key nothing is lost
            server.services.seal = right_key
            async with server.database.transaction(write=False) as db:
                assert (await stored_account(db, right_key)).password == "Secret-7"  # type: ignore[union-attr]
            await set_server(admin, box.port, username="", password="")
            async with mail_worker(server):
                await settled(server)
        assert box.recipients == ["zhang.wei@example.cn"]

    async def test_mail_fails_when_its_links_cannot_be_decrypted(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, right_key: Seal
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await set_server(admin, box.port)
            await send(admin, extension.id)
            server.services.seal = Seal(Fernet.generate_key())
            async with mail_worker(server):
                await settled(server, 5)
        [item] = await listed(admin)
        assert (item["status"], "keys/seal" in item["message"], box.mails) == ("failed", True, [])
