"""Queries for call records."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.records.models import CallRecord
from linkus.call.records.schemas import CallFilter, CallRecordSort
from linkus.call.types import CallResult
from linkus.kit.pages import like_pattern, order
from linkus.trunk.models import Trunk

# the callee noticed a call with these results, or sees its message; every other call counts as missed
NOTICED_RESULTS = (CallResult.ANSWERED.value, CallResult.DECLINED.value, CallResult.VOICEMAIL.value)
MAX_LISTED_DIDS = 200  # the limit of a list that a person chooses from
_SEARCHED_COLUMNS = (
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
    return and_(inbound(extension_id), CallRecord.result.not_in(NOTICED_RESULTS))


def client_query(extension_id: int, call_filter: CallFilter) -> Select[CallRecord]:
    conditions = {
        CallFilter.ALL: or_(outbound(extension_id), inbound(extension_id)),
        CallFilter.MISSED: missed(extension_id),
        CallFilter.INBOUND: inbound(extension_id),
        CallFilter.OUTBOUND: outbound(extension_id),
    }
    newest_first = (CallRecord.started_at.desc(), CallRecord.id.desc())
    return select(CallRecord).where(conditions[call_filter]).order_by(*newest_first)


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


def record_query(record_filter: RecordFilter, sort: CallRecordSort) -> Select[CallRecord]:
    query = select(CallRecord)
    if record_filter.search:
        pattern = like_pattern(record_filter.search.lower())
        matches = [func.lower(column).like(pattern, escape="\\") for column in _SEARCHED_COLUMNS]
        query = query.where(or_(*matches, CallRecord.call_id == record_filter.search))
    if record_filter.origin is not None:
        query = query.where(CallRecord.origin == record_filter.origin)
    if record_filter.trunk_id is not None:
        query = query.where(CallRecord.trunk_id == record_filter.trunk_id)
    if record_filter.did is not None:
        query = query.where(CallRecord.did_number == record_filter.did)
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
    latest = query.group_by(CallRecord.did_number).order_by(CallRecord.did_number).limit(MAX_LISTED_DIDS).subquery()
    names = select(CallRecord.did_number, CallRecord.did_name).join(latest, latest.c[1] == CallRecord.id)
    return [(row[0], row[1]) for row in await db.execute(names.order_by(CallRecord.did_number))]
