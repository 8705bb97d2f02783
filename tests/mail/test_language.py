from __future__ import annotations

import httpx
import pytest

from linkus.shared.models.extension import Extension
from tests.mail.worker import account, mails
from tests.support.api import Server

URL = "/api/v1/admin/mail/language"


@pytest.mark.manual("WM-2")
async def test_mail_uses_the_extensions_language_before_the_systems(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    own = await server.make_extension("1002", email="b@example.cn", email_language="zh-CN")
    assert (await admin.get(URL)).json() == {"language": "follow_system", "effective": "zh-CN", "version": 1}
    assert (await admin.put(URL, json={"language": "en", "version": 1})).json()["effective"] == "en"
    await admin.put("/api/v1/admin/mail-server", json=account(25))
    await admin.post("/api/v1/admin/welcome-mails", json={"extension_ids": [extension.id, own.id]})
    assert [mail.language for mail in await mails(server)] == ["en", "zh-CN"]
    stale = await admin.put(URL, json={"language": "zh-CN", "version": 1})
    assert (stale.status_code, stale.json()["current"]["language"]) == (409, "en")


async def test_notification_language_follows_the_system(admin: httpx.AsyncClient) -> None:
    await admin.put("/api/v1/admin/settings/general", json={"system_language": "en", "version": 1})
    assert (await admin.get(URL)).json()["effective"] == "en"
