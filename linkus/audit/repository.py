from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from sqlalchemy import ColumnElement, Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.audit.schemas import AuditFilter
from linkus.audit.words import names_of_words
from linkus.kit.actor import ActorKind
from linkus.kit.pages import like_pattern
from linkus.shared.models.audit import AuditEntry

_CHUNK_ENTRIES = 500


def query(wanted: AuditFilter) -> Select[AuditEntry]:
    """Return the query for a filter, newest first."""
    found = select(AuditEntry)
    if wanted.search:
        found = found.where(or_(*_searched(wanted.search)))
    if wanted.actor:
        pattern = like_pattern(wanted.actor)
        found = found.where(
            or_(
                AuditEntry.actor_name.ilike(pattern, escape="\\"),
                AuditEntry.address.like(pattern, escape="\\"),
            )
        )
    for column, value in (
        (AuditEntry.object_kind, wanted.object),
        (AuditEntry.object_id, wanted.object_id),
        (AuditEntry.action, wanted.action),
    ):
        if value is not None:
            found = found.where(column == value)
    if wanted.since is not None:
        found = found.where(AuditEntry.created_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(AuditEntry.created_at <= wanted.until)
    return found.order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc())


def _searched(search: str) -> Iterator[ColumnElement[bool]]:
    """Yield where a search is found: in what is stored, or as the words of what is stored by name."""
    yield AuditEntry.words.like(like_pattern(search.lower()), escape="\\")
    for section, names in names_of_words(search).items():
        match section:
            case "objects":
                yield AuditEntry.object_kind.in_(names)
            case "actions":
                yield AuditEntry.action.in_(names)
            case _:
                for name in names:
                    yield AuditEntry.words.like(like_pattern(name.lower()), escape="\\")


async def administrators(db: AsyncSession) -> list[str]:
    """Return the names of the administrators in the log."""
    names = select(AuditEntry.actor_name).where(AuditEntry.actor_kind == ActorKind.ADMINISTRATOR.value).distinct()
    return sorted((await db.scalars(names)).all())


async def stream(db: AsyncSession, wanted: AuditFilter) -> AsyncIterator[AuditEntry]:
    """Yield all matching entries, some at a time."""
    result = await db.stream(query(wanted).execution_options(yield_per=_CHUNK_ENTRIES))
    async for entry in result.scalars():
        yield entry


async def forget_oldest(db: AsyncSession, max_entries: int) -> None:
    """Delete all but the newest entries."""
    last = select(AuditEntry.id).order_by(AuditEntry.id.desc()).offset(max_entries).limit(1).scalar_subquery()
    await db.execute(delete(AuditEntry).where(AuditEntry.id <= last), execution_options={"synchronize_session": False})
