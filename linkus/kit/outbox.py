"""The outbox stores follow-up work of a change in the same transaction as the change.

Workers process it: linkus/kit/outbox_worker.py.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, and_, case, false, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, Database, UTCDateTime, after_commit

MIN_RETRY_DELAY = timedelta(seconds=1)
MAX_RETRY_DELAY = timedelta(minutes=15)


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "topic", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased: Mapped[bool] = mapped_column("taken", default=False, server_default=false())  # in flight, until `due_at`
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


class RetryLater(Exception):
    """Raised by a handler whose peer is unavailable now. The worker retries the row after the back-off.

    The keyword arguments are stored in the payload of the next attempt.
    """

    def __init__(self, reason: str = "", **remember: Any) -> None:
        super().__init__(reason)
        self.remember = remember


class Outbox:
    """Adds rows within a transaction and wakes the workers after the commit."""

    def __init__(self) -> None:
        self._wake_events: dict[str, list[asyncio.Event]] = {}

    def add(
        self, session: AsyncSession, topic: str, payload: dict[str, Any], *, due_at: datetime | None = None
    ) -> None:
        moment = now()
        session.add(
            OutboxRow(topic=topic, payload=payload, attempts=0, due_at=due_at or moment, created_at=moment, error="")
        )
        after_commit(session, lambda: self.wake(topic))

    async def add_many(self, session: AsyncSession, topic: str, payloads: Sequence[dict[str, Any]]) -> None:
        """Add thousands of rows with one statement. On SQLite `add` needs one statement per row."""
        moment = now()
        row = {"topic": topic, "attempts": 0, "due_at": moment, "leased": False, "created_at": moment, "error": ""}
        if payloads:
            await session.execute(insert(OutboxRow), [{**row, "payload": payload} for payload in payloads])
            after_commit(session, lambda: self.wake(topic))

    @property
    def topics(self) -> list[str]:
        """Return the topics that have a worker."""
        return sorted(self._wake_events)

    def wake(self, topic: str) -> None:
        for event in self._wake_events.get(topic, []):
            event.set()

    @contextlib.contextmanager
    def wake_event(self, *topics: str) -> Iterator[asyncio.Event]:
        """Yield the worker's own event, set whenever there is new work. Each worker clears only its own event."""
        event = asyncio.Event()
        for topic in topics:
            self._wake_events.setdefault(topic, []).append(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._wake_events[topic].remove(event)


async def release_leases(database: Database) -> None:
    """At start, make the rows due that were in flight when the last process was killed.

    SQLite belongs to one process. On PostgreSQL another process may hold the row, so there only the lease decides.
    """
    if database.is_sqlite:
        async with database.transaction() as session:
            await session.execute(update(OutboxRow).where(OutboxRow.leased).values(due_at=now(), leased=False))


async def waiting(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """Return, per topic, the number of rows and the number of rows that are due and not in flight."""
    due = func.sum(case((and_(OutboxRow.due_at <= now(), OutboxRow.leased.is_(False)), 1), else_=0))
    rows = await session.execute(select(OutboxRow.topic, func.count(), due).group_by(OutboxRow.topic))
    return {topic: (count, int(late)) for topic, count, late in rows}


def back_off(attempts: int) -> timedelta:
    """Return the delay before the next retry: 1 s, 2 s, 4 s, ... up to 15 minutes."""
    return min(MIN_RETRY_DELAY * (1 << min(attempts, 20)), MAX_RETRY_DELAY)
