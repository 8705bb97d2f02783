from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from linkus.client_settings.history import service
from linkus.client_settings.history.schemas import RestoreRequest, SettingHistory, SettingsThen
from linkus.client_settings.schemas import ClientSettingsView
from linkus.extension.service import get as get_extension
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import Moment, PathId
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditExtensions, ViewExtensions
from linkus.session.schemas import LinkusClientKind

router = APIRouter(
    prefix="/admin/extensions/{extension_id}/client-settings/{kind}",
    tags=["client settings"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden, NotFound),
)


@router.get("/history")
async def list_setting_changes(
    extension_id: PathId,
    kind: LinkusClientKind,
    _who: ViewExtensions,
    db: ReadSession,
    name: Annotated[str | None, Query(max_length=63)] = None,
) -> SettingHistory:
    """List the changes of one client's settings, newest first.

    Whoever made them: the user, an administrator, a bulk edit. With `name` only those of one setting."""
    return await service.history(db, (await get_extension(db, extension_id)).id, kind, name)


@router.get("/history/values")
async def read_past_settings(
    extension_id: PathId, kind: LinkusClientKind, moment: Moment, _who: ViewExtensions, db: ReadSession
) -> SettingsThen:
    """Read one client's settings as they were at a moment."""
    return await service.then(db, (await get_extension(db, extension_id)).id, kind, moment)


@router.post("/history/restore")
async def restore_settings(
    extension_id: PathId, kind: LinkusClientKind, body: RestoreRequest, _who: EditExtensions, work: Work
) -> ClientSettingsView:
    """Set settings of one client to the values that they had at a moment.

    Signed-in clients follow at once. 422 if the value no longer fits the present values of the others."""
    extension = await get_extension(work.db, extension_id)
    return await service.restore(work, extension.id, extension.number, kind, body)
