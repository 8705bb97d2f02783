"""Writes an event in the same transaction as its cause, and publishes it to open portal pages after the commit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event import repository
from linkus.event.events import EventLogged
from linkus.event.kinds import KINDS, EventCategory, EventKind, EventLevel
from linkus.event.models import EventRecord
from linkus.event.schemas import EventChoices, EventFilter, EventItem, EventKindChoice
from linkus.event.words import event_name, event_text, words
from linkus.kit import csv_export
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.csv_file import Column, Sheet
from linkus.kit.database import Database
from linkus.kit.messages import Language, text
from linkus.kit.pages import Page, Paging, fetch_page
from linkus.kit.work import UnitOfWork

SHEET = Sheet(
    (
        Column("time", "Time", "时间"),
        Column("level", "Level", "级别"),
        Column("category", "Category", "分类"),
        Column("name", "Event", "事件"),
        Column("text", "What happened", "内容"),
    ),
    needed="time",
    missing="csv_not_readable",
)


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


def choices(language: Language) -> EventChoices:
    return EventChoices(
        kinds=[
            EventKindChoice(kind=kind, name=event_name(language, kind), category=about.category)
            for kind, about in KINDS.items()
        ]
    )


def export(database: Database, wanted: EventFilter, language: Language) -> AsyncIterator[bytes]:
    """Export all matching events."""

    async def records(db: AsyncSession) -> AsyncIterator[list[object]]:
        async for row in repository.stream(db, wanted):
            shown = item(row, language)
            moment = shown.created_at.isoformat(timespec="seconds")
            level = text(language, f"event_level_{shown.level}")
            yield [moment, level, text(language, f"event_category_{shown.category}"), shown.name, shown.text]

    return csv_export.export(SHEET, database, language, records)
