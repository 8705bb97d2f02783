from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from linkus.audit import service
from linkus.audit.schemas import AuditChoices, AuditItem, AuditQuery
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.http import CSV_ANSWER, csv_answer, request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppDatabase
from linkus.kit.work import ReadSession
from linkus.session.access import ViewAuditLog

router = APIRouter(
    prefix="/admin/audit-log", tags=["audit log"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)


@router.get("")
async def list_audit_log(
    _who: ViewAuditLog, db: ReadSession, paging: PagingQuery, wanted: AuditQuery, request: Request
) -> Page[AuditItem]:
    """List the audit log, newest first.

    `search` looks in names, addresses and values, and takes the words of both languages for them, `actor` in who did
    it and from which address. The newest 50,000 entries are kept."""
    return await service.page(db, wanted, paging, request_language(request))


@router.get("/filters")
async def list_audit_filters(_who: ViewAuditLog, db: ReadSession, request: Request) -> AuditChoices:
    """List what the audit log can be filtered by."""
    return await service.choices(db, request_language(request))


@router.get("/export", response_class=StreamingResponse, responses=CSV_ANSWER)
async def export_audit_log(
    request: Request, database: AppDatabase, wanted: AuditQuery, _who: ViewAuditLog
) -> StreamingResponse:
    """Export the audit log as CSV.

    Takes the filters of the list. UTF-8 with a byte order mark, with headings in the reader's language."""
    return csv_answer(service.export(database, wanted, request_language(request)), "audit-log.csv")
