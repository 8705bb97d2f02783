"""Blocked addresses, addresses that are never blocked, and the settings of the lock-out."""

from __future__ import annotations

from fastapi import APIRouter, Request, status

from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId, SearchQuery
from linkus.kit.http import request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession, Work
from linkus.security import service
from linkus.security.schemas import (
    AllowedAddresses,
    AllowedAddressValues,
    AllowedAddressView,
    BlockedAddressView,
    FailingAddressView,
    LockoutSettingsUpdate,
    LockoutSettingsView,
    Unblocked,
    UnblockMany,
)
from linkus.session.access import EditBlocked, ViewBlocked

router = APIRouter(tags=["security"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/blocked-addresses")
async def list_blocked_addresses(
    _who: ViewBlocked, db: ReadSession, paging: PagingQuery, request: Request, search: SearchQuery = ""
) -> Page[BlockedAddressView]:
    """List the blocked addresses, newest first."""
    return await service.page(db, search, paging, request_language(request))


@router.delete(
    "/admin/blocked-addresses/{block_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound)
)
async def unblock_address(block_id: PathId, who: EditBlocked, work: Work) -> None:
    """Unblock an address.

    It is answered again within a second."""
    await service.unblock_one(work, block_id, who.username)


@router.post("/admin/blocked-addresses/unblock")
async def unblock_addresses(body: UnblockMany, who: EditBlocked, work: Work) -> Unblocked:
    """Unblock many addresses.

    Blocks that have ended meanwhile are no error."""
    return Unblocked(unblocked=await service.unblock(work, body.ids, who.username))


@router.get("/admin/failing-addresses")
async def list_failing_addresses(
    _who: ViewBlocked, db: ReadSession, paging: PagingQuery, search: SearchQuery = ""
) -> Page[FailingAddressView]:
    """List the addresses of failed sign-ins within a day, latest first."""
    return await service.failing(db, search, paging)


@router.get("/admin/allowed-addresses")
async def list_allowed_addresses(_who: ViewBlocked, db: ReadSession) -> AllowedAddresses:
    """List the addresses and networks that are never blocked."""
    return await service.list_allowed(db)


@router.post("/admin/allowed-addresses", status_code=status.HTTP_201_CREATED, responses=responses(Conflict))
async def allow_address(body: AllowedAddressValues, who: EditBlocked, work: Work) -> AllowedAddressView:
    """Create an entry for an address or a network that is never blocked.

    Blocks in it end at once."""
    return await service.allow(work, body, who.username)


@router.delete(
    "/admin/allowed-addresses/{allowed_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound)
)
async def disallow_address(allowed_id: PathId, _who: EditBlocked, work: Work) -> None:
    """Remove an address from those that are never blocked."""
    await service.disallow(work, allowed_id)


@router.get("/admin/lockout-settings")
async def read_lockout_settings(_who: ViewBlocked, db: ReadSession) -> LockoutSettingsView:
    """Read when failed sign-ins lead to a pause, and when to a block."""
    return await service.read_settings(db)


@router.put("/admin/lockout-settings", responses=responses(Conflict))
async def update_lockout_settings(body: LockoutSettingsUpdate, _who: EditBlocked, work: Work) -> LockoutSettingsView:
    """Change when failed sign-ins lead to a pause, and when to a block.

    409 `version_conflict` has the present values in `current`."""
    return await service.update_settings(work, body)
