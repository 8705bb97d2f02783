from __future__ import annotations

from fastapi import APIRouter, status

from linkus.client_settings.bulk_change import repository, runner
from linkus.client_settings.bulk_change.check import check
from linkus.client_settings.bulk_change.schemas import BulkCheck, BulkRequest, BulkView
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession
from linkus.session.access import EditExtensions, ViewExtensions

router = APIRouter(
    prefix="/admin/client-settings/bulk",
    tags=["client settings"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


@router.post("/check")
async def check_bulk_change(body: BulkRequest, _who: ViewExtensions, db: ReadSession) -> BulkCheck:
    """Check a change of many clients' settings.

    Reports the effect of the change and up to ten of the clients that it would sign out. Changes nothing."""
    return await check(db, body)


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def start_bulk_change(kit: AppKit, body: BulkRequest, who: EditExtensions) -> BulkView:
    """Change the settings of many clients.

    Settings that are not in `changes` stay as they are. GET `/{change_id}` and the event `client_settings.progress`
    report the progress. The change continues after a restart of the server."""
    return await runner.start(kit, body, who.administrator_id)


@router.get("")
async def list_bulk_changes(_who: ViewExtensions, db: ReadSession, paging: PagingQuery) -> Page[BulkView]:
    """List the bulk changes of the last 30 days, newest first."""
    return (await repository.page(db, paging)).page(BulkView.model_validate)


@router.get("/{change_id}", responses=responses(NotFound))
async def read_bulk_change(change_id: PathId, _who: ViewExtensions, db: ReadSession) -> BulkView:
    """Read a bulk change and its progress."""
    return await runner.read(db, change_id)


@router.post("/{change_id}/undo", status_code=status.HTTP_202_ACCEPTED, responses=responses(NotFound, Conflict))
async def undo_bulk_change(kit: AppKit, change_id: PathId, _who: EditExtensions) -> BulkView:
    """Undo a bulk change.

    Restores the previous values. Settings that somebody has changed since are left alone and counted as `kept`."""
    return await runner.undo(kit, change_id)
