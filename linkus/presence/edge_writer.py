"""Writes desk phones and revocations to the edge: the changed ones, and all after the edge has started."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import structlog
from sqlalchemy import select

from linkus.engine.kamailio import Edge, EdgeUnreachableError, Phone
from linkus.kit.database import Database
from linkus.kit.kinds import SipKind, aor
from linkus.kit.outbox import RetryLater
from linkus.presence import revocations
from linkus.presence.phone_batcher import PhoneBatcher
from linkus.presence.ports import Deregistered
from linkus.presence.service import Presence
from linkus.shared.extension_notify import phone_payload
from linkus.shared.models.extension import Extension

log = structlog.get_logger("presence")
Answer = TypeVar("Answer")
MAX_QUERY_PHONES = 500


async def or_retry_later(request: Coroutine[Any, Any, Answer]) -> Answer:
    """Return the edge's answer. Raise RetryLater if the edge cannot be reached."""
    try:
        return await request
    except EdgeUnreachableError as error:
        raise RetryLater(str(error)) from error


class EdgeWriter:
    def __init__(self, database: Database, presence: Presence, edge: Edge) -> None:
        self._database = database
        self._presence = presence
        self._edge = edge
        self._phone_batcher = PhoneBatcher(database, self._write_phones)

    async def write_everything(self) -> None:
        """Write all revocations and all phones."""
        async with self._database.transaction(write=False) as db:
            revoked = await revocations.current(db)
        for row in revoked:
            await self._edge.revoke(row.aor, row.until)
        await self._edge.say_complete("revoked")
        last_id, written = 0, 0
        while True:
            async with self._database.transaction(write=False) as db:
                query = select(Extension).where(Extension.id > last_id).order_by(Extension.id).limit(MAX_QUERY_PHONES)
                rows = list((await db.scalars(query)).all())
            if not rows:
                break
            await self._edge.set_phones([phone_of(extension) for extension in rows])
            last_id, written = rows[-1].id, written + len(rows)
        await self._edge.say_complete("phones")
        log.info("edge_filled", phones=written, revocations=len(revoked))

    async def write_phone(self, payload: dict[str, Any]) -> None:
        """Write a phone to the edge. The outbox row only names the phone, and its values come from the database as they
        are now, so the order of rows does not matter.

        If its extension has given the number up, the phones that are registered go first: another extension may have
        the number by now, and must share no call with them."""
        if payload.get("remove"):
            await self._remove_phone(str(payload["aor"]))
        await self._phone_batcher.changed(str(payload["aor"]))

    async def _write_phones(self, extensions: Sequence[Extension], gone_aors: Sequence[str]) -> None:
        await or_retry_later(self._edge.set_phones([phone_of(extension) for extension in extensions]))
        for phone_aor in gone_aors:
            await self._remove_phone(phone_aor)

    async def _remove_phone(self, phone_aor: str) -> None:
        """Deregister the phones of an extension, and end their calls."""
        await or_retry_later(self._edge.deregister_phone(phone_aor))
        self._presence.publish(self._presence.registry.forget(phone_aor))
        await self._presence.deregistered(Deregistered(phone_aor, revoked_until=0))


def phone_of(extension: Extension) -> Phone:
    payload = phone_payload(extension)
    return Phone(
        aor=aor(extension.number, SipKind.PHONE),
        registration_name=str(payload["registration_name"]),
        ha1=str(payload["ha1"]),
        max_contacts=extension.phone_max_contacts,
    )
