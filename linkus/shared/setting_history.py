"""Tells how the settings of the server have changed. The page gives a past value back by saving it like any other, so
that every consequence of a change follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.actor import ActorKind, ChangeWay, current_actor
from linkus.kit.clock import now
from linkus.shared.audit.kinds import AuditObject
from linkus.shared.audit.values import MASK, difference
from linkus.shared.models.setting import ServerSettingHistory


class ServerSettingChange(BaseModel):
    """Tells of one change of one setting. Of a secret it tells only that it was changed: `is_secret`."""

    name: str
    changed_at: datetime
    actor: ActorKind
    actor_name: str
    source: Literal["form", "restore"] = Field(description="`restore`: a past value, from this history.")
    before: Any
    after: Any
    is_secret: bool


class ServerSettingChanges(BaseModel):
    """Lists the changes of a group of settings, newest first."""

    items: list[ServerSettingChange]


def remember(db: AsyncSession, key: str, version: int, before: dict[str, Any], after: BaseModel) -> None:
    """Store a change of a group in the transaction that makes it."""
    was, will_be = difference(AuditObject.SERVER_SETTINGS, before, after)
    if not was and not will_be:
        return
    actor = current_actor()
    db.add(
        ServerSettingHistory(
            key=key,
            version_after=version,
            changed_at=now(),
            actor_kind=actor.kind.value,
            actor_name=actor.name[:150],
            source="restore" if actor.way is ChangeWay.RESTORE else "form",
            before=was,
            after=will_be,
        )
    )


async def changes(db: AsyncSession, key: str, name: str | None) -> ServerSettingChanges:
    query = select(ServerSettingHistory).where(ServerSettingHistory.key == key)
    rows = await db.scalars(query.order_by(ServerSettingHistory.version_after.desc()))
    return ServerSettingChanges(
        items=[
            ServerSettingChange(
                name=changed,
                changed_at=row.changed_at,
                actor=ActorKind(row.actor_kind),
                actor_name=row.actor_name,
                source=row.source,
                before=row.before.get(changed),
                after=after,
                is_secret=MASK in (row.before.get(changed), after),
            )
            for row in rows
            for changed, after in row.after.items()
            if name in (None, changed)
        ]
    )
