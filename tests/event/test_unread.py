"""The bell in the portal's head counts warnings and alerts that an administrator has not seen; old events are
forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from linkus.event.tasks import MAX_AGE, MAX_SECURITY_AGE, clean_up
from linkus.event.unread import MAX_COUNT
from linkus.kit.clock import now
from linkus.shared.event_log.kinds import EventCategory, EventKind
from linkus.shared.models.event import EventRecord
from tests.event.test_event_log import SMTP, TRUNK, write
from tests.support.api import Server

URL = "/api/v1/admin/events/unread"
SIGNED_IN = {"username": "boss", "address": "192.0.2.1"}


async def unread(browser: httpx.AsyncClient) -> tuple[int, str | None]:
    answer = (await browser.get(URL)).json()
    return answer["count"], answer["level"]


async def newest(admin: httpx.AsyncClient) -> int:
    items: list[dict[str, Any]] = (await admin.get("/api/v1/admin/events")).json()["items"]
    return int(items[0]["id"])


async def test_warnings_and_alerts_count_until_they_were_seen(server: Server, admin: httpx.AsyncClient) -> None:
    assert await unread(admin) == (0, None)
    await write(server, EventKind.ADMINISTRATOR_SIGNED_IN, SIGNED_IN)
    assert await unread(admin) == (0, None)
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    assert await unread(admin) == (1, "warning")
    await write(server, EventKind.SMTP_SERVER_ERROR, SMTP)
    assert await unread(admin) == (2, "alert")
    first = await newest(admin)
    assert (await admin.post("/api/v1/admin/events/seen", json={"event_id": first})).status_code == 204
    assert await unread(admin) == (0, None)
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    # a page that stood open since before says nothing new
    assert (await admin.post("/api/v1/admin/events/seen", json={"event_id": first - 1})).status_code == 204
    assert await unread(admin) == (1, "warning")


async def test_each_administrator_has_their_own_count(server: Server, admin: httpx.AsyncClient) -> None:
    other = await server.sign_in(await server.make_administrator("other"))
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    await admin.post("/api/v1/admin/events/seen", json={"event_id": await newest(admin)})
    assert await unread(admin) == (0, None)
    assert await unread(other) == (1, "warning")


async def test_the_count_has_an_end(server: Server, admin: httpx.AsyncClient) -> None:
    for _ in range(MAX_COUNT + 1):
        await write(server, EventKind.TRUNK_FAILED, TRUNK)
    assert await unread(admin) == (MAX_COUNT, "warning")


async def test_users_have_no_bell(client: httpx.AsyncClient) -> None:
    assert (await client.get(URL)).status_code == 401


@pytest.mark.parametrize(
    ("category", "age", "is_kept"),
    [
        (EventCategory.TELEPHONY, MAX_AGE - timedelta(hours=1), True),
        (EventCategory.TELEPHONY, MAX_AGE + timedelta(hours=1), False),
        (EventCategory.SECURITY, MAX_AGE + timedelta(hours=1), True),
        (EventCategory.SECURITY, MAX_SECURITY_AGE + timedelta(hours=1), False),
    ],
)
async def test_old_events_are_forgotten_and_those_of_security_later(
    server: Server, admin: httpx.AsyncClient, category: EventCategory, age: timedelta, is_kept: bool
) -> None:
    await write(server, EventKind.TRUNK_FAILED, TRUNK)
    async with server.database.transaction() as db:
        await db.execute(update(EventRecord).values(category=category.value, created_at=now() - age))
    await clean_up(server.services)
    assert (len((await admin.get("/api/v1/admin/events")).json()["items"]) == 1) is is_kept
