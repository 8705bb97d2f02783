"""Small writes of many tasks in common transactions: SQLite commits fifty in the time of one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.database import Database

ONCE = "linkus_once"  # in a session: what many works read alike and none of them changes, read once a transaction
MOST = 100  # so long nobody else can write on SQLite
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
    """While one transaction runs, what comes meanwhile waits for the next.

    A work that raises must not have changed anything yet; the others of its transaction do not notice. When the
    transaction itself fails, it fails for all of them.
    """

    def __init__(
        self,
        database: Database,
        prepare: Prepare | None = None,
        finish: Finish | None = None,
        linger: float = 0.0,
    ) -> None:
        """`prepare` is given the `about` of all works of a transaction: it may read for all of them at once, and what
        it answers is held, so that `session.get` finds it. `finish` may write for all of them at once. `linger` seconds
        it waits for more before it begins."""
        self._database = database
        self._prepare = prepare
        self._finish = finish
        self._linger = linger
        self._waiting: list[_Waiting] = []
        self._runner: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[AsyncSession], Awaitable[T]], about: int | None = None) -> T:
        """What `work` answers, once it is committed."""
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
            # what one has changed concerns no other: it is written once, at the end, and not before each question
            with session.no_autoflush:
                for each in batch:
                    await asyncio.sleep(0)  # a hundred works without a pause would hold up everything else
                    try:
                        answers.append(await each.work(session))
                    except SQLAlchemyError:
                        raise
                    except Exception as error:  # noqa: BLE001 - it is his who asked, and raised there
                        answers.append(error)
            if self._finish:
                await self._finish(session)
            del held
        return answers


def _settle(done: asyncio.Future[Any], answer: Any) -> None:
    if done.done():  # who waited was cancelled
        return
    if isinstance(answer, asyncio.CancelledError):
        done.cancel()
    elif isinstance(answer, BaseException):
        done.set_exception(answer)
    else:
        done.set_result(answer)
