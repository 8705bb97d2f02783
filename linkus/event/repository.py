"""Queries for events."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event.kinds import EventKind
from linkus.event.models import EventRecord
from linkus.event.schemas import EventFilter
from linkus.kit.pages import like_pattern


def query(wanted: EventFilter) -> Select[EventRecord]:
    """Return the query for a filter, newest first."""
    found = select(EventRecord)
    if wanted.kind is not None:
        found = found.where(EventRecord.kind == wanted.kind.value)
    if wanted.category is not None:
        found = found.where(EventRecord.category == wanted.category.value)
    if wanted.level is not None:
        found = found.where(EventRecord.level == wanted.level.value)
    if wanted.search:
        found = found.where(EventRecord.words.like(like_pattern(wanted.search.lower()), escape="\\"))
    return found.order_by(EventRecord.created_at.desc(), EventRecord.id.desc())


async def latest(db: AsyncSession, kinds: Collection[EventKind]) -> EventRecord | None:
    """Return the last event of these kinds. After a restart it tells whether an outage was already reported."""
    newest = select(EventRecord).where(EventRecord.kind.in_([kind.value for kind in kinds]))
    return await db.scalar(newest.order_by(EventRecord.id.desc()).limit(1))
