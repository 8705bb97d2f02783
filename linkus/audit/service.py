"""Reads the audit log in the reader's language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.audit import repository, words
from linkus.audit.schemas import AuditChoice, AuditChoices, AuditedValue, AuditFilter, AuditItem
from linkus.kit import csv_export
from linkus.kit.actor import ActorKind
from linkus.kit.csv_file import Column, Sheet
from linkus.kit.database import Database
from linkus.kit.messages import Language
from linkus.kit.pages import Page, Paging, fetch_page
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.models.audit import AuditEntry

MAX_ENTRIES = 50_000
SHEET = Sheet(
    (
        Column("time", "Time", "时间"),
        Column("actor", "Who", "操作人"),
        Column("address", "From IP", "来源 IP"),
        Column("action", "Action", "操作"),
        Column("object", "Object", "对象"),
        Column("name", "Name", "名称"),
        Column("before", "Before", "修改前"),
        Column("after", "After", "修改后"),
    ),
    needed="time",
    missing="csv_not_readable",
)


async def page(db: AsyncSession, wanted: AuditFilter, paging: Paging, language: Language) -> Page[AuditItem]:
    found = await fetch_page(db, repository.query(wanted), paging)
    return found.page(lambda entry: item(entry, language))


def item(entry: AuditEntry, language: Language) -> AuditItem:
    return AuditItem(
        id=entry.id,
        created_at=entry.created_at,
        actor=ActorKind(entry.actor_kind),
        actor_name=entry.actor_name,
        actor_label=words.actor_label(language, entry.actor_kind, entry.actor_name),
        address=entry.address,
        object=AuditObject(entry.object_kind),
        object_id=entry.object_id,
        object_name=words.object_name(language, entry.object_kind, entry.object_name),
        object_label=words.label(language, "objects", entry.object_kind),
        action=AuditAction(entry.action),
        action_label=words.label(language, "actions", entry.action),
        values=[
            AuditedValue(
                name=name,
                label=words.field_label(language, entry.object_kind, name),
                before=words.field_text(language, entry.object_kind, name, entry.before[name])
                if name in entry.before
                else None,
                after=words.field_text(language, entry.object_kind, name, entry.after[name])
                if name in entry.after
                else None,
            )
            for name in {**entry.before, **entry.after}
        ],
    )


async def choices(db: AsyncSession, language: Language) -> AuditChoices:
    def of(section: str, values: Iterable[str]) -> list[AuditChoice]:
        return [AuditChoice(value=value, label=words.label(language, section, value)) for value in values]

    return AuditChoices(
        actors=[AuditChoice(value=name, label=name) for name in await repository.administrators(db)],
        objects=of("objects", AuditObject),
        actions=of("actions", AuditAction),
    )


def export(database: Database, wanted: AuditFilter, language: Language) -> AsyncIterator[bytes]:
    """Export all matching entries."""

    async def records(db: AsyncSession) -> AsyncIterator[list[object]]:
        async for entry in repository.stream(db, wanted):
            shown = item(entry, language)
            yield [
                shown.created_at.isoformat(timespec="seconds"),
                shown.actor_label,
                shown.address,
                shown.action_label,
                shown.object_label,
                shown.object_name,
                words.joined(language, [(value.label, value.before) for value in shown.values]),
                words.joined(language, [(value.label, value.after) for value in shown.values]),
            ]

    return csv_export.export(SHEET, database, language, records)
