from __future__ import annotations

from fastapi import APIRouter, Request, status

from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId, SearchQuery
from linkus.kit.http import request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession, Work
from linkus.security import service
from linkus.security.schemas import BlockedAddressView
from linkus.session.access import EditBlocked, ViewBlocked

router = APIRouter(
    prefix="/admin/blocked-addresses", tags=["security"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)


@router.get("")
async def list_blocked_addresses(
    _who: ViewBlocked, db: ReadSession, paging: PagingQuery, request: Request, search: SearchQuery = ""
) -> Page[BlockedAddressView]:
    """List the blocked addresses, newest first.

    The edge does not answer them now."""
    return await service.page(db, search, paging, request_language(request))


@router.delete("/{block_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def unblock_address(block_id: PathId, who: EditBlocked, work: Work) -> None:
    """Unblock an address.

    The edge answers it again within a second."""
    await service.unblock(work, block_id, who.username)
