"""The outbox: what must follow from a change, written in the same transaction as the change, done by a worker."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import JSON, Index, String, Text, Update, delete, false, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, Database, UTCDateTime, after_commit
from linkus.kit.waiting import within

log = structlog.get_logger("outbox")
Handler = Callable[[dict[str, Any]], Awaitable[None]]
Admit = Callable[[int], Awaitable[int]]  # how many of these at once; waits until it is one at least
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=15)
LEASE = timedelta(minutes=2)  # a worker that dies with a row in hand gives it back after this
POLL_SECONDS = 5.0
QUICK_SECONDS = 5.0


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "topic", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken: Mapped[bool] = mapped_column(default=False, server_default=false())  # in hand, and leased until `due_at`
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


class RetryLater(Exception):
    """Raised by a handler whose other side is not there now; the row is tried again after the back-off."""


class Outbox:
    """Adds rows within a transaction and wakes the workers once it is committed."""

    def __init__(self) -> None:
        self._wake: dict[str, asyncio.Event] = {}

    def add(
        self, session: AsyncSession, topic: str, payload: dict[str, Any], *, due_at: datetime | None = None
    ) -> None:
        moment = now()
        session.add(
            OutboxRow(topic=topic, payload=payload, attempts=0, due_at=due_at or moment, created_at=moment, error="")
        )
        after_commit(session, lambda: self.wake(topic))

    async def add_many(self, session: AsyncSession, topic: str, payloads: Sequence[dict[str, Any]]) -> None:
        """Thousands of rows in one statement; `add` would make a statement of each on SQLite."""
        moment = now()
        row = {"topic": topic, "attempts": 0, "due_at": moment, "taken": False, "created_at": moment, "error": ""}
        if payloads:
            await session.execute(insert(OutboxRow), [{**row, "payload": payload} for payload in payloads])
            after_commit(session, lambda: self.wake(topic))

    def wake(self, topic: str) -> None:
        self.woken(topic).set()

    def woken(self, topic: str) -> asyncio.Event:
        return self._wake.setdefault(topic, asyncio.Event())


async def take_back(database: Database) -> None:
    """At the start: what was in hand when the last process was killed is due at once.

    SQLite belongs to one process. On PostgreSQL somebody else may have it in hand: there the lease decides.
    """
    if database.is_sqlite:
        async with database.transaction() as session:
            await session.execute(update(OutboxRow).where(OutboxRow.taken).values(due_at=now(), taken=False))


def back_off(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s, ... up to a quarter of an hour."""
    return min(FIRST_RETRY * (1 << min(attempts, 20)), LAST_RETRY)


class Worker:
    """Takes the rows of one topic by due time, `concurrency` at once. At least once: handlers are idempotent."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        topic: str,
        handler: Handler,
        concurrency: int = 1,
        admit: Admit | None = None,
        most: int = 0,
    ) -> None:
        """With `most` more and more are taken at once, up to so many, as long as they are done in a few seconds."""
        self._database = database
        self._outbox = outbox
        self._topic = topic
        self._handler = handler
        self._concurrency = self._fewest = concurrency
        self._most = max(most, concurrency)
        self._admit = admit

    async def run(self) -> None:
        """Until cancelled."""
        woken = self._outbox.woken(self._topic)
        while True:
            woken.clear()
            pause = POLL_SECONDS
            try:
                rows = await self._take()
                await self._do_all(rows)
                pause = 0.0 if rows else await self._next_due()
            except (SQLAlchemyError, OSError) as error:
                # the database is away: what was in hand comes back when its lease ends
                log.error("worker_waits", topic=self._topic, exc_info=error)
            if pause > 0:
                with contextlib.suppress(TimeoutError):
                    await within(woken.wait(), pause)

    async def _next_due(self) -> float:
        """Seconds until there is something to try again; at most until the next look at what other processes wrote."""
        async with self._database.transaction(write=False) as session:
            due = await session.scalar(select(func.min(OutboxRow.due_at)).where(OutboxRow.topic == self._topic))
        return POLL_SECONDS if due is None else min(max((due - now()).total_seconds(), 0.0), POLL_SECONDS)

    async def _room(self) -> int:
        """How many may be taken now: waiting happens with nothing in hand, whose lease would run out meanwhile."""
        return self._concurrency if self._admit is None else await self._admit(self._concurrency)

    async def _take(self) -> list[OutboxRow]:
        moment = now()
        async with self._database.transaction(write=False) as session:
            due = select(OutboxRow.id).where(OutboxRow.topic == self._topic, OutboxRow.due_at <= moment).limit(1)
            if await session.scalar(due) is None:  # an idle worker takes no write lock
                return []
        most = await self._room()
        moment = now()  # it may have waited, and the lease begins here
        async with self._database.transaction() as session:
            statement = (
                select(OutboxRow)
                .where(OutboxRow.topic == self._topic, OutboxRow.due_at <= moment)
                .order_by(OutboxRow.due_at, OutboxRow.id)
                .limit(most)
            )
            if not self._database.is_sqlite:
                statement = statement.with_for_update(skip_locked=True)
            rows = list((await session.scalars(statement)).all())
            for row in rows:
                row.due_at, row.taken = moment + LEASE, True
            return rows

    async def _do_all(self, rows: list[OutboxRow]) -> None:
        """All that were taken; their leases must not run out meanwhile, hence few at a time where they take long."""
        begun = time.monotonic()
        try:
            outcomes = await asyncio.gather(*(self._do(row) for row in rows))
        except asyncio.CancelledError:
            await self._give_back(rows)
            raise
        done = [row.id for row, is_done in zip(rows, outcomes, strict=True) if is_done]
        if done:
            async with self._database.transaction() as session:
                await session.execute(delete(OutboxRow).where(OutboxRow.id.in_(done)))
        if time.monotonic() - begun > QUICK_SECONDS:
            self._concurrency = self._fewest
        elif len(rows) == self._concurrency:
            self._concurrency = min(2 * self._concurrency, self._most)

    async def _give_back(self, rows: list[OutboxRow]) -> None:
        """The server stops with these in hand: the next start need not wait for the end of their lease."""
        async with self._database.transaction() as session:
            for row in rows:
                await session.execute(
                    _ours(row).values(due_at=now(), taken=False), execution_options={"synchronize_session": False}
                )

    async def _do(self, row: OutboxRow) -> bool:
        try:
            await self._handler(row.payload)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails is kept with the row, shown, and tried again
            await self._put_back(row, error)
            return False
        return True

    async def _put_back(self, row: OutboxRow, error: Exception) -> None:
        if isinstance(error, RetryLater):
            log.info("retry_later", topic=self._topic, row=row.id, attempts=row.attempts + 1, reason=str(error))
        else:
            log.error("handler_failed", topic=self._topic, row=row.id, attempts=row.attempts + 1, exc_info=error)
        async with self._database.transaction() as session:
            await session.execute(
                _ours(row).values(
                    attempts=row.attempts + 1,
                    due_at=now() + back_off(row.attempts),
                    taken=False,
                    error=f"{type(error).__name__}: {error}"[:2000],
                ),
                execution_options={"synchronize_session": False},
            )


def _ours(row: OutboxRow) -> Update:
    """A change of a row that is still in our hand: whose lease ran out, may be in somebody else's by now."""
    return update(OutboxRow).where(OutboxRow.id == row.id, OutboxRow.taken, OutboxRow.due_at == row.due_at)
