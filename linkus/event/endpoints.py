from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import StreamingResponse

from linkus.event import service, unread
from linkus.event.schemas import EventChoices, EventItem, EventQuery, SeenEvents, UnreadEvents
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.http import CSV_ANSWER, JSON_LINES_ANSWER, csv_answer, json_lines_answer, request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppDatabase
from linkus.kit.work import ReadSession, WriteSession
from linkus.session.access import ViewEventLog
from linkus.session.auth import AdminSession

router = APIRouter(tags=["events"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/events")
async def list_events(
    _who: ViewEventLog, db: ReadSession, paging: PagingQuery, wanted: EventQuery, request: Request
) -> Page[EventItem]:
    """List the event log, newest first.

    `name` and `text` are in the reader's language."""
    return await service.page(db, wanted, paging, request_language(request))


@router.get("/admin/events/filters")
async def list_event_filters(_who: ViewEventLog, request: Request) -> EventChoices:
    """List the kinds of events that the event log can be filtered by."""
    return service.choices(request_language(request))


@router.get("/admin/events/unread")
async def read_unread_events(who: ViewEventLog, db: ReadSession) -> UnreadEvents:
    """Read how many warnings and alerts the administrator has not seen yet."""
    return await unread.unread(db, who.administrator_id)


@router.post("/admin/events/seen", status_code=status.HTTP_204_NO_CONTENT)
async def mark_events_seen(body: SeenEvents, who: AdminSession, db: WriteSession) -> None:
    """Mark the events up to one as seen by the administrator."""
    await unread.mark_seen(db, who.administrator_id, body.event_id)


@router.get("/admin/events/export", response_class=StreamingResponse, responses=CSV_ANSWER)
async def export_events(
    request: Request, database: AppDatabase, wanted: EventQuery, _who: ViewEventLog
) -> StreamingResponse:
    """Export the event log as CSV.

    Takes the filters of the list. UTF-8 with a byte order mark, with headings in the reader's language."""
    return csv_answer(service.export(database, wanted, request_language(request)), "event-log.csv")


@router.get("/admin/events/export-json", response_class=StreamingResponse, responses=JSON_LINES_ANSWER)
async def export_events_as_json(
    request: Request, database: AppDatabase, wanted: EventQuery, _who: ViewEventLog
) -> StreamingResponse:
    """Export the event log as lines of JSON.

    Takes the filters of the list. Each line is an event as the list has it, for programs that collect logs."""
    return json_lines_answer(service.export_json(database, wanted, request_language(request)), "event-log.jsonl")
