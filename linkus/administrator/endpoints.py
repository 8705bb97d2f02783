from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from linkus.administrator import service
from linkus.administrator.schemas import AdministratorUpdate, AdministratorView, Setup, SetupInspect, SetupInspected
from linkus.kit.errors import (
    FieldError,
    Forbidden,
    Gone,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    ValidationFailed,
    responses,
)
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, unit_of_work
from linkus.session.auth import AdminSession, Public
from linkus.session.cookies import signed_in
from linkus.session.current_password import check_current_password
from linkus.session.schemas import SignedIn
from linkus.session.service import PORTAL_KIND, device_of, open_session
from linkus.session.services import AppLockouts
from linkus.session.sign_in_events import record_administrator
from linkus.shared.models.administrator import Administrator

router = APIRouter(tags=["administrators"], responses=responses(ValidationFailed, Forbidden))


@router.post("/setup/inspect", dependencies=[Public], max_body_size=MAX_CLIENT_BODY_BYTES)
async def inspect_setup(given: SetupInspect, db: ReadSession) -> SetupInspected:
    """Check the link for the first administrator.

    Reports whether the one-time link still works. Consumes nothing."""
    return await service.inspect_setup(db, given.token)


@router.post(
    "/setup",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(Gone, NotFound),
)
async def set_up(request: Request, response: Response, kit: AppKit, given: Setup) -> SignedIn:
    """Create the first administrator and sign them in.

    Needs the token of the one-time link that the server prints while there is no administrator."""
    administrator_id = await service.set_up(kit.database, given)
    async with unit_of_work(kit) as work:
        administrator = await work.db.get_one(Administrator, administrator_id)
        device = device_of(request, PORTAL_KIND, has_cookies=True)
        opened = await open_session(work.db, administrator, device)
        await record_administrator(work, administrator.username, device.address)
    return signed_in(response, kit.settings, opened, "cookie")


@router.put("/admin/account", responses=responses(NotSignedIn, TooManyRequests))
async def update_account(
    request: Request, kit: AppKit, lockouts: AppLockouts, given: AdministratorUpdate, who: AdminSession
) -> AdministratorView:
    """Change the administrator's own language and password.

    A new password needs the current one. The user of an extension changes theirs in the client. Wrong ones are limited
    as sign-ins are: 429 `current_password_locked`."""
    hashed = None
    if given.new_password and who.extension_id is not None:
        raise ValidationFailed(fields={"new_password": FieldError("administrator_password_of_extension")})
    if given.new_password:
        async with kit.database.transaction(write=False) as db:
            account = await db.get_one(Administrator, who.administrator_id)
        await check_current_password(
            request, kit, lockouts, account.username, given.current_password, account.password_hash
        )
        hashed = await service.hash_new(account.username, given.new_password)
    async with unit_of_work(kit) as work:
        return await service.update_account(work, who.administrator_id, who.session_id, given.language, hashed)
