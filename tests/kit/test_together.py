"""Writes of many tasks in few transactions: each gets its own result or error, and nothing is half done."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.together import Together
from linkus.system.models import Setting
from tests.support.api import Server


class Counted(Together):
    """Counts its transactions."""

    transactions = 0

    async def _transaction(self, batch):  # type: ignore[no-untyped-def]  # as in the class it is derived from
        self.transactions += 1
        return await super()._transaction(batch)


async def save(together: Together, key: str) -> str:
    async def work(db: AsyncSession) -> str:
        db.add(Setting(key=key, value={}, version=2))
        return key

    return await together.run(work)


async def count(server: Server) -> int:
    async with server.database.transaction(write=False) as db:
        return await db.scalar(select(func.count()).where(Setting.key.like("together-%"))) or 0


async def test_many_works_in_few_transactions(server: Server) -> None:
    together = Counted(server.database)
    keys = [f"together-{number}" for number in range(250)]
    assert await asyncio.gather(*(save(together, key) for key in keys)) == keys
    assert await count(server) == 250
    assert together.transactions <= 4


async def test_an_error_is_only_his_who_made_it(server: Server) -> None:
    together = Together(server.database)

    async def refuse(_db: AsyncSession) -> None:
        raise LookupError("mine")

    outcomes = await asyncio.gather(
        save(together, "together-1"), together.run(refuse), save(together, "together-2"), return_exceptions=True
    )
    assert outcomes[0] == "together-1"
    assert isinstance(outcomes[1], LookupError)
    assert await count(server) == 2


async def test_a_transaction_that_fails_fails_for_all_of_it_and_the_next_goes_on(server: Server) -> None:
    together = Together(server.database)

    async def broken(db: AsyncSession) -> None:
        await db.execute(text("SELECT * FROM no_such_table"))

    outcomes = await asyncio.gather(save(together, "together-1"), together.run(broken), return_exceptions=True)
    assert [isinstance(each, SQLAlchemyError) for each in outcomes] == [True, True]
    assert await count(server) == 0
    assert await save(together, "together-3") == "together-3"


async def test_who_is_cancelled_while_he_waits_disturbs_nobody(server: Server) -> None:
    together = Together(server.database)
    waiting = asyncio.create_task(save(together, "together-1"))
    other = asyncio.create_task(save(together, "together-2"))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await other == "together-2"
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_all_need_is_read_at_once(server: Server) -> None:
    asked: list[list[int]] = []

    async def prepare(_db: AsyncSession, about: list[int]) -> list[object]:
        asked.append(about)
        return []

    async def nothing(_db: AsyncSession) -> None:
        return None

    together = Together(server.database, prepare)
    await asyncio.gather(*(together.run(nothing, number) for number in range(5)), together.run(nothing))
    assert [number for about in asked for number in about] == [0, 1, 2, 3, 4]
    assert len(asked) <= 2
