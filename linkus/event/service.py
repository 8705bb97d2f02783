"""Reads the event log. `linkus/shared/event_log` writes it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event import repository
from linkus.event.schemas import EventChoices, EventFilter, EventItem, EventKindChoice
from linkus.kit import csv_export
from linkus.kit.csv_file import Column, Sheet
from linkus.kit.database import Database
from linkus.kit.messages import Language, text
from linkus.kit.pages import Page, Paging, fetch_page
from linkus.shared.event_log.kinds import KINDS, EventCategory, EventKind, EventLevel
from linkus.shared.event_log.words import event_name, event_text
from linkus.shared.models.event import EventRecord

SHEET = Sheet(
    (
        Column("time", "Time", "时间"),
        Column("level", "Level", "级别"),
        Column("category", "Category", "分类"),
        Column("name", "Event", "事件"),
        Column("text", "What happened", "内容"),
        Column("times", "Times", "次数"),
    ),
    needed="time",
    missing="csv_not_readable",
)


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
        repeats=row.repeats,
        last_at=row.last_at,
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
            category = text(language, f"event_category_{shown.category}")
            yield [moment, level, category, shown.name, shown.text, 1 + shown.repeats]

    return csv_export.export(SHEET, database, language, records)


async def export_json(database: Database, wanted: EventFilter, language: Language) -> AsyncIterator[bytes]:
    """Export all matching events, one JSON object in each line."""
    async with database.transaction(write=False) as db:
        async for row in repository.stream(db, wanted):
            yield item(row, language).model_dump_json().encode() + b"\n"
