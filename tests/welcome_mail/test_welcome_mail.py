"""Welcome mails from the administrator's click to the mailbox, through a real SMTP server."""

from __future__ import annotations

import asyncio
import io
import re
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import insert, select, update

from linkus.credential.models import Credential
from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL
from linkus.kit.outbox import OutboxRow
from linkus.mail.models import MailMessage
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, mails, settled, until
from tests.support.api import Server, frames

URL = "/api/v1/admin/welcome-mails"
REDEEM = "/api/v1/credentials/redeem"


async def send(admin: httpx.AsyncClient, *ids: int) -> dict[str, Any]:
    answer = await admin.post(URL, json={"extension_ids": list(ids)})
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def listed(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await admin.get(URL)).json()["items"]
    return items


def parts(mail: EmailMessage) -> tuple[str, str, dict[str, bytes]]:
    """Return plain text, HTML and the pictures by content id."""
    plain, html, pictures = "", "", {}
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            plain = part.get_content()  # type: ignore[attr-defined]  # an EmailMessage by its policy
        elif part.get_content_type() == "text/html":
            html = part.get_content()  # type: ignore[attr-defined]
        elif part.get_content_maintype() == "image":
            pictures[str(part["Content-ID"]).strip("<>")] = part.get_payload(decode=True)
    return plain, html, pictures  # type: ignore[return-value]


def tokens(text: str) -> dict[str, str]:
    return dict(re.findall(r"/login/(\w+)#t=([\w-]+)", text))


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


class TestContent:
    @pytest.mark.manual("WM-1", "CR-2", "CR-3", "CR-4")
    async def test_mail_contains_the_facts_and_links(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await admin.put("/api/v1/admin/settings/general", json={"company_name": "晨星 & 科技", "version": 1})
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        [mail] = box.mails
        assert box.recipients == ["zhang.wei@example.cn"]
        assert (mail["From"], mail["To"]) == ("晨星 <pbx@example.cn>", "zhang.wei@example.cn")
        assert mail["Subject"] == "晨星 & 科技：你的 Linkus 登录凭证（分机 1001）"
        plain, html, pictures = parts(mail)
        for text in (plain, html):
            for fact in ("1001", "593817", "127.0.0.1", "张伟", "7 天内有效", "zhang.wei@example.cn"):
                assert fact in text
            by_hand = text.partition("手动登录")[2]  # CR-6
            for fact in ("http://127.0.0.1:8088/", "PBX 域名", "用户名", "密码", "忘记密码？"):
                assert fact in by_hand
        assert '<a href="http://127.0.0.1:8088/"' in html
        assert "晨星 &amp; 科技" in html
        assert "晨星 & 科技" in plain
        links = tokens(plain)
        assert set(links) == {"mobile", "desktop", "web"} == set(tokens(html))
        for kind, token in links.items():
            session = await server.browser().post(REDEEM, json={"token": token, "transport": "bearer"})
            assert session.status_code == 201, kind

        # pictures: each that the HTML names exists, is a QR code, and has a text for when it is blocked
        named = re.findall(r'src="cid:([^"]+)"', html)
        assert sorted(named) == sorted(pictures)
        codes = [zxingcpp.read_barcode(Image.open(io.BytesIO(picture))) for picture in pictures.values()]
        read = {code.text for code in codes if code is not None}
        assert read == {f"http://127.0.0.1:8088/login/{kind}#t={token}" for kind, token in links.items()}
        assert html.count('alt="') == 3
        assert 'src="http' not in html  # nothing is loaded from the network

    async def test_mail_is_alternative_of_text_and_related(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        types = [part.get_content_type() for part in box.mails[0].walk()]
        assert types == [
            "multipart/alternative",
            "text/plain",
            "multipart/related",
            "text/html",
            *["image/png"] * 3,
        ]

    @pytest.mark.manual("WM-2")
    @pytest.mark.parametrize(
        ("own", "system", "expected"),
        [
            ("follow_system", "en", "Your Linkus login credentials (extension 1002)"),
            ("follow_system", "zh-CN", "你的 Linkus 登录凭证（分机 1002）"),
            ("en", "zh-CN", "Your Linkus login credentials (extension 1002)"),
            ("zh-CN", "en", "你的 Linkus 登录凭证（分机 1002）"),
        ],
    )
    async def test_mail_is_in_the_extensions_language(
        self, admin: httpx.AsyncClient, server: Server, own: str, system: str, expected: str
    ) -> None:
        extension = await server.make_extension("1002", email="b@example.cn", email_language=own)
        await admin.put("/api/v1/admin/settings/general", json={"system_language": system, "version": 1})
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        assert box.mails[0]["Subject"] == expected
        plain, _, _ = parts(box.mails[0])
        assert ("Voicemail PIN: 593817" in plain) == expected.startswith("Your")
        assert ("语音信箱 PIN 码：593817" in plain) == expected.startswith("你的")

    async def test_name_is_escaped_in_html(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1002", first_name="<b>x</b>", email="b@example.cn")
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        plain, html, _ = parts(box.mails[0])
        assert "<b>x</b>" not in html
        assert "&lt;b&gt;x&lt;/b&gt;" in html
        assert "<b>x</b>" in plain

    async def test_mail_has_no_pin_without_voicemail(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1002", email="b@example.cn", voicemail_enabled=False)
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            async with mail_worker(server):
                await settled(server)
        plain, html, _ = parts(box.mails[0])
        assert "593817" not in plain + html
        assert "PIN" not in plain


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


async def test_list_is_filtered_by_extension_and_by_text(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    other = await server.make_extension("1002", email="b@example.cn")
    await admin.put("/api/v1/admin/mail-server", json=account(25))
    await send(admin, extension.id, other.id)
    for query, expected in (
        (f"?extension_id={other.id}", ["1002"]),
        ("?search=张伟", ["1001"]),
        ("?search=B@EXAMPLE", ["1002"]),
        ("?search=nobody", []),
        ("?page_size=1", ["1002"]),
    ):
        page = (await admin.get(URL + query)).json()
        assert [item["number"] for item in page["items"]] == expected, query
