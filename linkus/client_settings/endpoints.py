from __future__ import annotations

from fastapi import APIRouter

from linkus.client_permission.rules.enforcement import PreferencesMenu, check_settings
from linkus.client_settings import global_default, service
from linkus.client_settings.bulk_change import endpoints as bulk_endpoints
from linkus.client_settings.history import endpoints as history_endpoints
from linkus.client_settings.schemas import (
    ClientSettingsUpdate,
    ClientSettingsView,
    CodecView,
    MobileDefaultSaved,
    MobileDefaultUpdate,
    MobileDefaultView,
)
from linkus.extension.service import get as get_extension
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, TooManyRequests, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditExtensions, EditLinkusServer, ViewExtensions, ViewMobileDefault
from linkus.session.auth import ClientSession
from linkus.session.schemas import LinkusClientKind
from linkus.session.services import AppChangeLimits

router = APIRouter(tags=["client settings"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))
router.include_router(bulk_endpoints.router)
router.include_router(history_endpoints.router)


@router.get("/client/settings")
async def read_own_settings(who: ClientSession, db: ReadSession) -> ClientSettingsView:
    """Read the settings of this client."""
    return await service.view(db, who.extension_id, who.client_kind)


@router.put("/client/settings", max_body_size=MAX_CLIENT_BODY_BYTES, responses=responses(Conflict, TooManyRequests))
async def update_own_settings(
    body: ClientSettingsUpdate, who: PreferencesMenu, work: Work, limits: AppChangeLimits
) -> ClientSettingsView:
    """Change the settings of this client.

    Values that are not sent stay as they are. 409 `version_conflict` has the present settings in `current`. 403
    `setting_locked` names the locked `item`; nothing is changed. 429 `changes_too_many` after 100 changes within ten
    minutes."""
    limits.hit(who.extension_id)
    changed = await service.changed_names(work.db, who.extension_id, who.client_kind, body)
    await check_settings(work.db, who.client_kind, who.extension_id, changed)
    return await service.change(work, who.extension_id, who.number, who.client_kind, body)


@router.get("/client/codecs")
async def list_codecs(_who: ClientSession) -> list[CodecView]:
    """List the codecs."""
    return global_default.codecs()


@router.get("/admin/extensions/{extension_id}/client-settings/{kind}", responses=responses(NotFound))
async def read_client_settings(
    extension_id: PathId, kind: LinkusClientKind, _who: ViewExtensions, db: ReadSession
) -> ClientSettingsView:
    """Read the settings of one client kind of an extension."""
    return await service.view(db, (await get_extension(db, extension_id)).id, kind)


@router.put("/admin/extensions/{extension_id}/client-settings/{kind}", responses=responses(NotFound, Conflict))
async def update_client_settings(
    extension_id: PathId, kind: LinkusClientKind, body: ClientSettingsUpdate, _who: EditExtensions, work: Work
) -> ClientSettingsView:
    """Change the settings of one client kind of an extension.

    Values that are not sent stay as they are. 409 `version_conflict` has the present settings in `current`."""
    extension = await get_extension(work.db, extension_id)
    return await service.change(work, extension.id, extension.number, kind, body)


@router.get("/admin/linkus-server/mobile-default")
async def read_mobile_default(_who: ViewMobileDefault, db: ReadSession) -> MobileDefaultView:
    """Read the default codec of mobile clients."""
    return await global_default.view(db)


@router.put("/admin/linkus-server/mobile-default", responses=responses(Conflict))
async def update_mobile_default(body: MobileDefaultUpdate, _who: EditLinkusServer, work: Work) -> MobileDefaultSaved:
    """Change the default codec of mobile clients.

    With `apply_to: all`, every mobile client receives it immediately."""
    return await global_default.update(work, body)
