"""Queries about call records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.models import CallRecord
from linkus.call.schemas import CallFilter, CallRecordSort, CallResult
from linkus.kit.pages import like_pattern, order

# what the callee did about it; everything else he missed
TAKEN_NOTE_OF = (CallResult.ANSWERED.value, CallResult.DECLINED.value)
_SORT_COLUMNS = {
    "started_at": CallRecord.started_at,
    "from_number": CallRecord.from_number,
    "to_number": CallRecord.to_number,
    "result": CallRecord.result,
}


def outbound(extension_id: int) -> ColumnElement[bool]:
    return and_(CallRecord.from_extension_id == extension_id, CallRecord.hidden_from_caller.is_(False))


def inbound(extension_id: int) -> ColumnElement[bool]:
    """A call to oneself is an outbound one."""
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


def record_query(search: str, sort: CallRecordSort) -> Select[CallRecord]:
    query = select(CallRecord)
    if search:
        pattern = like_pattern(search.lower())
        columns = (CallRecord.from_number, CallRecord.from_name, CallRecord.to_number, CallRecord.to_name)
        found = [func.lower(column).like(pattern, escape="\\") for column in columns]
        query = query.where(or_(*found, CallRecord.call_id == search))
    return order(query, sort, _SORT_COLUMNS, CallRecord.id)
