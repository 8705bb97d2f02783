"""Processes the outbox rows of a topic, at least once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Update, and_, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.outbox import Outbox, OutboxRow, RetryLater, back_off
from linkus.kit.waiting import finish_before_cancel, wait_with_timeout

log = structlog.get_logger("outbox")
Handler = Callable[[dict[str, Any]], Awaitable[None]]
# (free slots, in flight) -> how many rows may start now. It may wait, but returns 0 instead while rows are in flight,
# because their leases are running.
Throttle = Callable[[int, int], Awaitable[int]]
LEASE_DURATION = timedelta(minutes=2)  # after this time, others may take the rows of a worker that died
POLL_SECONDS = 5.0  # other processes may have added rows
MAX_QUICK_SECONDS = 5.0
CONCURRENCY_STEP = 3  # for each row that is done quickly


class Worker:
    """Leases rows in order of due time and keeps up to `concurrency` in flight. Delivery is at least once, so handlers
    must be idempotent."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        topic: str,
        handler: Handler,
        concurrency: int = 1,
        throttle: Throttle | None = None,
        max_concurrency: int = 0,
        priority_topic: str | None = None,
        lease_duration: timedelta = LEASE_DURATION,
    ) -> None:
        """Set up a worker for `topic`.

        With `max_concurrency`, concurrency grows up to that number while each row takes only a few seconds. Rows of
        `priority_topic` go before all others, retries included.
        """
        self._database = database
        self._outbox = outbox
        self._topic = topic
        self._topics = (topic,) if priority_topic is None else (priority_topic, topic)
        self._handler = handler
        self._lease_duration = lease_duration
        self._concurrency = self._min_concurrency = concurrency
        self._max_concurrency = max(max_concurrency, concurrency)
        self._throttle = throttle
        self._leased: list[OutboxRow] = []  # the last leased rows; a stop may come before they start
        self._in_flight: dict[asyncio.Task[None], OutboxRow] = {}
        self._done: list[int] = []  # ids of finished rows, deleted in the next lease transaction
        self._more = False  # more rows may be due than there were free slots

    async def run(self) -> None:
        """Run until cancelled."""
        with self._outbox.wake_event(*self._topics) as woken:
            try:
                while True:
                    woken.clear()
                    pause = await self._start_due_rows(woken)
                    if pause > 0:
                        with contextlib.suppress(TimeoutError):
                            await wait_with_timeout(woken.wait(), pause)
            finally:
                await self._shut_down()

    async def _start_due_rows(self, woken: asyncio.Event) -> float:
        """Start the due rows. Return the seconds until the next turn, unless woken earlier."""
        try:
            for row in await self._lease():
                self._start(row, woken)
            return POLL_SECONDS if self._in_flight and self._more else await self._next_due()
        except Exception as error:
            # Mostly the database is away, and leases expire. Whatever the error is, the topic must not stop until the
            # next start of the server.
            log.error("worker_waits", topic=self._topic, exc_info=error)
            return POLL_SECONDS

    # ------------------------------------------------------------------ leasing
    async def _lease(self) -> list[OutboxRow]:
        self._leased = []
        if self._done and not self._in_flight:  # there may be no free slot for a long time
            await self._release([])
        slots = await self._free_slots() if self._more or await self._is_due() else 0
        if slots or self._done:  # an idle worker takes no write lock
            # a cancellation during the commit would leave it unknown whether the rows are leased
            await finish_before_cancel(self._lease_up_to(slots))
        return self._leased

    async def _lease_up_to(self, slots: int) -> None:
        """Lease up to `slots` rows, each topic in order of due time. Delete finished rows in the same transaction."""
        done = list(self._done)
        async with self._database.transaction() as session:
            if done:
                await session.execute(delete(OutboxRow).where(OutboxRow.id.in_(done)))
            moment = now()  # waiting for a slot may have taken time, and the lease begins here
            rows: list[OutboxRow] = []
            for topic in self._topics:  # one query per topic, which the index answers without sorting thousands of rows
                statement = (
                    select(OutboxRow)
                    .where(OutboxRow.topic == topic, self._is_free(), OutboxRow.due_at <= moment)
                    .order_by(OutboxRow.due_at, OutboxRow.id)
                    .limit(slots - len(rows))
                )
                if not self._database.is_sqlite:
                    statement = statement.with_for_update(skip_locked=True)
                if len(rows) < slots:
                    rows += (await session.scalars(statement)).all()
            for row in rows:
                row.due_at, row.leased = moment + self._lease_duration, True
        del self._done[: len(done)]
        self._more = self._more and (not slots or len(rows) == slots)
        self._leased = rows

    def _is_free(self) -> ColumnElement[bool]:
        """Return the condition that excludes rows in flight and finished rows. They must not restart even after their
        lease."""
        known_ids = [*(row.id for row in self._in_flight.values()), *self._done]
        return and_(OutboxRow.topic.in_(self._topics), OutboxRow.id.not_in(known_ids))

    async def _is_due(self) -> bool:
        due = select(OutboxRow.id).where(self._is_free(), OutboxRow.due_at <= now()).limit(1)
        async with self._database.transaction(write=False) as session:
            self._more = await session.scalar(due) is not None
        return self._more

    async def _free_slots(self) -> int:
        free = self._concurrency - len(self._in_flight)
        if free <= 0 or self._throttle is None:
            return max(free, 0)
        return await self._throttle(free, len(self._in_flight))

    async def _next_due(self) -> float:
        """Return the seconds until the next row is due, at most POLL_SECONDS, so that rows of other processes are
        found."""
        async with self._database.transaction(write=False) as session:
            due = await session.scalar(select(func.min(OutboxRow.due_at)).where(self._is_free()))
        return POLL_SECONDS if due is None else min(max((due - now()).total_seconds(), 0.0), POLL_SECONDS)

    # ------------------------------------------------------------------ processing
    def _start(self, row: OutboxRow, woken: asyncio.Event) -> None:
        started_at = time.monotonic()
        task = asyncio.create_task(self._handle(row))
        self._in_flight[task] = row

        def on_done(_: asyncio.Task[None]) -> None:
            del self._in_flight[task]
            self._adapt(time.monotonic() - started_at)
            if self._has_room_for_a_batch():
                woken.set()

        task.add_done_callback(on_done)

    def _adapt(self, seconds: float) -> None:
        """Adapt the concurrency so that no lease expires in flight: few rows at a time while each takes long."""
        if seconds > MAX_QUICK_SECONDS:
            self._concurrency = self._min_concurrency
        elif self._more:
            self._concurrency = min(self._concurrency + CONCURRENCY_STEP, self._max_concurrency)

    def _has_room_for_a_batch(self) -> bool:
        """Return whether to start the next turn. That is when nothing is in flight, or when more rows are due and half
        of the slots are free. A single row is not worth a transaction."""
        free = self._concurrency - len(self._in_flight)
        return not self._in_flight or (self._more and free >= max(1, self._concurrency // 2))

    async def _handle(self, row: OutboxRow) -> None:
        try:
            await self._handler(row.payload)
        except Exception as error:  # noqa: BLE001 - any failure is stored with the row, shown and retried
            await self._schedule_retry(row, error)
        else:
            self._done.append(row.id)

    async def _schedule_retry(self, row: OutboxRow, error: Exception) -> None:
        payload = row.payload
        if isinstance(error, RetryLater):
            payload = {**payload, **error.remember}
            log.info("retry_later", topic=row.topic, row=row.id, attempts=row.attempts + 1, reason=str(error))
        else:
            log.error("handler_failed", topic=row.topic, row=row.id, attempts=row.attempts + 1, exc_info=error)
        try:
            async with self._database.transaction() as session:
                await session.execute(
                    _update_leased(row).values(
                        payload=payload,
                        attempts=row.attempts + 1,
                        due_at=now() + back_off(row.attempts),
                        leased=False,
                        error=f"{type(error).__name__}: {error}"[:2000],
                    ),
                    execution_options={"synchronize_session": False},
                )
        except (SQLAlchemyError, OSError) as write_error:
            log.error("not_put_back", topic=row.topic, row=row.id, exc_info=write_error)  # its lease will expire

    # ------------------------------------------------------------------ shutdown
    async def _shut_down(self) -> None:
        """Cancel the rows in flight and release their leases, so that the next start need not wait until they
        expire."""
        tasks, rows = list(self._in_flight), [*self._in_flight.values(), *self._leased]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._release([row for row in rows if row.id not in self._done])

    async def _release(self, rows: list[OutboxRow]) -> None:
        """Release the leases of `rows` and delete finished rows."""
        if not (rows or self._done):
            return
        async with self._database.transaction() as session:
            if self._done:
                await session.execute(delete(OutboxRow).where(OutboxRow.id.in_(self._done)))
            for row in rows:
                await session.execute(
                    _update_leased(row).values(due_at=now(), leased=False),
                    execution_options={"synchronize_session": False},
                )
        self._done.clear()


def _update_leased(row: OutboxRow) -> Update:
    """Return an update that applies only while we hold the row's lease. After that, another worker may have taken the
    row."""
    return update(OutboxRow).where(OutboxRow.id == row.id, OutboxRow.leased, OutboxRow.due_at == row.due_at)
