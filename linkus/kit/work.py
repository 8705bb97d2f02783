"""A unit of work: one transaction, and what follows from it once it is committed."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import Bus
from linkus.kit.database import Database, after_commit
from linkus.kit.outbox import Outbox


@dataclass(frozen=True)
class UnitOfWork:
    """`db` is the transaction. What is enqueued commits with it; what is published goes out after the commit."""

    db: AsyncSession
    outbox: Outbox
    bus: Bus

    def enqueue(self, topic: str, payload: dict[str, Any]) -> None:
        self.outbox.add(self.db, topic, payload)

    async def enqueue_many(self, topic: str, payloads: Sequence[dict[str, Any]]) -> None:
        await self.outbox.add_many(self.db, topic, payloads)

    def wake(self, topic: str) -> None:
        """The worker of `topic` looks again once this is committed."""
        after_commit(self.db, lambda: self.outbox.wake(topic))

    def publish(self, topics: Iterable[str], body: dict[str, Any]) -> None:
        audience = tuple(topics)
        after_commit(self.db, lambda: self.bus.publish(audience, body))


@contextlib.asynccontextmanager
async def unit_of_work(app: FastAPI) -> AsyncIterator[UnitOfWork]:
    """For tasks, and for requests that do something slow before they write."""
    database: Database = app.state.database
    async with database.transaction() as db:
        yield UnitOfWork(db, app.state.outbox, app.state.bus)


async def _write_work(request: Request) -> AsyncIterator[UnitOfWork]:
    async with unit_of_work(request.app) as work:
        yield work


# scope="function": the commit happens before the answer is sent, so that "200" means it is in the database
Work = Annotated[UnitOfWork, Depends(_write_work, scope="function")]
