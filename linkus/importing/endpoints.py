from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from linkus.importing import service
from linkus.importing.schemas import ImportKind, ImportView
from linkus.kit.database import Database
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import CSV_ANSWER, csv_answer, request_language
from linkus.kit.services import AppDatabase
from linkus.session.access import FollowImport, check_may_edit
from linkus.session.auth import AdministratorPrincipal
from linkus.shared.roles.catalogue import Page

router = APIRouter(tags=["imports"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


_PAGES: dict[ImportKind, Page] = {ImportKind.EXTENSIONS: "extensions", ImportKind.INBOUND_ROUTES: "inbound_routes"}


async def _check_page(database: Database, import_id: int, who: AdministratorPrincipal) -> None:
    """Require the page that the file was imported on: its name and its errors tell what is in it."""
    check_may_edit(who, _PAGES[await service.kind_of(database, import_id)])


@router.get("/admin/imports/{import_id}", responses=responses(NotFound))
async def read_import(request: Request, database: AppDatabase, import_id: PathId, who: FollowImport) -> ImportView:
    """Read the progress of an import.

    Includes the errors by row. The event `import.progress` reports each step. 403 `page_forbidden` without the page
    that the file was imported on."""
    await _check_page(database, import_id, who)
    return await service.read(database, import_id, request_language(request))


@router.get(
    "/admin/imports/{import_id}/errors",
    response_class=StreamingResponse,
    responses={**responses(NotFound), **CSV_ANSWER},
)
async def export_import_errors(
    request: Request, database: AppDatabase, import_id: PathId, who: FollowImport
) -> StreamingResponse:
    """Export the errors of an import as CSV.

    In the reader's language. 403 `page_forbidden` without the page that the file was imported on."""
    await _check_page(database, import_id, who)
    return csv_answer(service.report(database, import_id, request_language(request)), f"import-errors-{import_id}.csv")
