"""A sender who is removed, signed out or given a lesser role while their request hashes a password or waits to write.

The request changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from linkus.administrator.accounts import service as accounts
from linkus.extension import service as extensions
from linkus.kit import secrets
from linkus.kit.clock import now
from linkus.session.models import Session
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server

Change = Callable[[Server, Administrator], Awaitable[None]]


async def removed(server: Server, administrator: Administrator) -> None:
    async with server.database.transaction() as db:
        await db.execute(delete(Administrator).where(Administrator.id == administrator.id))


async def disabled(server: Server, administrator: Administrator) -> None:
    async with server.database.transaction() as db:
        await db.execute(update(Administrator).where(Administrator.id == administrator.id).values(disabled=True))


async def demoted(server: Server, administrator: Administrator) -> None:
    async with server.database.transaction() as db:
        await db.execute(
            update(Administrator).where(Administrator.id == administrator.id).values(role="human_resources")
        )


async def signed_out(server: Server, administrator: Administrator) -> None:
    async with server.database.transaction() as db:
        await db.execute(update(Session).where(Session.administrator_id == administrator.id).values(ended_at=now()))


CHANGES = [(removed, 401), (disabled, 401), (signed_out, 401), (demoted, 403)]


@pytest.mark.parametrize(("change", "status"), CHANGES)
async def test_while_a_password_is_hashed(
    server: Server, monkeypatch: pytest.MonkeyPatch, change: Change, status: int
) -> None:
    sender = await server.make_administrator("leaving")
    portal = await server.sign_in(sender)

    async def hashed(password: str) -> str:
        await change(server, sender)
        return await secrets.hash_password(password)

    monkeypatch.setattr(accounts, "hash_password", hashed)
    body = {"username": "backdoor", "password": PASSWORD, "role": "accounting"}
    assert (await portal.post("/api/v1/admin/administrators", json=body)).status_code == status
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(Administrator.id)).where(Administrator.username == "backdoor")) == 0


async def test_of_an_extension(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = await server.make_administrator("leaving")
    portal = await server.sign_in(sender)

    async def hashed(password: str) -> str:
        await removed(server, sender)
        return await secrets.hash_password(password)

    monkeypatch.setattr(extensions, "hash_password", hashed)
    body = {"number": "1001", "user_password": PASSWORD}
    assert (await portal.post("/api/v1/admin/extensions", json=body)).status_code == 401
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(Extension.id))) == 0


async def _while_it_waits(server: Server, request: Awaitable[httpx.Response]) -> int:
    """Send a request that has to wait for a writer, which makes the sender's session end. Return the status."""
    async with server.database.transaction() as db:
        sending = asyncio.ensure_future(request)
        await asyncio.sleep(0.2)  # until it has read its session and waits
        await db.execute(update(Session).values(ended_at=now()))
    return (await sending).status_code


@pytest.mark.parametrize("who", ["administrator", "user"])
async def test_while_it_waits_for_its_turn(server: Server, who: str) -> None:
    if not server.database.is_sqlite:
        pytest.skip("only writers of SQLite take turns")
    extension = await server.make_extension("1001")
    if who == "administrator":
        portal = await server.sign_in(await server.make_administrator())
        request = portal.post("/api/v1/admin/departments", json={"name": "A"})
    else:
        client = await server.sign_in(extension)
        settings = (await client.get("/api/v1/client/settings")).json()
        body = {"kind": "web", "version": settings["version"], "values": settings["values"]}
        request = client.put("/api/v1/client/settings", json=body)
    assert await _while_it_waits(server, request) == 401


async def test_what_a_request_leaves_behind_goes_on(admin: httpx.AsyncClient, server: Server) -> None:
    """An import was allowed when it began. Its administrator may sign out."""
    rows = "".join(f"{number},N\n" for number in range(2000, 2120))
    file = {"file": ("people.csv", f"Extension Number,First Name\n{rows}".encode(), "text/csv")}
    answer = await admin.post("/api/v1/admin/extensions/import", files=file)
    assert answer.status_code < 300
    await admin.delete("/api/v1/admin/session")
    await server.services.background.idle()
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(Extension.id))) == 120
