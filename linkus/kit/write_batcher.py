"""Batches small writes of many tasks into one transaction: SQLite commits fifty in the time of one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.database import Database

BATCH_CACHE = "batch_cache"  # `session.info` key of a per-transaction cache of values that works read but never change
MAX_BATCH_ROWS = 100  # bounds how long the batch holds SQLite's write lock
T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[Any]]
Prepare = Callable[[AsyncSession, list[int]], Awaitable[list[Any]]]
Finish = Callable[[AsyncSession], Awaitable[None]]


@dataclass(eq=False)
class _Request:
    work: Work
    row_id: int | None = None
    done: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class WriteBatcher:
    """Batches writes: work that arrives during a transaction waits for the next one.

    A work that raises must not have changed anything yet. Such an error does not affect the rest of the batch, but a
    failed transaction fails the whole batch.
    """

    def __init__(
        self,
        database: Database,
        prepare: Prepare | None = None,
        finish: Finish | None = None,
        linger: float = 0.0,
    ) -> None:
        """Set up the batching.

        `prepare` gets the `row_id` values of a batch and may read all rows in one query. Its result is kept alive
        during the batch, so that `session.get` finds the rows. `finish` may write for the whole batch. A batch waits
        `linger` seconds for more work before it starts.
        """
        self._database = database
        self._prepare = prepare
        self._finish = finish
        self._linger = linger
        self._queue: list[_Request] = []
        self._task: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[AsyncSession], Awaitable[T]], row_id: int | None = None) -> T:
        """Return the result of `work` after its batch has committed."""
        request = _Request(work, row_id)
        self._queue.append(request)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run_all())
        result: T = await request.done
        return result

    async def _run_all(self) -> None:
        while self._queue:
            if self._linger:
                await asyncio.sleep(self._linger)
            batch, self._queue = self._queue[:MAX_BATCH_ROWS], self._queue[MAX_BATCH_ROWS:]
            batch = [request for request in batch if not request.done.cancelled()]
            try:
                results = await self._transaction(batch)
            except BaseException as error:
                for request in batch:
                    _settle(request.done, error)
                if not isinstance(error, Exception):
                    raise
            else:
                for request, result in zip(batch, results, strict=True):
                    _settle(request.done, result)

    async def _transaction(self, batch: list[_Request]) -> list[Any]:
        results: list[Any] = []
        async with self._database.transaction() as session:
            session.info[BATCH_CACHE] = {}
            row_ids = [request.row_id for request in batch if request.row_id is not None]
            prepared = await self._prepare(session, row_ids) if self._prepare and row_ids else []
            # no work sees the changes of another, so flush once at the end instead of before each query
            with session.no_autoflush:
                for request in batch:
                    await asyncio.sleep(0)  # lets other tasks run between the works of a batch
                    try:
                        results.append(await request.work(session))
                    except SQLAlchemyError:
                        raise
                    except Exception as error:  # noqa: BLE001 - raised to the caller who queued the work
                        results.append(error)
            if self._finish:
                await self._finish(session)
            del prepared
        return results


def _settle(done: asyncio.Future[Any], result: Any) -> None:
    if done.done():  # the waiting caller was cancelled
        return
    if isinstance(result, asyncio.CancelledError):
        done.cancel()
    elif isinstance(result, BaseException):
        done.set_exception(result)
    else:
        done.set_result(result)
