"""Shows a user's own calls: their call log, in which they mark missed calls as seen and hide calls."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.records import repository
from linkus.call.records.models import CallRecord
from linkus.call.records.schemas import CallFilter, ClientCall, ClientCallPage, MissedUnseen
from linkus.call.types import DELETED, TRUNK, CallResult, Hides, Origin
from linkus.kit.clock import now
from linkus.kit.errors import NotFound
from linkus.kit.pages import Paging, fetch_page
from linkus.kit.work import UnitOfWork


def duration(record: CallRecord) -> int:
    """Return the talk time in seconds."""
    return round((record.ended_at - record.answered_at).total_seconds()) if record.answered_at else 0


def origin_of(record: CallRecord) -> Origin:
    origin: Origin = record.origin  # type: ignore[assignment]  # nothing else is written
    return origin


def client_call(record: CallRecord, extension_id: int, hides: Hides) -> ClientCall:
    """Render a record as one side sees it. The callee has missed a call that the caller cancelled or found busy. An
    extension that this side may not see stays a number without a name, which can be called."""
    is_caller = record.from_extension_id == extension_id
    other_id = _callee_id(record) if is_caller else _caller_id(record)
    name = record.to_name if is_caller else record.from_name
    result = CallResult(record.result)
    if not is_caller and result.value not in repository.NOTICED_RESULTS:
        result = CallResult.MISSED
    return ClientCall(
        id=record.id,
        direction="out" if is_caller else "in",
        number=record.to_number if is_caller else record.from_number,
        name="" if hides(extension_id, other_id) else name,
        started_at=record.started_at,
        answered_at=record.answered_at,
        ended_at=record.ended_at,
        duration=duration(record),
        result=result,
        seen=is_caller or result is not CallResult.MISSED or record.seen_at is not None,
        origin=origin_of(record),
        did_number=record.did_number,
        did_name=record.did_name,
    )


def _caller_id(record: CallRecord) -> int | None:
    """Return the caller's extension; None if the call came from outside."""
    gone = DELETED if record.from_kind != TRUNK else None
    return gone if record.from_extension_id is None else record.from_extension_id


def _callee_id(record: CallRecord) -> int | None:
    """Return the called extension; None if something else was called: a number outside or a paging group."""
    gone = DELETED if record.origin == "internal" else None
    return gone if record.to_extension_id is None else record.to_extension_id


async def client_page(
    db: AsyncSession, extension_id: int, call_filter: CallFilter, paging: Paging, hides: Hides
) -> ClientCallPage:
    found = await fetch_page(db, repository.client_query(extension_id, call_filter), paging)
    calls = found.page(lambda row: client_call(row, extension_id, hides))
    return ClientCallPage(**dict(calls), missed_unseen=await repository.count_missed_unseen(db, extension_id))


async def mark_seen(work: UnitOfWork, extension_id: int) -> MissedUnseen:
    await repository.mark_seen(work.db, extension_id, now())
    return MissedUnseen(missed_unseen=await repository.count_missed_unseen(work.db, extension_id))


async def hide(db: AsyncSession, extension_id: int, record_id: int) -> None:
    record = await db.get(CallRecord, record_id)
    if record is None:
        raise NotFound()
    if record.from_extension_id == extension_id and not record.hidden_from_caller:
        record.hidden_from_caller = True
    elif record.to_extension_id == extension_id != record.from_extension_id and not record.hidden_from_callee:
        record.hidden_from_callee = True
    else:  # another user's call: the same answer as for a missing one
        raise NotFound()
