"""Writes of many tasks in few transactions: each gets its own result or error, and nothing is half done."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.write_batcher import WriteBatcher
from linkus.shared.models.setting import Setting
from tests.support.api import Server


class CountingBatcher(WriteBatcher):
    """Counts its transactions."""

    transactions = 0

    async def _transaction(self, batch):  # type: ignore[no-untyped-def]  # as in the class it is derived from
        self.transactions += 1
        return await super()._transaction(batch)


async def save(batcher: WriteBatcher, key: str) -> str:
    async def work(db: AsyncSession) -> str:
        db.add(Setting(key=key, value={}, version=2))
        return key

    return await batcher.run(work)


async def count(server: Server) -> int:
    async with server.database.transaction(write=False) as db:
        return await db.scalar(select(func.count()).where(Setting.key.like("batched-%"))) or 0


async def test_batcher_writes_many_requests_in_few_transactions(server: Server) -> None:
    batcher = CountingBatcher(server.database)
    keys = [f"batched-{number}" for number in range(250)]
    assert await asyncio.gather(*(save(batcher, key) for key in keys)) == keys
    assert await count(server) == 250
    assert batcher.transactions <= 4


async def test_batcher_raises_an_error_only_to_its_caller(server: Server) -> None:
    batcher = WriteBatcher(server.database)

    async def refuse(_db: AsyncSession) -> None:
        raise LookupError("mine")

    outcomes = await asyncio.gather(
        save(batcher, "batched-1"), batcher.run(refuse), save(batcher, "batched-2"), return_exceptions=True
    )
    assert outcomes[0] == "batched-1"
    assert isinstance(outcomes[1], LookupError)
    assert await count(server) == 2


async def test_batcher_fails_the_whole_batch_when_its_transaction_fails(server: Server) -> None:
    batcher = WriteBatcher(server.database)

    async def broken(db: AsyncSession) -> None:
        await db.execute(text("SELECT * FROM no_such_table"))

    outcomes = await asyncio.gather(save(batcher, "batched-1"), batcher.run(broken), return_exceptions=True)
    assert [isinstance(outcome, SQLAlchemyError) for outcome in outcomes] == [True, True]
    assert await count(server) == 0
    assert await save(batcher, "batched-3") == "batched-3"


async def test_batcher_serves_the_others_when_a_caller_is_cancelled(server: Server) -> None:
    batcher = WriteBatcher(server.database)
    waiting = asyncio.create_task(save(batcher, "batched-1"))
    other = asyncio.create_task(save(batcher, "batched-2"))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await other == "batched-2"
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_batcher_prepares_a_batch_with_one_call(server: Server) -> None:
    requested: list[list[int]] = []

    async def prepare(_db: AsyncSession, row_ids: list[int]) -> list[object]:
        requested.append(row_ids)
        return []

    async def nothing(_db: AsyncSession) -> None:
        return None

    batcher = WriteBatcher(server.database, prepare)
    await asyncio.gather(*(batcher.run(nothing, number) for number in range(5)), batcher.run(nothing))
    assert [number for row_ids in requested for number in row_ids] == [0, 1, 2, 3, 4]
    assert len(requested) <= 2
