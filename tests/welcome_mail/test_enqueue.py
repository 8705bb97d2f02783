"""Queueing welcome mails: each extension gets its result."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from linkus.kit.outbox import OutboxRow
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, mails, settled
from tests.support.api import Server
from tests.welcome_mail.mails import REDEEM, parts, send, tokens


class TestPerExtension:
    @pytest.mark.manual("CR-1")
    async def test_each_extension_gets_its_result_with_the_reason(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        without_email = await server.make_extension("1002")
        without_linkus = await server.make_extension("1003", email="c@example.cn", linkus_enabled=False)
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        body = await send(admin, extension.id, without_email.id, without_linkus.id, 99999, extension.id)
        assert [(row["number"], row["status"], row["reason"]) for row in body["rows"]] == [
            ("1001", "queued", None),
            ("1002", "not_sent", "no_email"),
            ("1003", "not_sent", "linkus_disabled"),
            (None, "not_sent", "not_found"),
        ]
        assert (body["queued"], body["not_sent"]) == (1, 3)
        assert "1002" in body["rows"][1]["message"]
        assert len(await mails(server)) == 1

    @pytest.mark.manual("CR-1")
    async def test_links_for_the_screen_are_returned_without_a_mail_server(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        [row] = (await send(admin, extension.id))["rows"]
        assert (row["status"], row["reason"]) == ("not_sent", "no_mail_server")
        assert set(row["links"]) == {"mobile", "desktop", "web"}
        assert row["links"]["web"]["qr_svg"].startswith("<svg")
        token = tokens(row["links"]["web"]["link"])["web"]
        assert (await server.browser().post(REDEEM, json={"token": token})).status_code == 201
        assert await mails(server) == []

    async def test_links_are_returned_for_as_many_as_can_be_shown(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        ids = [(await server.make_extension(str(2000 + n))).id for n in range(51)]
        rows = (await send(admin, *ids))["rows"]
        assert {(row["reason"], row["links"]) for row in rows} == {("no_mail_server", None)}

    async def test_tokens_are_nowhere_in_plain_text(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            [queued] = await mails(server)
            async with server.database.transaction(write=False) as db:
                rows = list(await db.scalars(select(OutboxRow)))
                hashes = list(await db.scalars(select(Credential.token_hash)))
            kept = str([row.payload for row in rows]) + str(queued.sealed_tokens) + str(hashes)
            async with mail_worker(server):
                [sent] = await settled(server)
        found = tokens(parts(box.mails[0])[0])
        assert len(found) == 3
        assert not any(token in kept for token in found.values())
        assert sent.sealed_tokens is None
