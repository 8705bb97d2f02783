from __future__ import annotations

from fastapi import APIRouter, Request

from linkus.event import service
from linkus.event.schemas import EventItem, EventQuery
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.http import request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession
from linkus.session.auth import AdminSession

router = APIRouter(tags=["events"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/events")
async def list_events(
    _who: AdminSession, db: ReadSession, paging: PagingQuery, wanted: EventQuery, request: Request
) -> Page[EventItem]:
    """List the event log, newest first.

    `name` and `text` are in the reader's language."""
    return await service.page(db, wanted, paging, request_language(request))
