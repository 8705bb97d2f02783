"""Writes a record when a call has ended, and reads records for both sides and for the administrator."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.call_state import Call, Ended
from linkus.call.live.calls import sides
from linkus.call.records import repository
from linkus.call.records.models import CallRecord
from linkus.call.records.schemas import (
    CallFilter,
    CallResult,
    ClientCall,
    ClientCallPage,
    MissedUnseen,
)
from linkus.call.types import TRUNK, Origin
from linkus.extension.models import Extension
from linkus.kit.bus import extension_topic
from linkus.kit.clock import now
from linkus.kit.errors import NotFound
from linkus.kit.pages import Paging, fetch_page
from linkus.kit.work import UnitOfWork
from linkus.trunk.models import Trunk


async def write(work: UnitOfWork, ended: Sequence[Ended]) -> None:
    """Write records of these calls, and publish `call.logged` to the extensions concerned. Skip calls already written:
    after a restart, the control server reads them again from the core's journal."""
    ended = await _not_written(work.db, ended)
    await _resolve(work.db, [one.call for one in ended])
    trunks = await _existing_trunks(work.db, [one.call for one in ended])
    records = [_record(one, trunks) for one in ended]
    work.db.add_all(records)
    await work.db.flush()
    for record, one in zip(records, ended, strict=True):
        for side in sides(one.call):
            body = {
                "type": "call.logged",
                "record": client_call(record, side).model_dump(mode="json"),
                "missed_unseen": await repository.count_missed_unseen(work.db, side),
            }
            work.publish([extension_topic(side)], body)


async def _not_written(db: AsyncSession, ended: Sequence[Ended]) -> list[Ended]:
    keys = {one.call.core_key for one in ended if one.call.core_key}
    written = set(await db.scalars(select(CallRecord.core_key).where(CallRecord.core_key.in_(keys)))) if keys else set()
    fresh: list[Ended] = []
    for one in ended:
        if one.call.core_key not in written:
            fresh.append(one)
        if one.call.core_key:
            written.add(one.call.core_key)
    return fresh


async def _resolve(db: AsyncSession, calls: Sequence[Call]) -> None:
    """Look up who has these numbers now. An extension may have been deleted during its call, and a call that was found
    in progress knows only numbers."""
    numbers = {number for call in calls for number in (call.from_number, call.to_number)}
    rows = await db.execute(
        select(Extension.number, Extension.id, Extension.display_name).where(Extension.number.in_(numbers))
    )
    known = {row[0]: (row[1], row[2]) for row in rows}
    for call in calls:
        if call.from_kind != TRUNK:  # a caller from outside may claim to be 1001
            call.from_extension_id, call.from_name = known.get(call.from_number, (None, call.from_name))
        if call.origin == "internal" or call.to_extension_id is not None:
            call.to_extension_id, call.to_name = known.get(call.to_number, (None, call.to_name))


async def _existing_trunks(db: AsyncSession, calls: Sequence[Call]) -> frozenset[int]:
    """Return the ids of the trunks that still exist: a trunk may have been deleted during its call."""
    wanted = {call.trunk_id for call in calls if call.trunk_id is not None}
    return frozenset(await db.scalars(select(Trunk.id).where(Trunk.id.in_(wanted)))) if wanted else frozenset()


def _record(ended: Ended, trunks: frozenset[int]) -> CallRecord:
    call = ended.call
    return CallRecord(
        call_id=call.call_id[:64],
        from_extension_id=call.from_extension_id,
        from_number=call.from_number[:64],
        from_name=call.from_name[:130],
        from_kind=call.from_kind[:10],
        to_extension_id=call.to_extension_id,
        to_number=call.to_number[:64],
        to_name=call.to_name[:130],
        to_kind=call.answered_kind[:10],
        origin=call.origin,
        trunk_id=call.trunk_id if call.trunk_id in trunks else None,
        did_number=call.did_number[:40],
        did_name=call.did_name[:63],
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=ended.ended_at,
        result=ended.result.value,
        cause=ended.cause,
        core_key=call.core_key[:80] or None,
        hidden_from_caller=False,
        hidden_from_callee=False,
    )


def duration(record: CallRecord) -> int:
    """Return the talk time in seconds."""
    return round((record.ended_at - record.answered_at).total_seconds()) if record.answered_at else 0


def origin_of(record: CallRecord) -> Origin:
    origin: Origin = record.origin  # type: ignore[assignment]  # nothing else is written
    return origin


def client_call(record: CallRecord, extension_id: int) -> ClientCall:
    """Render a record as one side sees it. The callee has missed a call that the caller cancelled or found busy."""
    is_caller = record.from_extension_id == extension_id
    result = CallResult(record.result)
    if not is_caller and result.value not in repository.TAKEN_NOTE_OF:
        result = CallResult.MISSED
    return ClientCall(
        id=record.id,
        direction="out" if is_caller else "in",
        number=record.to_number if is_caller else record.from_number,
        name=record.to_name if is_caller else record.from_name,
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


async def client_page(db: AsyncSession, extension_id: int, wanted: CallFilter, paging: Paging) -> ClientCallPage:
    rows, total = await fetch_page(db, repository.client_query(extension_id, wanted), paging)
    return ClientCallPage(
        items=[client_call(row, extension_id) for row in rows],
        total=total,
        page=paging.page,
        page_size=paging.page_size,
        missed_unseen=await repository.count_missed_unseen(db, extension_id),
    )


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
