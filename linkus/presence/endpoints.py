from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, status

from linkus.client_permission.rules.enforcement import ExtensionsMenu
from linkus.client_permission.visibility.services import AppDirectory
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, SearchQuery
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession
from linkus.presence import colleagues, sip_credential
from linkus.presence.schemas import ClientOrganization, Colleague, SipCredential
from linkus.presence.services import AppPresence
from linkus.session.auth import ClientSession

router = APIRouter(tags=["presence"], responses=responses(NotSignedIn, Forbidden))


@router.post("/client/sip-credential", max_body_size=MAX_CLIENT_BODY_BYTES, status_code=status.HTTP_201_CREATED)
async def create_sip_credential(who: ClientSession, db: ReadSession, kit: AppKit) -> SipCredential:
    """Create a SIP credential for this client.

    The client registers at the edge with it. It is valid for minutes, and the client requests another one before it
    expires."""
    return await sip_credential.issue(db, kit.settings, kit.sip_key, who)


@router.get("/client/colleagues", responses=responses(ValidationFailed))
async def list_colleagues(
    who: ExtensionsMenu,
    db: ReadSession,
    paging: PagingQuery,
    presence: AppPresence,
    directory: AppDirectory,
    search: SearchQuery = "",
    department: Annotated[int | None, Query(ge=0, le=MAX_ID)] = None,
) -> Page[Colleague]:
    """List the other extensions that the user may see.

    With `department`, only those directly in it; 0: those in no department. Tells which of them can be reached now. The
    server sends nothing about an extension that a visibility rule hides: neither here nor as an event."""
    return await colleagues.page(db, presence, directory, who, paging, search, department)


@router.get("/client/organization")
async def read_client_organization(who: ExtensionsMenu, db: ReadSession, directory: AppDirectory) -> ClientOrganization:
    """Read the departments with colleagues whom the user may see.

    Departments without any, in them or below them, are not sent."""
    return await colleagues.visible_organization(db, directory, who)
