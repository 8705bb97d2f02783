"""Batches small writes of many tasks into one transaction: SQLite commits fifty in the time of one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.database import Database

ONCE = "linkus_once"  # `session.info` key of a per-transaction cache of values that works read but never change
MOST = 100  # bounds how long the batch holds SQLite's write lock
T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[Any]]
Prepare = Callable[[AsyncSession, list[int]], Awaitable[list[Any]]]
Finish = Callable[[AsyncSession], Awaitable[None]]


@dataclass(eq=False)
class _Waiting:
    work: Work
    about: int | None = None
    done: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together:
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

        `prepare` gets the `about` values of a batch and may read all rows in one query. Its result is kept alive during
        the batch, so that `session.get` finds the rows. `finish` may write for the whole batch. A batch waits `linger`
        seconds for more work before it starts.
        """
        self._database = database
        self._prepare = prepare
        self._finish = finish
        self._linger = linger
        self._waiting: list[_Waiting] = []
        self._runner: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[AsyncSession], Awaitable[T]], about: int | None = None) -> T:
        """Return the result of `work` after its batch has committed."""
        mine = _Waiting(work, about)
        self._waiting.append(mine)
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run_all())
        answer: T = await mine.done
        return answer

    async def _run_all(self) -> None:
        while self._waiting:
            if self._linger:
                await asyncio.sleep(self._linger)
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            batch = [each for each in batch if not each.done.cancelled()]
            try:
                answers = await self._transaction(batch)
            except BaseException as error:
                for each in batch:
                    _settle(each.done, error)
                if not isinstance(error, Exception):
                    raise
            else:
                for each, answer in zip(batch, answers, strict=True):
                    _settle(each.done, answer)

    async def _transaction(self, batch: list[_Waiting]) -> list[Any]:
        answers: list[Any] = []
        async with self._database.transaction() as session:
            session.info[ONCE] = {}
            about = [each.about for each in batch if each.about is not None]
            held = await self._prepare(session, about) if self._prepare and about else []
            # no work sees the changes of another, so flush once at the end instead of before each query
            with session.no_autoflush:
                for each in batch:
                    await asyncio.sleep(0)  # lets other tasks run between the works of a batch
                    try:
                        answers.append(await each.work(session))
                    except SQLAlchemyError:
                        raise
                    except Exception as error:  # noqa: BLE001 - raised to the caller who queued the work
                        answers.append(error)
            if self._finish:
                await self._finish(session)
            del held
        return answers


def _settle(done: asyncio.Future[Any], answer: Any) -> None:
    if done.done():  # the waiting caller was cancelled
        return
    if isinstance(answer, asyncio.CancelledError):
        done.cancel()
    elif isinstance(answer, BaseException):
        done.set_exception(answer)
    else:
        done.set_result(answer)
