"""Counts the events that an administrator has not seen yet. What only informs does not count: many sign-ins are no
news."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event.schemas import UnreadEvents
from linkus.shared.event_log.kinds import EventLevel
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.event import EventRecord

MAX_COUNT = 100
_NEWS = (EventLevel.ALERT, EventLevel.WARNING)  # the gravest first


async def unread(db: AsyncSession, administrator_id: int) -> UnreadEvents:
    seen = select(Administrator.seen_event_id).where(Administrator.id == administrator_id).scalar_subquery()
    query = select(EventRecord.level).where(EventRecord.id > seen, EventRecord.level.in_(_NEWS))
    levels = set(found := (await db.scalars(query.order_by(EventRecord.id.desc()).limit(MAX_COUNT))).all())
    return UnreadEvents(count=len(found), level=next((level for level in _NEWS if level in levels), None))


async def mark_seen(db: AsyncSession, administrator_id: int, event_id: int) -> None:
    """Remember the newest event that was shown. An older one, from a page that stood open elsewhere, changes
    nothing."""
    own = (Administrator.id == administrator_id, Administrator.seen_event_id < event_id)
    await db.execute(update(Administrator).where(*own).values(seen_event_id=event_id))
