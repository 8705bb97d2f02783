"""Desk phones at the edge: what the database says of many of them, written at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import select

from linkus.engine.kamailio import MOST_PHONES, Edge, EdgeUnreachableError, Phone
from linkus.extension.models import Extension
from linkus.extension.notify import phone_payload
from linkus.kit.database import Database
from linkus.kit.kinds import SipKind, aor
from linkus.kit.outbox import RetryLater
from linkus.presence.service import Presence


class Phones:
    """Whoever asks while others are written waits for the next round. Rounds follow each other: none is read before,
    and written after, another of the same phone."""

    def __init__(self, database: Database, edge: Edge, presence: Presence) -> None:
        self._database = database
        self._edge = edge
        self._presence = presence
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._runner: asyncio.Task[None] | None = None

    async def write(self, name: str) -> None:
        """`name` is an address of record. Returns when the edge has its phone as it is now, or has forgotten it.

        Raises RetryLater when the edge does not answer, EdgeError when it refused.
        """
        written = self._waiting.setdefault(name, asyncio.get_running_loop().create_future())
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        await asyncio.shield(written)  # it may be awaited by others as well

    async def _run(self) -> None:
        while self._waiting:
            names = list(self._waiting)[:MOST_PHONES]
            waiting = [self._waiting.pop(name) for name in names]
            try:
                await self._write(names)
            except Exception as error:  # noqa: BLE001 - it is theirs who asked, and raised there
                for each in waiting:
                    each.set_exception(error)
            else:
                for each in waiting:
                    each.set_result(None)

    async def _write(self, names: list[str]) -> None:
        numbers = {name.removesuffix(f".{SipKind.PHONE.value}"): name for name in names}
        async with self._database.transaction(write=False) as db:
            found = (await db.scalars(select(Extension).where(Extension.number.in_(numbers)))).all()
        gone = set(names) - {numbers[extension.number] for extension in found}
        try:
            await self.write_all(found)
            for name in gone:
                await self._edge.throw_off_phone(name)
        except EdgeUnreachableError as error:
            raise RetryLater(str(error)) from error
        for name in gone:
            self._presence.publish(self._presence.registry.forget(name))

    async def write_all(self, extensions: Sequence[Extension]) -> None:
        await self._edge.set_phones([phone_of(extension) for extension in extensions])


def phone_of(extension: Extension) -> Phone:
    payload = phone_payload(extension)
    return Phone(
        aor=aor(extension.number, SipKind.PHONE),
        registration_name=str(payload["registration_name"]),
        ha1=str(payload["ha1"]),
        max_contacts=extension.phone_max_contacts,
    )
