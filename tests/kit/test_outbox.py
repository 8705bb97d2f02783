"""The outbox: rows are written with the change that causes them."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from sqlalchemy import select, update

from linkus.kit.clock import now
from linkus.kit.outbox import MAX_RETRY_DELAY, MIN_RETRY_DELAY, OutboxRow, back_off, release_leases
from tests.kit.outbox_rows import TOPIC, add
from tests.support.api import Server


async def test_outbox_adds_no_row_when_the_change_is_rolled_back(server: Server) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with server.database.transaction() as db:
            server.services.outbox.add(db, TOPIC, {"n": 1})
            raise ZeroDivisionError
    assert await server.outbox() == []


async def test_outbox_stores_payloads_unchanged(server: Server) -> None:
    payload = {"text": "张伟 \u2603", "nested": {"list": [1, 2.5, None, True]}}
    async with server.database.transaction() as db:
        server.services.outbox.add(db, TOPIC, payload)
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(OutboxRow.payload)) == payload


def test_back_off_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [back_off(attempts) for attempts in range(40)]
    assert waits[:4] == [MIN_RETRY_DELAY * n for n in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == MAX_RETRY_DELAY


async def test_release_leases_makes_rows_of_a_killed_process_due_at_start(server: Server) -> None:
    """SQLite has one process. On PostgreSQL another one may hold the row, so it waits for the end of the lease."""
    await add(server, 1, 2)
    first, second = await server.outbox(TOPIC)
    async with server.database.transaction() as db:  # as a killed process leaves it
        lease = now() + timedelta(minutes=2)
        await db.execute(update(OutboxRow).where(OutboxRow.id == first.id).values(due_at=lease, leased=True))
        await db.execute(update(OutboxRow).where(OutboxRow.id == second.id).values(due_at=lease))  # released before
    await release_leases(server.database)
    leased, released = await server.outbox(TOPIC)
    assert (leased.due_at <= now()) == server.database.is_sqlite == (not leased.leased)
    assert released.due_at > now()


async def test_wake_sets_the_event_of_every_worker(server: Server) -> None:
    outbox = server.services.outbox
    with (
        outbox.wake_event(TOPIC) as first,
        outbox.wake_event(TOPIC) as second,
        outbox.wake_event("another") as other_topic,
    ):
        outbox.wake(TOPIC)
        first.clear()
        assert second.is_set()
        assert not other_topic.is_set()
