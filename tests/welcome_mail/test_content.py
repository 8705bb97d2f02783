"""Tests what a welcome mail contains, as a mail program reads it."""

from __future__ import annotations

import io
import re

import httpx
import pytest
import zxingcpp
from PIL import Image

from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, settled
from tests.support.api import Server
from tests.welcome_mail.mails import REDEEM, parts, send, tokens


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
