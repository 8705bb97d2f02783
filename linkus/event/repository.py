"""Queries for events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event.schemas import EventFilter
from linkus.kit.pages import like_pattern
from linkus.shared.event_log.kinds import EventCategory, EventKind
from linkus.shared.models.event import EventRecord

_CHUNK_EVENTS = 500


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
    if wanted.since is not None:
        found = found.where(EventRecord.created_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(EventRecord.created_at <= wanted.until)
    return found.order_by(EventRecord.created_at.desc(), EventRecord.id.desc())


async def stream(db: AsyncSession, wanted: EventFilter) -> AsyncIterator[EventRecord]:
    """Yield all matching events, some at a time."""
    result = await db.stream(query(wanted).execution_options(yield_per=_CHUNK_EVENTS))
    async for event in result.scalars():
        yield event


async def latest(db: AsyncSession, kinds: Collection[EventKind]) -> EventRecord | None:
    """Return the last event of these kinds. After a restart it tells whether an outage was already reported."""
    newest = select(EventRecord).where(EventRecord.kind.in_([kind.value for kind in kinds]))
    return await db.scalar(newest.order_by(EventRecord.id.desc()).limit(1))


async def forget_before(db: AsyncSession, categories: Collection[EventCategory], moment: datetime) -> None:
    """Delete the events of these categories that are older than `moment`."""
    old = (EventRecord.category.in_([category.value for category in categories]), EventRecord.created_at < moment)
    await db.execute(delete(EventRecord).where(*old), execution_options={"synchronize_session": False})


async def forget_oldest(db: AsyncSession, kind: EventKind, max_events: int) -> None:
    """Delete all but the newest events of a kind. Each kind has its own limit: strangers who fail to sign in must not
    push out what tells of an outage."""
    of_kind = EventRecord.kind == kind.value
    last = select(EventRecord.id).where(of_kind).order_by(EventRecord.id.desc()).offset(max_events).limit(1)
    statement = delete(EventRecord).where(of_kind, EventRecord.id <= last.scalar_subquery())
    await db.execute(statement, execution_options={"synchronize_session": False})
