"""Queries for call records."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.records.models import CallRecord
from linkus.call.records.schemas import CallFilter, CallRecordSort, CallResult
from linkus.kit.pages import like_pattern, order
from linkus.trunk.models import Trunk

# results that the callee took note of; every other call counts as missed
TAKEN_NOTE_OF = (CallResult.ANSWERED.value, CallResult.DECLINED.value)
MANY_DIDS = 200  # the limit of a list that a person chooses from
_SEARCHED = (
    CallRecord.from_number,
    CallRecord.from_name,
    CallRecord.to_number,
    CallRecord.to_name,
    CallRecord.did_number,
    CallRecord.did_name,
)
_SORT_COLUMNS = {
    "started_at": CallRecord.started_at,
    "from_number": CallRecord.from_number,
    "to_number": CallRecord.to_number,
    "result": CallRecord.result,
}


def outbound(extension_id: int) -> ColumnElement[bool]:
    return and_(CallRecord.from_extension_id == extension_id, CallRecord.hidden_from_caller.is_(False))


def inbound(extension_id: int) -> ColumnElement[bool]:
    """Match the calls to this extension. A call to oneself counts as outbound."""
    return and_(
        CallRecord.to_extension_id == extension_id,
        CallRecord.hidden_from_callee.is_(False),
        or_(CallRecord.from_extension_id.is_(None), CallRecord.from_extension_id != extension_id),
    )


def missed(extension_id: int) -> ColumnElement[bool]:
    return and_(inbound(extension_id), CallRecord.result.not_in(TAKEN_NOTE_OF))


def client_query(extension_id: int, wanted: CallFilter) -> Select[CallRecord]:
    conditions = {
        CallFilter.ALL: or_(outbound(extension_id), inbound(extension_id)),
        CallFilter.MISSED: missed(extension_id),
        CallFilter.INBOUND: inbound(extension_id),
        CallFilter.OUTBOUND: outbound(extension_id),
    }
    newest_first = (CallRecord.started_at.desc(), CallRecord.id.desc())
    return select(CallRecord).where(conditions[wanted]).order_by(*newest_first)


async def count_missed_unseen(db: AsyncSession, extension_id: int) -> int:
    query = select(func.count(CallRecord.id)).where(missed(extension_id), CallRecord.seen_at.is_(None))
    return await db.scalar(query) or 0


async def mark_seen(db: AsyncSession, extension_id: int, moment: datetime) -> None:
    statement = update(CallRecord).where(CallRecord.to_extension_id == extension_id, CallRecord.seen_at.is_(None))
    await db.execute(statement.values(seen_at=moment), execution_options={"synchronize_session": False})


@dataclass(frozen=True)
class RecordFilter:
    search: str = ""
    origin: str | None = None
    trunk_id: int | None = None
    did: str | None = None


def record_query(wanted: RecordFilter, sort: CallRecordSort) -> Select[CallRecord]:
    query = select(CallRecord)
    if wanted.search:
        pattern = like_pattern(wanted.search.lower())
        found = [func.lower(column).like(pattern, escape="\\") for column in _SEARCHED]
        query = query.where(or_(*found, CallRecord.call_id == wanted.search))
    if wanted.origin is not None:
        query = query.where(CallRecord.origin == wanted.origin)
    if wanted.trunk_id is not None:
        query = query.where(CallRecord.trunk_id == wanted.trunk_id)
    if wanted.did is not None:
        query = query.where(CallRecord.did_number == wanted.did)
    return order(query, sort, _SORT_COLUMNS, CallRecord.id)


async def trunk_names(db: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    rows = await db.execute(select(Trunk.id, Trunk.name).where(Trunk.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


async def trunks_of_records(db: AsyncSession) -> list[tuple[int, str]]:
    used = select(CallRecord.id).where(CallRecord.trunk_id == Trunk.id).exists()
    rows = await db.execute(select(Trunk.id, Trunk.name).where(used).order_by(Trunk.name))
    return [(row[0], row[1]) for row in rows]


async def dids_of_records(db: AsyncSession) -> list[tuple[str, str]]:
    """Return each dialled number once, with the name from its latest record."""
    query = select(CallRecord.did_number, func.max(CallRecord.id)).where(CallRecord.did_number != "")
    latest = query.group_by(CallRecord.did_number).order_by(CallRecord.did_number).limit(MANY_DIDS).subquery()
    names = select(CallRecord.did_number, CallRecord.did_name).join(latest, latest.c[1] == CallRecord.id)
    return [(row[0], row[1]) for row in await db.execute(names.order_by(CallRecord.did_number))]
