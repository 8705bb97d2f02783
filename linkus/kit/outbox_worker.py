"""A worker of the outbox: takes the rows of a topic and does them, at least once."""

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
from linkus.kit.waiting import to_its_end, within

log = structlog.get_logger("outbox")
Handler = Callable[[dict[str, Any]], Awaitable[None]]
# (wanted, in hand) -> how many may be begun now. Where it would wait it answers 0 while a lease runs in hand.
Admit = Callable[[int, int], Awaitable[int]]
LEASE = timedelta(minutes=2)  # a worker that dies with a row in hand gives it back after this
POLL_SECONDS = 5.0  # other processes may have written rows
QUICK_SECONDS = 5.0
GROWTH = 3  # for each row that is done quickly


class Worker:
    """Takes rows by due time and keeps up to `concurrency` in hand. At least once: handlers are idempotent."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        topic: str,
        handler: Handler,
        concurrency: int = 1,
        admit: Admit | None = None,
        most: int = 0,
        first: str | None = None,
    ) -> None:
        """With `most` more and more are in hand, up to so many, as long as each is done in a few seconds.

        Rows of the topic `first` go before all others, also when they are tried again.
        """
        self._database = database
        self._outbox = outbox
        self._topic = topic
        self._topics = (topic,) if first is None else (first, topic)
        self._handler = handler
        self._concurrency = self._fewest = concurrency
        self._most = max(most, concurrency)
        self._admit = admit
        self._taken: list[OutboxRow] = []  # last; not begun, when we are stopped in that moment
        self._hand: dict[asyncio.Task[None], OutboxRow] = {}
        self._done: list[int] = []  # ids of rows that go with the next taking
        self._more = False  # there may be more to take as soon as the hand has room

    async def run(self) -> None:
        """Until cancelled."""
        with self._outbox.sleeper(*self._topics) as woken:
            try:
                while True:
                    woken.clear()
                    pause = await self._turn(woken)
                    if pause > 0:
                        with contextlib.suppress(TimeoutError):
                            await within(woken.wait(), pause)
            finally:
                await self._let_go()

    async def _turn(self, woken: asyncio.Event) -> float:
        """Begins what is due; seconds until the next turn, unless woken."""
        try:
            for row in await self._take():
                self._begin(row, woken)
            return POLL_SECONDS if self._hand and self._more else await self._next_due()
        except Exception as error:
            # mostly the database is away: what was in hand comes back when its lease ends. But whatever it is, the work
            # of this topic must not wait for the next start of the server
            log.error("worker_waits", topic=self._topic, exc_info=error)
            return POLL_SECONDS

    # ------------------------------------------------------------------ taking
    async def _take(self) -> list[OutboxRow]:
        self._taken = []
        if self._done and not self._hand:  # it may take long until there is room
            await self._give_back([])
        room = await self._room() if self._more or await self._is_due() else 0
        if room or self._done:  # an idle worker takes no write lock
            # who is stopped in mid-commit would not know whether they are ours
            await to_its_end(self._take_up_to(room))
        return self._taken

    async def _take_up_to(self, room: int) -> None:
        """Each topic in the order in which its rows are due. What is done goes in the same transaction."""
        done = list(self._done)
        async with self._database.transaction() as session:
            if done:
                await session.execute(delete(OutboxRow).where(OutboxRow.id.in_(done)))
            moment = now()  # it may have waited for room, and the lease begins here
            rows: list[OutboxRow] = []
            for topic in self._topics:  # a question for each: the index answers it without sorting thousands
                statement = (
                    select(OutboxRow)
                    .where(OutboxRow.topic == topic, self._may_take(), OutboxRow.due_at <= moment)
                    .order_by(OutboxRow.due_at, OutboxRow.id)
                    .limit(room - len(rows))
                )
                if not self._database.is_sqlite:
                    statement = statement.with_for_update(skip_locked=True)
                if len(rows) < room:
                    rows += (await session.scalars(statement)).all()
            for row in rows:
                row.due_at, row.taken = moment + LEASE, True
        del self._done[: len(done)]
        self._more = self._more and (not room or len(rows) == room)
        self._taken = rows

    def _may_take(self) -> ColumnElement[bool]:
        """Not what is in hand, or was done meanwhile: it is not to be begun again, even when its lease has run out."""
        known = [*(row.id for row in self._hand.values()), *self._done]
        return and_(OutboxRow.topic.in_(self._topics), OutboxRow.id.not_in(known))

    async def _is_due(self) -> bool:
        due = select(OutboxRow.id).where(self._may_take(), OutboxRow.due_at <= now()).limit(1)
        async with self._database.transaction(write=False) as session:
            self._more = await session.scalar(due) is not None
        return self._more

    async def _room(self) -> int:
        free = self._concurrency - len(self._hand)
        if free <= 0 or self._admit is None:
            return max(free, 0)
        return await self._admit(free, len(self._hand))

    async def _next_due(self) -> float:
        """Seconds until there is something to try again; at most until the next look at what other processes wrote."""
        async with self._database.transaction(write=False) as session:
            due = await session.scalar(select(func.min(OutboxRow.due_at)).where(self._may_take()))
        return POLL_SECONDS if due is None else min(max((due - now()).total_seconds(), 0.0), POLL_SECONDS)

    # ------------------------------------------------------------------ doing
    def _begin(self, row: OutboxRow, woken: asyncio.Event) -> None:
        begun = time.monotonic()
        task = asyncio.create_task(self._do(row))
        self._hand[task] = row

        def ended(_: asyncio.Task[None]) -> None:
            del self._hand[task]
            self._adapt(time.monotonic() - begun)
            if self._wants_a_turn():
                woken.set()

        task.add_done_callback(ended)

    def _adapt(self, seconds: float) -> None:
        """Leases must not run out in hand: few at a time where each takes long."""
        if seconds > QUICK_SECONDS:
            self._concurrency = self._fewest
        elif self._more:
            self._concurrency = min(self._concurrency + GROWTH, self._most)

    def _wants_a_turn(self) -> bool:
        """When the hand is empty; and while there is more, whenever half of it is free: a row alone is not worth a
        transaction."""
        free = self._concurrency - len(self._hand)
        return not self._hand or (self._more and free >= max(1, self._concurrency // 2))

    async def _do(self, row: OutboxRow) -> None:
        try:
            await self._handler(row.payload)
        except Exception as error:  # noqa: BLE001 - whatever fails is kept with the row, shown, and tried again
            await self._put_back(row, error)
        else:
            self._done.append(row.id)

    async def _put_back(self, row: OutboxRow, error: Exception) -> None:
        payload = row.payload
        if isinstance(error, RetryLater):
            payload = {**payload, **error.remember}
            log.info("retry_later", topic=row.topic, row=row.id, attempts=row.attempts + 1, reason=str(error))
        else:
            log.error("handler_failed", topic=row.topic, row=row.id, attempts=row.attempts + 1, exc_info=error)
        try:
            async with self._database.transaction() as session:
                await session.execute(
                    _ours(row).values(
                        payload=payload,
                        attempts=row.attempts + 1,
                        due_at=now() + back_off(row.attempts),
                        taken=False,
                        error=f"{type(error).__name__}: {error}"[:2000],
                    ),
                    execution_options={"synchronize_session": False},
                )
        except (SQLAlchemyError, OSError) as away:
            log.error("not_put_back", topic=row.topic, row=row.id, exc_info=away)  # its lease brings it back

    # ------------------------------------------------------------------ the end
    async def _let_go(self) -> None:
        """The server stops with these in hand: the next start need not wait for the end of their lease."""
        tasks, rows = list(self._hand), [*self._hand.values(), *self._taken]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._give_back([row for row in rows if row.id not in self._done])

    async def _give_back(self, rows: list[OutboxRow]) -> None:
        """What is done is forgotten with it."""
        if not (rows or self._done):
            return
        async with self._database.transaction() as session:
            if self._done:
                await session.execute(delete(OutboxRow).where(OutboxRow.id.in_(self._done)))
            for row in rows:
                await session.execute(
                    _ours(row).values(due_at=now(), taken=False), execution_options={"synchronize_session": False}
                )
        self._done.clear()


def _ours(row: OutboxRow) -> Update:
    """A change of a row that is still in our hand: whose lease ran out, may be in somebody else's by now."""
    return update(OutboxRow).where(OutboxRow.id == row.id, OutboxRow.taken, OutboxRow.due_at == row.due_at)
