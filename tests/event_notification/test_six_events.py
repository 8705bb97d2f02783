"""The six events of the manual go to the event log and to the notification contacts (OV-7)."""

from __future__ import annotations

import httpx
import pytest

from linkus.shared.models.extension import Extension
from tests.event_notification.test_notification import CONTACTS, OUTSIDE, delivered
from tests.lockout.clock import Clock
from tests.lockout.test_lockouts import MAX_FAILURES, sign_in
from tests.support.api import PASSWORD, Server
from tests.welcome_mail.mails import parts

KINDS = {
    "web_sign_in_succeeded": "网页用户登录成功",
    "web_sign_in_failed": "网页用户登录失败",
    "linkus_sign_in_failed": "Linkus 用户登录失败",
    "extension_password_changed": "分机密码更改",
    "web_user_locked": "网页用户被锁定",
    "linkus_user_locked": "Linkus 用户登录被锁",
}
BLOCKED = "此地址已被永久封锁"


async def guess(server: Server, clock: Clock, address: str, client_kind: str) -> None:
    """Guess until the address is blocked for good."""
    stranger = server.browser(address=address)
    for _pause in range(3):
        for _ in range(MAX_FAILURES):
            assert (await sign_in(stranger, password="wrong", client_kind=client_kind)).status_code == 401
        clock.jump(3601)


@pytest.mark.manual("OV-7")
async def test_six_events_are_logged_and_told(
    server: Server,
    admin: httpx.AsyncClient,
    client: httpx.AsyncClient,
    extension: Extension,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await admin.post(CONTACTS, json={**OUTSIDE, "levels": ["info", "warning", "alert"]})
    assert (await sign_in(server.browser(address="192.0.2.50"))).status_code == 201
    passwords = {"current_password": PASSWORD, "new_password": "Better-Battery-9"}
    assert (await client.put("/api/v1/client/password", json=passwords)).status_code == 200
    clock = Clock(monkeypatch)
    await guess(server, clock, "203.0.113.7", "web")
    await guess(server, clock, "198.51.100.7", "mobile")

    events = (await admin.get("/api/v1/admin/events")).json()["items"]
    assert {event["kind"] for event in events} == set(KINDS)
    box = await delivered(server, admin)
    told = {name: [mail for mail in box.mails if mail["Subject"].endswith(f"】{name}")] for name in KINDS.values()}
    for kind, name in KINDS.items():
        texts = [event["text"] for event in events if event["kind"] == kind]
        mails = [parts(mail)[0] for mail in told[name]]
        assert mails, name
        assert all(any(text in mail for text in texts) for mail in mails)
    for name, address in (("网页用户被锁定", "203.0.113.7"), ("Linkus 用户登录被锁", "198.51.100.7")):
        assert any(address in parts(mail)[0] and BLOCKED in parts(mail)[0] for mail in told[name])
