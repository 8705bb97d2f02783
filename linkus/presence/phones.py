"""Writes changed desk phones to the edge in batches, as the database has them now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select

from linkus.extension.models import Extension
from linkus.kit.database import Database
from linkus.kit.kinds import SipKind

MOST = 100  # extensions per batch
# the extensions to write to the edge, and the addresses of record to remove there
Tell = Callable[[Sequence[Extension], Sequence[str]], Awaitable[None]]


class Phones:
    """Batches changes of phones. A change during a round waits for the next round. Rounds run one after the other, so
    that an older state of a phone never overwrites a newer one."""

    def __init__(self, database: Database, tell: Tell) -> None:
        self._database = database
        self._tell = tell
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._runner: asyncio.Task[None] | None = None

    async def changed(self, name: str) -> None:
        """Write the phone of an address of record to the edge, or remove it there if its extension is gone. Return when
        that is done, and raise what `tell` raised."""
        told = self._waiting.setdefault(name, asyncio.get_running_loop().create_future())
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        await asyncio.shield(told)  # others may be waiting for it as well

    async def _run(self) -> None:
        while self._waiting:
            names = list(self._waiting)[:MOST]
            waiting = [self._waiting.pop(name) for name in names]
            try:
                await self._round(names)
            except Exception as error:  # noqa: BLE001 - raised in those who wait for it
                for each in waiting:
                    each.set_exception(error)
            else:
                for each in waiting:
                    each.set_result(None)

    async def _round(self, names: Sequence[str]) -> None:
        numbers = {name.removesuffix(f".{SipKind.PHONE.value}"): name for name in names}
        async with self._database.transaction(write=False) as db:
            found = (await db.scalars(select(Extension).where(Extension.number.in_(numbers)))).all()
        there = {extension.number for extension in found}
        await self._tell(found, [name for number, name in numbers.items() if number not in there])
