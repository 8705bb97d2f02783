"""Writes a record when a call has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.call_state import Call, Ended
from linkus.call.records import repository
from linkus.call.records.call_log import client_call
from linkus.call.records.events import CallLogged
from linkus.call.records.models import CallRecord
from linkus.call.types import TRUNK, Hides
from linkus.kit.bus import extension_topic
from linkus.kit.work import UnitOfWork
from linkus.shared.models.extension import Extension
from linkus.trunk.models import Trunk


async def write_records(work: UnitOfWork, ended_calls: Sequence[Ended], hides: Hides) -> None:
    """Write records of these calls, and publish `call.logged` to the extensions concerned. Skip calls already written:
    after a restart, the control server reads them again from the core's journal."""
    ended_calls = await _not_written(work.db, ended_calls)
    calls = [ended.call for ended in ended_calls]
    await _resolve_extensions(work.db, calls)
    trunk_ids = await _existing_trunk_ids(work.db, calls)
    records = [_record(ended, trunk_ids) for ended in ended_calls]
    work.db.add_all(records)
    await work.db.flush()
    for record, call in zip(records, calls, strict=True):
        for extension_id in call.extension_ids:
            logged = CallLogged(
                record=client_call(record, extension_id, hides),
                missed_unseen=await repository.count_missed_unseen(work.db, extension_id),
            )
            work.publish([extension_topic(extension_id)], logged)


async def _not_written(db: AsyncSession, ended_calls: Sequence[Ended]) -> list[Ended]:
    keys = {ended.call.core_key for ended in ended_calls if ended.call.core_key}
    written = set(await db.scalars(select(CallRecord.core_key).where(CallRecord.core_key.in_(keys)))) if keys else set()
    not_written: list[Ended] = []
    for ended in ended_calls:
        if ended.call.core_key not in written:
            not_written.append(ended)
        if ended.call.core_key:
            written.add(ended.call.core_key)
    return not_written


@dataclass(frozen=True)
class _Owner:
    id: int
    number: str
    name: str
    created_at: datetime


async def _resolve_extensions(db: AsyncSession, calls: Sequence[Call]) -> None:
    """Look up the extensions of calls as they are now. A record belongs to the extension that called or was called when
    the call began: not to a later one with the same number, and to nobody if it has been deleted since."""
    ids = {side for call in calls for side in call.extension_ids}
    numbers = {number for call in calls for number in (call.from_number, call.to_number)}
    query = select(Extension.id, Extension.number, Extension.display_name, Extension.created_at)
    rows = await db.execute(query.where(or_(Extension.id.in_(ids), Extension.number.in_(numbers))))
    owners = [_Owner(*row) for row in rows]
    by_id, by_number = {owner.id: owner for owner in owners}, {owner.number: owner for owner in owners}

    def find(extension_id: int | None, number: str, began_at: datetime) -> _Owner | None:
        if extension_id is not None:
            return by_id.get(extension_id)
        owner = by_number.get(number)  # a call that was found in progress knows only numbers
        return owner if owner is not None and owner.created_at <= began_at else None

    for call in calls:
        if call.from_kind != TRUNK:  # a caller from outside may claim to be 1001
            caller = find(call.from_extension_id, call.from_number, call.started_at)
            call.from_extension_id, call.from_name = (caller.id, caller.name) if caller else (None, call.from_name)
        if call.origin == "internal" or call.to_extension_id is not None:
            callee = find(call.to_extension_id, call.to_number, call.started_at)
            call.to_extension_id, call.to_name = (callee.id, callee.name) if callee else (None, call.to_name)


async def _existing_trunk_ids(db: AsyncSession, calls: Sequence[Call]) -> frozenset[int]:
    """Return the ids of the trunks that still exist: a trunk may have been deleted during its call."""
    trunk_ids = {call.trunk_id for call in calls if call.trunk_id is not None}
    return frozenset(await db.scalars(select(Trunk.id).where(Trunk.id.in_(trunk_ids)))) if trunk_ids else frozenset()


def _record(ended: Ended, trunk_ids: frozenset[int]) -> CallRecord:
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
        trunk_id=call.trunk_id if call.trunk_id in trunk_ids else None,
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
