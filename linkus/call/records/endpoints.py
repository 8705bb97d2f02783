"""Serves the users' call logs and the administrator's history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, status

from linkus.call.records import call_log, history
from linkus.call.records.repository import RecordFilter
from linkus.call.records.schemas import (
    CallFilter,
    CallRecordFilters,
    CallRecordItem,
    CallRecordSort,
    ClientCallPage,
    MissedUnseen,
)
from linkus.call.types import Origin
from linkus.client_permission.rules.enforcement import CallLogsMenu
from linkus.client_permission.visibility.services import AppDirectory
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId, SearchQuery
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession, Work
from linkus.session.access import ViewCallRecords

router = APIRouter(tags=["calls"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/client/calls")
async def list_own_calls(
    who: CallLogsMenu,
    db: ReadSession,
    paging: PagingQuery,
    directory: AppDirectory,
    filter: CallFilter = CallFilter.ALL,  # noqa: A002 - the name in the contract
) -> ClientCallPage:
    """List the user's calls, newest first.

    `missed_unseen` counts the missed calls that the user has not seen yet. An extension that a visibility rule hides
    from the user has no name here."""
    return await call_log.client_page(db, who.extension_id, filter, paging, directory.hides)


@router.post("/client/calls/seen", max_body_size=MAX_CLIENT_BODY_BYTES)
async def mark_calls_seen(who: CallLogsMenu, work: Work) -> MissedUnseen:
    """Mark the user's missed calls as seen."""
    return await call_log.mark_seen(work, who.extension_id)


@router.delete("/client/calls/{call_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def hide_call(call_id: PathId, who: CallLogsMenu, work: Work) -> None:
    """Remove a call from the user's own list.

    The other side's list and the administrator's history keep it."""
    await call_log.hide(work.db, who.extension_id, call_id)


@router.get("/admin/call-records")
async def list_call_records(
    _who: ViewCallRecords,
    db: ReadSession,
    paging: PagingQuery,
    search: SearchQuery = "",
    sort: CallRecordSort = CallRecordSort.STARTED_DESC,
    origin: Origin | None = None,
    trunk_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    did: SearchQuery | None = None,
) -> Page[CallRecordItem]:
    """List the call records.

    `origin`, `trunk_id` and `did` filter the history of all calls. Without `sort`, the newest come first."""
    return await history.record_page(db, RecordFilter(search, origin, trunk_id, did), sort, paging)


@router.get("/admin/call-records/filters")
async def list_call_record_filters(_who: ViewCallRecords, db: ReadSession) -> CallRecordFilters:
    """List the trunks and DID numbers in the call records.

    Gives the values that the filters of the call records can take."""
    return await history.filters(db)
