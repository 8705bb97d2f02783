"""Keeps an attack from becoming a flood of mails.

Within ten minutes, contacts are told at once of the first events of a kind that strangers can cause again and again
(those with a `bundle`). The next one stands for all that follow: one mail at the end of the ten minutes counts them.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.shared.event_log.record import BUNDLE_PERIOD
from linkus.shared.models.event import EventRecord

MAX_TOLD_AT_ONCE = 5


async def rank(db: AsyncSession, event: EventRecord) -> int:
    """Return which of the events of its kind within the period this is, beginning with 1."""
    if not event.bundle:
        return 1
    query = select(func.count()).where(
        EventRecord.kind == event.kind,
        EventRecord.bundle != "",
        EventRecord.id <= event.id,
        EventRecord.created_at > event.created_at - BUNDLE_PERIOD,
    )
    return await db.scalar(query) or 1


def is_told_at_once(rank_in_period: int) -> bool:
    return rank_in_period <= MAX_TOLD_AT_ONCE


def stands_for_others(rank_in_period: int) -> bool:
    return rank_in_period == MAX_TOLD_AT_ONCE + 1


async def count_untold(db: AsyncSession, event: EventRecord) -> int:
    """Return how often the event has happened that no mail has told of yet: its repeats or, if it stands for others,
    all events of its kind in the ten minutes from it."""
    if not stands_for_others(await rank(db, event)):
        return event.repeats
    query = select(func.sum(1 + EventRecord.repeats)).where(
        EventRecord.kind == event.kind,
        EventRecord.bundle != "",
        EventRecord.id >= event.id,
        EventRecord.created_at < event.created_at + BUNDLE_PERIOD,
    )
    return await db.scalar(query) or 0
