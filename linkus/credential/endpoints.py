from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from linkus.administrator.roles import guard
from linkus.credential import service
from linkus.credential.schemas import (
    CredentialStatus,
    InspectAnswer,
    InspectRequest,
    RedeemRequest,
    ScreenCode,
    ScreenCodeRequest,
)
from linkus.kit.errors import (
    Conflict,
    Forbidden,
    Gone,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    ValidationFailed,
    responses,
)
from linkus.kit.fields import PathId
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.services import AppKit, AppSettings
from linkus.kit.work import WriteSession, unit_of_work
from linkus.session.access import EditExtensions
from linkus.session.auth import Public
from linkus.session.cookies import CLIENT_COOKIE, signed_in
from linkus.session.link_attempt import link_attempt
from linkus.session.schemas import SignedIn
from linkus.session.service import device_of, replace_session
from linkus.session.services import AppLockouts

router = APIRouter(tags=["credentials"], responses=responses(ValidationFailed, Forbidden))


@router.post(
    "/credentials/inspect",
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(TooManyRequests),
)
async def inspect_credential(
    request: Request, kit: AppKit, lockouts: AppLockouts, body: InspectRequest
) -> InspectAnswer:
    """Check a login link.

    Reports whom the link is for and whether it still works. Consumes nothing. Links that nobody has issued count as
    failed sign-ins of the IP address: 429 `links_locked`."""
    async with link_attempt(request, kit, lockouts) as attempt:
        async with unit_of_work(kit) as work:
            answer = await service.inspect(work, body.token)
        attempt.is_unknown = answer.status is CredentialStatus.UNKNOWN
    return answer


@router.post(
    "/credentials/redeem",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(NotFound, Gone, TooManyRequests),
)
async def redeem_credential(
    request: Request, response: Response, kit: AppKit, lockouts: AppLockouts, body: RedeemRequest
) -> SignedIn:
    """Sign in with a login link.

    A link works once. With transport `cookie`, the session that the browser had before ends in the same step. 410 is
    one of `credential_used`, `credential_expired` and `credential_revoked`; 404 is `credential_unknown`. Links that
    nobody has issued count as failed sign-ins of the IP address: 429 `links_locked`."""
    device = device_of(request, "", body.device_name, has_cookies=body.transport == "cookie")
    async with link_attempt(request, kit, lockouts), unit_of_work(kit) as work:
        opened = await service.redeem(work, body.token, device)
        if body.transport == "cookie" and (before := request.cookies.get(CLIENT_COOKIE)):
            await replace_session(work, before)
    return signed_in(response, kit.settings, opened, body.transport)


@router.post(
    "/admin/extensions/{extension_id}/credential",
    status_code=status.HTTP_201_CREATED,
    responses=responses(NotFound, Conflict, NotSignedIn),
)
async def create_screen_code(
    extension_id: PathId, body: ScreenCodeRequest, who: EditExtensions, db: WriteSession, settings: AppSettings
) -> ScreenCode:
    """Create a login link and QR code for the screen.

    Revokes the unused link that was made for the screen before. 403 `extension_holds_role` if the extension's user is
    an administrator with a greater role."""
    await guard.check_login(db, who.role, [extension_id])
    return await service.screen_code(db, settings, extension_id, body.client_kind)
