from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from linkus.client_permission.rules.enforcement import check_password_change
from linkus.credential.schemas import CredentialStatus
from linkus.extension.service import get
from linkus.kit.actor import ActorKind, identify
from linkus.kit.errors import (
    Forbidden,
    Gone,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    ValidationFailed,
    responses,
)
from linkus.kit.http import MAX_CLIENT_BODY_BYTES, client_address
from linkus.kit.services import AppKit
from linkus.kit.work import Work, unit_of_work
from linkus.password import service
from linkus.password.schemas import (
    ChangePassword,
    PasswordChanged,
    ResetInspect,
    ResetInspectAnswer,
    ResetPassword,
    ResetRequest,
)
from linkus.session.auth import ClientSessionBeforePassword, Public
from linkus.session.cookies import set_device_cookie
from linkus.session.current_password import check_current_password
from linkus.session.link_attempt import link_attempt
from linkus.session.service import device_of, remember
from linkus.session.services import AppLockouts, AppResetLimits

router = APIRouter(tags=["password"], responses=responses(ValidationFailed, Forbidden))


@router.post(
    "/password-reset/request",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(TooManyRequests),
)
async def request_password_reset(request: Request, limits: AppResetLimits, body: ResetRequest, work: Work) -> None:
    """Request a link to set a new password.

    Mails the link to the extension's address. The answer is the same whether or not the account exists. No second mail
    is sent while a link works that is younger than 20 minutes, or 2 minutes if the user has signed in from the sender's
    IP address. 429 after 5 requests an hour for one name from one IP address, or 20 from one IP address."""
    address = client_address(request)
    limits.hit(address, body.username)
    await service.request_reset(work, body.username, address)


@router.post(
    "/password-reset/inspect",
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(TooManyRequests),
)
async def inspect_password_reset(
    request: Request, kit: AppKit, lockouts: AppLockouts, body: ResetInspect
) -> ResetInspectAnswer:
    """Check a link to set a new password.

    Consumes nothing. 429 `links_locked` follows the lock-out of signing in."""
    async with link_attempt(request, kit, lockouts) as attempt:
        async with kit.database.transaction(write=False) as db:
            answer = await service.inspect(db, body.token)
        attempt.is_unknown = answer.status is CredentialStatus.UNKNOWN
    return answer


@router.post(
    "/password-reset",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(NotFound, Gone, TooManyRequests),
)
async def reset_password(
    request: Request, response: Response, kit: AppKit, lockouts: AppLockouts, body: ResetPassword
) -> None:
    """Set a new password with a link.

    The link works once. Signs the user out everywhere, revokes their login links, and signs nobody in. From then on,
    failures of others do not keep the user from signing in with this browser. 410 is one of `reset_used`,
    `reset_expired` and `reset_revoked`; 404 is `reset_unknown`. 429 `links_locked` follows the lock-out of signing
    in."""
    async with link_attempt(request, kit, lockouts):
        extension = await service.owner(kit.database, body.token)
    hashed = await service.hash_new(body.new_password, extension)
    identify(ActorKind.USER, extension.id, f"{extension.number} {extension.display_name}")
    async with unit_of_work(kit) as work:
        device = device_of(request, "", has_cookies=True)
        await service.reset(work, body.token, extension.id, hashed, device)
        await remember(work.db, extension, device)
    set_device_cookie(response, kit.settings, device.known_as)


@router.put(
    "/client/password", max_body_size=MAX_CLIENT_BODY_BYTES, responses=responses(NotSignedIn, NotFound, TooManyRequests)
)
async def change_own_password(
    request: Request,
    kit: AppKit,
    lockouts: AppLockouts,
    body: ChangePassword,
    who: ClientSessionBeforePassword,
) -> PasswordChanged:
    """Change the user's own password.

    Signs out the user's other devices; this one stays signed in. `current_password` is required if the session has
    `current_password_needed`. While it has `must_change_password`, every other request is refused with 403
    `own_password_needed`, except those of the session and the privacy text. 429 `current_password_locked` follows the
    limits of signing in."""
    async with kit.database.transaction(write=False) as db:
        extension = await get(db, who.extension_id)
        await check_password_change(db, extension)
    if not who.may_skip_current_password:
        await check_current_password(request, kit, lockouts, who.number, body.current_password, extension.password_hash)
    hashed = await service.hash_new(body.new_password, extension)
    async with unit_of_work(kit) as work:
        ended = await service.set_own(work, who.extension_id, hashed, except_session_id=who.session_id)
    return PasswordChanged(sessions_ended=ended)
