"""Writes changed desk phones to the edge in batches, as the database has them now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select

from linkus.kit.database import Database
from linkus.kit.kinds import SipKind
from linkus.shared.models.extension import Extension

MAX_BATCH_PHONES = 100
# the extensions to write to the edge, and the addresses of record to remove there
Write = Callable[[Sequence[Extension], Sequence[str]], Awaitable[None]]


class PhoneBatcher:
    """Batches changes of phones. A change during a batch waits for the next batch. Batches run one after the other, so
    that an older state of a phone never overwrites a newer one."""

    def __init__(self, database: Database, write: Write) -> None:
        self._database = database
        self._write = write
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def changed(self, name: str) -> None:
        """Write the phone of an address of record to the edge, or remove it there if its extension is gone. Return when
        that is done, and raise what `write` raised."""
        written = self._waiting.setdefault(name, asyncio.get_running_loop().create_future())
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await asyncio.shield(written)  # others may be waiting for it as well

    async def _run(self) -> None:
        while self._waiting:
            names = list(self._waiting)[:MAX_BATCH_PHONES]
            waiting = [self._waiting.pop(name) for name in names]
            try:
                await self._write_batch(names)
            except Exception as error:  # noqa: BLE001 - raised in those who wait for it
                for future in waiting:
                    future.set_exception(error)
            else:
                for future in waiting:
                    future.set_result(None)

    async def _write_batch(self, names: Sequence[str]) -> None:
        numbers = {name.removesuffix(f".{SipKind.PHONE.value}"): name for name in names}
        async with self._database.transaction(write=False) as db:
            extensions = (await db.scalars(select(Extension).where(Extension.number.in_(numbers)))).all()
        present = {extension.number for extension in extensions}
        await self._write(extensions, [name for number, name in numbers.items() if number not in present])
