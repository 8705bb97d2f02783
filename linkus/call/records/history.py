"""Reads the administrator's history of all calls."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.records import repository
from linkus.call.records.call_log import duration, origin_of
from linkus.call.records.repository import RecordFilter
from linkus.call.records.schemas import (
    CallRecordFilters,
    CallRecordItem,
    CallRecordSort,
    RecordDid,
    RecordTrunk,
)
from linkus.call.types import CallResult
from linkus.kit.pages import Page, Paging, fetch_page


async def record_page(
    db: AsyncSession, record_filter: RecordFilter, sort: CallRecordSort, paging: Paging
) -> Page[CallRecordItem]:
    found = await fetch_page(db, repository.record_query(record_filter, sort), paging)
    trunks = await repository.trunk_names(db, {row.trunk_id for row in found.rows if row.trunk_id is not None})
    return found.page(
        lambda row: CallRecordItem(
            id=row.id,
            call_id=row.call_id,
            from_number=row.from_number,
            from_name=row.from_name,
            from_kind=row.from_kind,
            to_number=row.to_number,
            to_name=row.to_name,
            to_kind=row.to_kind,
            started_at=row.started_at,
            answered_at=row.answered_at,
            ended_at=row.ended_at,
            duration=duration(row),
            result=CallResult(row.result),
            cause=row.cause,
            origin=origin_of(row),
            trunk_id=row.trunk_id,
            trunk_name=trunks.get(row.trunk_id) if row.trunk_id is not None else None,
            did_number=row.did_number,
            did_name=row.did_name,
        )
    )


async def filters(db: AsyncSession) -> CallRecordFilters:
    trunks = await repository.trunks_of_records(db)
    dids = await repository.dids_of_records(db)
    return CallRecordFilters(
        trunks=[RecordTrunk(id=trunk_id, name=name) for trunk_id, name in trunks],
        dids=[RecordDid(number=number, name=name) for number, name in dids],
    )
