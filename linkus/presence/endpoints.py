from __future__ import annotations

from fastapi import APIRouter, status

from linkus.client_permission.rules.enforcement import ExtensionsMenu
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import SearchQuery
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession
from linkus.presence import colleagues, sip_credential
from linkus.presence.schemas import Colleague, SipCredential
from linkus.services import AppDirectory, AppPresence
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
) -> Page[Colleague]:
    """List the other extensions that the user may see.

    Tells which of them can be reached now. The server sends nothing about an extension that a visibility rule hides:
    neither here nor as an event."""
    return await colleagues.page(db, presence, directory, who, paging, search)
