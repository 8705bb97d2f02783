"""However often somebody signs in, there are only so many sessions."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from linkus.kit.bus import session_topic
from linkus.session import service
from linkus.session.models import Session
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server, frames


async def sign_in(server: Server, name: str, kind: str = "web") -> httpx.AsyncClient:
    browser = server.browser()
    body = {"username": name, "password": PASSWORD, "client_kind": kind}
    assert (await browser.post("/api/v1/sessions", json=body)).status_code == 201
    return browser


async def test_one_more_ends_the_oldest_of_its_kind(
    server: Server, extension: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_LIVE", 2)
    other_kind = await sign_in(server, "1001", "mobile")
    other_owner = await sign_in(server, (await server.make_extension("1002")).number)
    first, second = await sign_in(server, "1001"), await sign_in(server, "1001")
    own = "/api/v1/client/session"
    heard = server.listen(session_topic((await first.get(own)).json()["session_id"]))
    third = await sign_in(server, "1001")
    assert frames(heard) == [{"type": "session.ended", "reason": "too_many"}]
    ended = await first.get(own)
    assert (ended.status_code, ended.json()["reason"]) == (401, "too_many")
    for browser in (second, third, other_kind, other_owner):
        assert (await browser.get(own)).status_code == 200


async def test_administrators_have_a_limit_as_well(
    server: Server, administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_LIVE", 0)  # which is for users
    monkeypatch.setattr(service, "MAX_LIVE_PORTAL", 1)
    first, second = await sign_in(server, "boss"), await sign_in(server, "boss")
    assert (await first.get("/api/v1/admin/session")).json()["reason"] == "too_many"
    assert (await second.get("/api/v1/admin/session")).status_code == 200


async def test_ended_ones_are_forgotten_beyond_a_number(
    server: Server, extension: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_ENDED", 2)
    monkeypatch.setattr(service, "MAX_LIVE", 1)
    for _ in range(5):
        await sign_in(server, "1001")
    query = select(func.count()).select_from(Session).where(Session.extension_id == extension.id)
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(query) == 3
