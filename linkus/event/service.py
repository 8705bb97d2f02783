"""Writes an event in the same transaction as its cause, and publishes it to open portal pages after the commit."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event import repository
from linkus.event.kinds import KINDS, EventCategory, EventKind, EventLevel
from linkus.event.models import EventRecord
from linkus.event.schemas import EventFilter, EventItem
from linkus.event.words import event_name, event_text, words
from linkus.event_catalogue import EventLogged
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.messages import Language
from linkus.kit.pages import Page, Paging, fetch_page
from linkus.kit.work import UnitOfWork


async def record(work: UnitOfWork, kind: EventKind, params: dict[str, Any]) -> EventRecord:
    """Record an event. `params` is JSON with all parameters of the kind's text; a missing one fails here, not at the
    reader."""
    about = KINDS[kind]
    event = EventRecord(
        kind=kind.value,
        category=about.category.value,
        level=about.level.value,
        params=params,
        words=words(kind, params),
        created_at=now(),
    )
    work.db.add(event)
    await work.db.flush()
    # without its text: readers have different languages
    logged = EventLogged(
        id=event.id,
        kind=kind,
        category=about.category,
        level=about.level,
        params=params,
        created_at=event.created_at,
    )
    work.publish([PORTAL], logged)
    return event


async def page(db: AsyncSession, wanted: EventFilter, paging: Paging, language: Language) -> Page[EventItem]:
    found = await fetch_page(db, repository.query(wanted), paging)
    return found.page(lambda row: item(row, language))


def item(row: EventRecord, language: Language) -> EventItem:
    kind = EventKind(row.kind)
    return EventItem(
        id=row.id,
        kind=kind,
        category=EventCategory(row.category),
        level=EventLevel(row.level),
        name=event_name(language, kind),
        text=event_text(language, kind, row.params),
        params=row.params,
        created_at=row.created_at,
    )
