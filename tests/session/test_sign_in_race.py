"""Changes between the check of a password, which takes long, and the session that is opened for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from linkus.kit.secrets import verify_password
from linkus.session import sign_in
from linkus.session.models import Session
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server

Change = Callable[[httpx.AsyncClient, Extension, Server], Awaitable[object]]


async def other_password(_admin: httpx.AsyncClient, _extension: Extension, server: Server) -> None:
    async with server.database.transaction() as db:
        await db.execute(update(Extension).values(password_hash="another"))
        await db.execute(update(Administrator).values(password_hash="another"))


async def closed_mode(admin: httpx.AsyncClient, _extension: Extension, _server: Server) -> None:
    mode = {"login_by_number": False, "login_by_email": True, "version": 1}
    assert (await admin.put("/api/v1/admin/linkus-server/login-mode", json=mode)).json()["sessions_ended"] == 0


async def linkus_off(admin: httpx.AsyncClient, extension: Extension, _server: Server) -> None:
    await admin.post("/api/v1/admin/extensions/linkus", json={"ids": [extension.id], "enabled": False})


async def deleted(admin: httpx.AsyncClient, extension: Extension, _server: Server) -> None:
    await admin.delete(f"/api/v1/admin/extensions/{extension.id}")


async def gone(_admin: httpx.AsyncClient, _extension: Extension, server: Server) -> None:
    async with server.database.transaction() as db:
        await db.execute(delete(Administrator))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("1001", other_password),
        ("1001", closed_mode),
        ("1001", linkus_off),
        ("1001", deleted),
        ("boss", other_password),
        ("boss", gone),
    ],
)
async def test_sign_in_opens_no_session_when_the_account_changes_meanwhile(
    admin: httpx.AsyncClient,
    extension: Extension,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    change: Change,
) -> None:
    async def verified(password: str, hashed: str | None) -> bool:
        fits = await verify_password(password, hashed)
        await change(admin, extension, server)
        return fits

    async def live() -> int:
        async with server.database.transaction(write=False) as db:
            return await db.scalar(select(func.count(Session.id)).where(Session.ended_at.is_(None))) or 0

    before = await live()
    monkeypatch.setattr(sign_in, "verify_password", verified)
    answer = await server.browser().post("/api/v1/sessions", json={"username": name, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    assert await live() == (0 if change is gone else before)
