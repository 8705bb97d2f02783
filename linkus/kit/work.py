"""A unit of work: one transaction and its follow-up actions after the commit."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.actor import check_still_may
from linkus.kit.bus import Bus, Event
from linkus.kit.database import after_commit
from linkus.kit.outbox import Outbox
from linkus.kit.services import AppDatabase, AppKit, KitServices


@dataclass(frozen=True)
class UnitOfWork:
    """Holds a transaction (`db`). Enqueued work commits with it; events are published after the commit."""

    db: AsyncSession
    outbox: Outbox
    bus: Bus

    def enqueue(self, topic: str, payload: dict[str, Any]) -> None:
        self.outbox.add(self.db, topic, payload)

    async def enqueue_many(self, topic: str, payloads: Sequence[dict[str, Any]]) -> None:
        await self.outbox.add_many(self.db, topic, payloads)

    def wake(self, topic: str) -> None:
        """Wake the worker of `topic` after the commit."""
        after_commit(self.db, lambda: self.outbox.wake(topic))

    def publish(self, topics: Iterable[str], event: Event, about: str | None = None) -> None:
        audience = tuple(topics)
        after_commit(self.db, lambda: self.bus.publish(audience, event, about))


@contextlib.asynccontextmanager
async def unit_of_work(kit: KitServices) -> AsyncIterator[UnitOfWork]:
    """Open a unit of work in a task, or in a request that does slow work before it writes."""
    async with kit.database.transaction() as db:
        await check_still_may(db)
        yield UnitOfWork(db, kit.outbox, kit.bus)


async def _write_work(kit: AppKit) -> AsyncIterator[UnitOfWork]:
    async with unit_of_work(kit) as work:
        yield work


async def _write_session(database: AppDatabase) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        await check_still_may(session)
        yield session


async def _read_session(database: AppDatabase) -> AsyncIterator[AsyncSession]:
    async with database.transaction(write=False) as session:
        yield session


# scope="function": commit before the response is sent, so that "200" means the change is in the database
WriteSession = Annotated[AsyncSession, Depends(_write_session, scope="function")]
ReadSession = Annotated[AsyncSession, Depends(_read_session, scope="function")]
Work = Annotated[UnitOfWork, Depends(_write_work, scope="function")]
