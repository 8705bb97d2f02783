from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from linkus.importing import service
from linkus.importing.schemas import ImportView
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import CSV_ANSWER, csv_answer, request_language
from linkus.kit.services import AppDatabase
from linkus.session.auth import AdminSession

router = APIRouter(tags=["imports"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/imports/{import_id}", responses=responses(NotFound))
async def read_import(request: Request, database: AppDatabase, import_id: PathId, _who: AdminSession) -> ImportView:
    """Read the progress of an import.

    Includes the errors by row. The event `import.progress` reports each step."""
    return await service.read(database, import_id, request_language(request))


@router.get(
    "/admin/imports/{import_id}/errors",
    response_class=StreamingResponse,
    responses={**responses(NotFound), **CSV_ANSWER},
)
async def export_import_errors(
    request: Request, database: AppDatabase, import_id: PathId, _who: AdminSession
) -> StreamingResponse:
    """Export the errors of an import as CSV.

    In the reader's language."""
    await service.check_exists(database, import_id)
    return csv_answer(service.report(database, import_id, request_language(request)), f"import-errors-{import_id}.csv")
