"""Test mails go to any address with any text, in the company's name: nobody sends many of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from limits import RateLimitItemPerMinute

from linkus.session.limits import MAX_TEST_MAILS
from tests.support.api import Server

API = "/api/v1/admin"
SERVER = {"host": "127.0.0.1", "port": 9, "tls_mode": "none", "sender_address": "a@example.cn", "recipient": "b@c.cn"}
TEMPLATE = {"mode": "custom", "subject": "You won", "body": "x", "language": "en", "recipient": "b@example.cn"}
ROUTES: list[tuple[str, Any]] = [
    (f"{API}/mail-server/test", SERVER),
    (f"{API}/linkus-server/mail-template/test", TEMPLATE),
    (f"{API}/notification-contacts/1/test", None),
]


async def test_all_kinds_count_together(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.services.mail_test_limits, "_limit", RateLimitItemPerMinute(len(ROUTES), 10))
    for url, body in ROUTES:
        assert (await admin.post(url, json=body)).status_code != 429
    for url, body in ROUTES:
        refused = await admin.post(url, json=body)
        assert (refused.status_code, refused.json()["code"]) == (429, "test_mails_too_many")
        assert int(refused.headers["Retry-After"]) > 0
    other = await server.sign_in(await server.make_administrator("other"))
    assert (await other.post(ROUTES[1][0], json=TEMPLATE)).status_code != 429


async def test_nobody_reaches_it_while_trying(admin: httpx.AsyncClient) -> None:
    answers = [await admin.post(ROUTES[1][0], json=TEMPLATE) for _ in range(MAX_TEST_MAILS + 1)]
    assert [answer.status_code for answer in answers][-2:] == [409, 429]
