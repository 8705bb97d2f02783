from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from linkus.call.live import claiming, rejoin
from linkus.call.live.calls import Calls
from linkus.call.plan import explain, plan_endpoint
from linkus.call.plan.facts import Question
from linkus.call.plan.plan_endpoint import PlanRequest
from linkus.call.records import history, record_writer
from linkus.call.records.repository import RecordFilter
from linkus.call.records.schemas import (
    CallerKind,
    CallFilter,
    CallRecordFilters,
    CallRecordItem,
    CallRecordSort,
    ClaimAnswer,
    ClaimRequest,
    ClientCallPage,
    Explanation,
    LeaveRequest,
    LiveCalls,
    MissedUnseen,
    OwnCalls,
)
from linkus.call.types import Origin
from linkus.kit.database import ReadSession
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, Line, PathId, SearchQuery
from linkus.kit.http import MAX_CLIENT_BODY_BYTES, request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import Work
from linkus.session.auth import AdminSession, ClientSession, Core

router = APIRouter(tags=["calls"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))
root_router = APIRouter(include_in_schema=False)
ServerCallId = Annotated[Line, Path(min_length=1, max_length=64)]  # X-Linkus-Call


@router.get("/client/calls")
async def list_own_calls(
    who: ClientSession,
    db: ReadSession,
    paging: PagingQuery,
    filter: CallFilter = CallFilter.ALL,  # noqa: A002 - the name in the contract
) -> ClientCallPage:
    """Return the user's call log, newest first."""
    return await record_writer.client_page(db, who.extension_id, filter, paging)


@router.post("/client/calls/seen", max_body_size=MAX_CLIENT_BODY_BYTES)
async def mark_calls_seen(who: ClientSession, work: Work) -> MissedUnseen:
    """Mark the user's missed calls as seen."""
    return await record_writer.mark_seen(work, who.extension_id)


@router.delete("/client/calls/{call_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def hide_call(call_id: PathId, who: ClientSession, work: Work) -> None:
    """Hide a call from the user's own log. The other side's log and the administrator's history keep it."""
    await record_writer.hide(work.db, who.extension_id, call_id)


@router.get("/client/calls/current")
async def list_current_calls(who: ClientSession, request: Request) -> OwnCalls:
    """Return the calls that this client is in, including those kept for it while it is gone."""
    return OwnCalls(items=rejoin.own_calls(request.app.state.calls, who.number, who.client_kind))


@router.post("/client/calls/leave", status_code=status.HTTP_204_NO_CONTENT, max_body_size=MAX_CLIENT_BODY_BYTES)
async def leave_calls(body: LeaveRequest, who: ClientSession, request: Request) -> None:
    """Keep this client's calls while its page closes or reloads: the other sides hear hold music for up to 20
    seconds."""
    leaving = rejoin.leave(request.app.state.calls, who.number, who.client_kind, body.call_ids)
    request.app.state.background.start(leaving, "leave")


@router.post("/client/calls/{server_call_id}/claim", max_body_size=MAX_CLIENT_BODY_BYTES)
async def claim_call(
    server_call_id: ServerCallId, body: ClaimRequest, who: ClientSession, request: Request
) -> ClaimAnswer:
    """Claim a call before answering it automatically. Of all clients of the user, the first to ask answers."""
    calls: Calls = request.app.state.calls
    return await claiming.claim(calls, who, server_call_id, lets_speaker_first=body.lets_speaker_first)


@router.delete("/client/calls/{server_call_id}/claim", status_code=status.HTTP_204_NO_CONTENT)
async def give_back_call(server_call_id: ServerCallId, who: ClientSession, request: Request) -> None:
    """Release the claim on a call that this client cannot answer, for want of a microphone. The user's other clients
    may then claim it."""
    claiming.give_back(request.app.state.calls, request.app.state.bus, who, server_call_id)


@router.get("/admin/calls")
async def list_live_calls(_who: AdminSession, request: Request) -> LiveCalls:
    """Return the live calls."""
    return LiveCalls(items=request.app.state.calls.live())


@router.get("/admin/calls/explain")
async def explain_call(
    _who: AdminSession,
    request: Request,
    db: ReadSession,
    to: Annotated[Line, Query(min_length=1, max_length=64)],
    from_: Annotated[Line, Query(alias="from", max_length=64)] = "",
    kind: CallerKind = CallerKind.WEB,
    trunk_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Explanation:
    """Explain what would happen if `from` called `to` now, and why. Kind `trunk` is a call from outside to the DID
    `to`."""
    asked = Question(from_, kind.value, to, trunk_id=trunk_id)
    return await explain.explain(request.app, db, asked, request_language(request))


@router.get("/admin/call-records")
async def list_call_records(
    _who: AdminSession,
    db: ReadSession,
    paging: PagingQuery,
    search: SearchQuery = "",
    sort: CallRecordSort = CallRecordSort.STARTED_DOWN,
    origin: Origin | None = None,
    trunk_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    did: SearchQuery | None = None,
) -> Page[CallRecordItem]:
    """Return the history of all calls."""
    return await history.record_page(db, RecordFilter(search, origin, trunk_id, did), sort, paging)


@router.get("/admin/call-records/filters")
async def list_call_record_filters(_who: AdminSession, db: ReadSession) -> CallRecordFilters:
    """Return the trunks and dialled numbers (DIDs) that occur in the history."""
    return await history.filters(db)


@root_router.get("/internal/calls/plan", dependencies=[Core])
async def plan_call(asked: Annotated[PlanRequest, Query()], request: Request) -> Response:
    """Answer the core's one request per call (docs/contracts/plan.md)."""
    return Response(await plan_endpoint.answer(request.app.state, asked), media_type="text/plain")
