"""Welcome mails from the queue to the mailbox, through a real SMTP server."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import insert, select, update

from linkus.kit.bus import PORTAL
from linkus.mail.models import MailMessage
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, settled, until
from tests.support.api import Server, frames
from tests.welcome_mail.mails import REDEEM, listed, parts, send, tokens


class TestSending:
    @pytest.mark.manual("CR-1")
    async def test_status_goes_from_queued_to_used(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        heard = server.listen(PORTAL)
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            [item] = await listed(admin)
            assert (item["status"], item["number"], item["recipient"]) == ("queued", "1001", "zhang.wei@example.cn")
            async with mail_worker(server):
                await settled(server)
        [item] = await listed(admin)
        assert (item["status"], item["attempts"], item["server_answer"]) == ("sent", 1, "250 2.0.0 queued as 4711")
        await server.browser().post(REDEEM, json={"token": tokens(parts(box.mails[0])[0])["mobile"]})
        [item] = await listed(admin)
        assert (item["status"], item["used_kinds"]) == ("used", ["mobile"])
        seen = [frame["status"] for frame in frames(heard) if frame["type"] == "mail.changed"]
        assert seen == ["queued", "sending", "sent", "used"]

    @pytest.mark.manual("WM-5")
    async def test_status_is_expired_when_nobody_used_the_links(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        async with server.database.transaction() as db:
            await db.execute(update(Credential).values(expires_at=Credential.created_at))
        assert (await listed(admin))[0]["status"] == "expired"

    async def test_refused_recipient_fails_immediately_with_the_servers_answer(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        other = await server.make_extension("1002", email="good@example.cn")
        refuse = {"zhang.wei@example.cn": "550 5.1.1 No such user"}
        async with mail_server(Mailbox(on_recipient=refuse.get)) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            queued_at = (await send(admin, extension.id, other.id))["queued_at"]
            progress = {"url": "/api/v1/admin/welcome-mails/progress", "params": {"queued_at": queued_at}}
            assert (await admin.get(**progress)).json() == {"waiting": 2, "sent": 0, "failed": 0}
            async with mail_worker(server):
                await settled(server)
            assert (await admin.get(**progress)).json() == {"waiting": 0, "sent": 1, "failed": 1}
            earlier = {**progress, "params": {"queued_at": "2026-01-01T00:00:00Z"}}
            assert (await admin.get(**earlier)).json() == {"waiting": 0, "sent": 0, "failed": 0}
        failed, sent = sorted(await listed(admin), key=lambda item: str(item["number"]))
        assert (failed["status"], failed["server_answer"]) == ("failed", "550 5.1.1 No such user")
        assert "zhang.wei@example.cn" in failed["message"]
        assert (sent["status"], box.recipients) == ("sent", ["good@example.cn"])
        async with server.database.transaction(write=False) as db:
            mine = select(Credential.revoked_at).where(Credential.extension_id == extension.id)
            assert None not in list(await db.scalars(mine))
        assert await server.outbox("mail.send") == []

    async def test_temporary_refusal_is_retried(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        answers = iter(["451 4.3.2 come back later", None])
        async with mail_server(Mailbox(on_recipient=lambda _: next(answers))) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                [waiting] = await until(server, lambda found: found[0].attempts == 1)
                assert (waiting.status, waiting.server_answer) == ("queued", "451 4.3.2 come back later")
                assert waiting.next_attempt_at is not None
                server.services.outbox.wake("mail.send")
                await settled(server)
        [item] = await listed(admin)
        assert (item["status"], item["attempts"]) == ("sent", 2)
        assert len(box.mails) == 1

    async def test_same_mail_is_resent_when_the_connection_breaks(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        """The server may have accepted it. The copy has the same Message-ID and links, and the links work in both."""
        async with mail_server(Mailbox(drop_after_data=1)) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        first, second = box.mails
        assert first["Message-ID"] == second["Message-ID"]
        assert first["Date"] == second["Date"]
        assert tokens(parts(first)[0]) == tokens(parts(second)[0])
        used = await server.browser().post(REDEEM, json={"token": tokens(parts(first)[0])["web"]})
        assert used.status_code == 201

    async def test_sent_mail_is_not_sent_again(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        """A worker that dies after sending leaves its outbox row behind."""
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                [mail] = await settled(server)
                async with server.database.transaction() as db:
                    server.services.outbox.add(db, "mail.send", {"mail_id": mail.id})
                async with asyncio.timeout(10):
                    while await server.outbox("mail.send"):
                        await asyncio.sleep(0.05)
        assert len(box.mails) == 1

    async def test_mail_is_cancelled_when_linkus_was_switched_off(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            await admin.post("/api/v1/admin/extensions/linkus", json={"ids": [extension.id], "enabled": False})
            async with mail_worker(server):
                await settled(server)
        assert box.mails == []
        assert (await listed(admin))[0]["status"] == "failed"

    async def test_mail_is_cancelled_when_the_extension_was_deleted(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            await admin.delete(f"/api/v1/admin/extensions/{extension.id}")
            async with mail_worker(server):
                await settled(server)
        [item] = await listed(admin)
        assert (item["status"], item["number"], box.mails) == ("failed", None, [])
        assert "已被删除" in item["message"]

    async def test_hundreds_of_mails_go_over_few_connections(self, admin: httpx.AsyncClient, server: Server) -> None:
        template = await server.make_extension("1001")
        async with server.database.transaction() as db:
            table = Extension.__table__
            values = dict((await db.execute(select(table).where(table.c.id == template.id))).mappings().one())
            rows = [
                {
                    **values,
                    "id": 10_000 + n,
                    "number": str(5000 + n),
                    "email": f"u{n}@example.cn",
                    "email_key": f"u{n}@example.cn",
                }
                for n in range(300)
            ]
            await db.execute(insert(Extension), rows)
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            body = await send(admin, *[row["id"] for row in rows])
            assert body["queued"] == 300
            async with mail_worker(server):
                await settled(server, 100)
        assert sorted(box.recipients) == sorted(row["email"] for row in rows)
        assert box.connections <= 20
        async with server.database.transaction(write=False) as db:
            assert {mail.status for mail in await db.scalars(select(MailMessage))} == {"sent"}
        assert len({mail["Message-ID"] for mail in box.mails}) == 300
