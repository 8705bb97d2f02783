"""Stores changes of client settings with the values before them, for up to 400 days and 500 changes of a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings.models import ClientSettingHistory, ClientSettingWrite
from linkus.kit.actor import ActorKind, current_actor
from linkus.kit.clock import now

MAX_AGE = timedelta(days=400)
MAX_CHANGES = 500  # of one client's settings: the oldest go first
# Changes of a user on a client within this time are one change: the values before the first and after the last.
MERGED = timedelta(minutes=1)
Altered = tuple[int, int, Mapping[str, Any]]  # extension's id, version after the change, values before it


@dataclass(frozen=True, slots=True)
class Entry:
    """Holds one change of one row, and its values before."""

    write: ClientSettingWrite
    before: Mapping[str, Any]

    @property
    def changed_at(self) -> datetime:
        return self.write.changed_at


class ChangeSource(StrEnum):
    """Names the way by which a setting was changed."""

    FORM = "form"  # one client's settings, in the portal or in the client
    BULK = "bulk"
    BULK_UNDO = "bulk_undo"
    DEFAULT = "default"  # a new default that was applied to all
    RESTORE = "restore"


_OF_ONE_CLIENT = (ChangeSource.FORM, ChangeSource.RESTORE)  # a write of these is of one row


async def remember(
    db: AsyncSession,
    source: ChangeSource,
    kind: str,
    altered: Sequence[Altered],
    written: Mapping[str, Any],
    change_id: int | None = None,
) -> None:
    """Store a change of many rows, all of which got the values `written`."""
    if not altered:
        return
    if source is ChangeSource.FORM and await _merged(db, kind, altered[0], written):
        return
    actor = current_actor()
    write = ClientSettingWrite(
        client_kind=kind,
        changed_at=now(),
        actor_kind=actor.kind.value,
        actor_name=actor.name[:150],
        source=source.value,
        values=dict(written),
        change_id=change_id,
    )
    db.add(write)
    await db.flush()
    rows = [
        {
            "extension_id": extension_id,
            "client_kind": kind,
            "version_after": version,
            "write_id": write.id,
            "before": before,
        }
        for extension_id, version, before in altered
    ]
    await db.execute(insert(ClientSettingHistory), rows)
    if source in _OF_ONE_CLIENT:
        await _forget_oldest(db, altered[0][0], kind)


async def _merged(db: AsyncSession, kind: str, altered: Altered, written: Mapping[str, Any]) -> bool:
    """Add a change to the one before it, if the same user made that just now. It keeps the time of the first, so that
    a row covers a minute at most. What administrators change stays apart: they are few, and answer for each."""
    extension_id, version, before = altered
    actor = current_actor()
    if actor.kind is not ActorKind.USER:
        return False
    query = select(ClientSettingHistory, ClientSettingWrite).join(
        ClientSettingWrite, ClientSettingWrite.id == ClientSettingHistory.write_id
    )
    query = query.where(ClientSettingHistory.extension_id == extension_id, ClientSettingHistory.client_kind == kind)
    row = (await db.execute(query.order_by(ClientSettingHistory.version_after.desc()).limit(1))).one_or_none()
    if row is None:
        return False
    last, write = row
    is_same = (write.source, write.actor_kind, write.actor_name) == (
        ChangeSource.FORM.value,
        actor.kind.value,
        actor.name[:150],
    )
    if not is_same or not now() - MERGED < write.changed_at <= now():
        return False
    last.before = {**before, **last.before}
    last.version_after = version
    write.values = {**write.values, **written}
    await db.flush()
    return True


async def _forget_oldest(db: AsyncSession, extension_id: int, kind: str) -> None:
    own = (ClientSettingHistory.extension_id == extension_id, ClientSettingHistory.client_kind == kind)
    query = select(ClientSettingHistory.version_after).where(*own)
    oldest = await db.scalar(query.order_by(ClientSettingHistory.version_after.desc()).offset(MAX_CHANGES).limit(1))
    if oldest is None:
        return
    gone = delete(ClientSettingHistory).where(*own, ClientSettingHistory.version_after <= oldest)
    write_ids = list(await db.scalars(gone.returning(ClientSettingHistory.write_id)))
    single = [source.value for source in _OF_ONE_CLIENT]
    alone = delete(ClientSettingWrite).where(
        ClientSettingWrite.id.in_(write_ids), ClientSettingWrite.source.in_(single)
    )
    await db.execute(alone, execution_options={"synchronize_session": False})


async def entries(db: AsyncSession, extension_id: int, kind: str, *, after: datetime | None = None) -> list[Entry]:
    """Return the changes of the settings of one client, newest first and at most MAX_CHANGES; with `after`, those after
    that moment."""
    query = select(ClientSettingWrite, ClientSettingHistory.before).join(
        ClientSettingHistory, ClientSettingHistory.write_id == ClientSettingWrite.id
    )
    query = query.where(ClientSettingHistory.extension_id == extension_id, ClientSettingHistory.client_kind == kind)
    if after is not None:
        query = query.where(ClientSettingWrite.changed_at > after)
    rows = await db.execute(query.order_by(ClientSettingHistory.version_after.desc()).limit(MAX_CHANGES))
    return [Entry(row[0], row[1]) for row in rows]


async def forget(db: AsyncSession, before: datetime) -> None:
    statement = delete(ClientSettingWrite).where(ClientSettingWrite.changed_at < before)
    await db.execute(statement, execution_options={"synchronize_session": False})
