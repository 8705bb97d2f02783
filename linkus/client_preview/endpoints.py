"""Shows an administrator a client as one of its users sees it: read-only, and without the user's own data.

The portal opens the web client's page for it. The page asks these routes in place of those of the client.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from linkus.client_permission.rules.enforcement import check_menu, own_permissions
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.client_permission.visibility.services import AppDirectory
from linkus.client_settings import global_default
from linkus.client_settings import service as client_settings
from linkus.client_settings.schemas import ClientSettingsView, CodecView
from linkus.extension.service import get as get_extension
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId, SearchQuery
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession
from linkus.presence import colleagues
from linkus.presence.schemas import ClientOrganization, Colleague
from linkus.presence.services import AppPresence
from linkus.session.access import ViewClientPermission
from linkus.session.auth import ExtensionPrincipal
from linkus.session.client_session import client_session_view
from linkus.session.schemas import ClientSessionView, LinkusClientKind

router = APIRouter(
    prefix="/admin/extensions/{extension_id}/client-preview/{kind}",
    tags=["client permission"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden, NotFound),
)
NO_SESSION = 0


class PreviewLinkusDisabled(Forbidden):
    """Raised when the extension's user cannot sign in, and so sees nothing."""

    code = "preview_linkus_disabled"


async def _previewed(
    extension_id: PathId, kind: LinkusClientKind, _who: ViewClientPermission, db: ReadSession
) -> ExtensionPrincipal:
    """Return the user as they would be signed in on this kind of client."""
    extension = await get_extension(db, extension_id)
    if not extension.linkus_enabled:
        raise PreviewLinkusDisabled()
    return ExtensionPrincipal.of(extension, NO_SESSION, kind)


Previewed = Annotated[ExtensionPrincipal, Depends(_previewed)]


@router.get("/session")
async def preview_client_session(who: Previewed, db: ReadSession) -> ClientSessionView:
    """Preview a client's session.

    `session_id` is 0: nobody is signed in. 403 `preview_linkus_disabled` if the user cannot sign in."""
    return await client_session_view(db, who)


@router.get("/permissions")
async def preview_client_permissions(who: Previewed, db: ReadSession) -> OwnPermissions:
    """Preview which menus a client shows, and which settings it locks.

    The answer is the one that the client gets."""
    return await own_permissions(db, who.extension_id, who.client_kind)


@router.get("/settings")
async def preview_client_settings(who: Previewed, db: ReadSession) -> ClientSettingsView:
    """Preview the settings of a client.

    The answer is the one that the client gets."""
    return await client_settings.view(db, who.extension_id, who.client_kind)


@router.get("/codecs")
async def preview_codecs(_who: Previewed) -> list[CodecView]:
    """Preview the codecs of a client.

    They are the same for all users."""
    return global_default.codecs()


@router.get("/colleagues")
async def preview_colleagues(
    who: Previewed,
    db: ReadSession,
    paging: PagingQuery,
    presence: AppPresence,
    directory: AppDirectory,
    search: SearchQuery = "",
    department: Annotated[int | None, Query(ge=0, le=MAX_ID)] = None,
) -> Page[Colleague]:
    """Preview the colleagues that a client shows.

    403 `menu_hidden` if a rule hides them all."""
    await check_menu(db, "extensions", who.extension_id)
    return await colleagues.page(db, presence, directory, who, paging, search, department)


@router.get("/organization")
async def preview_client_organization(who: Previewed, db: ReadSession, directory: AppDirectory) -> ClientOrganization:
    """Preview the departments that a client shows.

    403 `menu_hidden` if a rule hides all colleagues."""
    await check_menu(db, "extensions", who.extension_id)
    return await colleagues.visible_organization(db, directory, who)
