"""Links by which administrators with a user name of their own choose their password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from linkus.administrator.password_links import service
from linkus.administrator.password_links.schemas import (
    PasswordChosen,
    PasswordLinkInspect,
    PasswordLinkInspected,
    PasswordLinkView,
)
from linkus.kit.actor import ActorKind, identify
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
from linkus.kit.services import AppKit
from linkus.kit.work import Work, unit_of_work
from linkus.session.access import EditAdministrators
from linkus.session.auth import Public
from linkus.session.cookies import set_device_cookie
from linkus.session.link_attempt import link_attempt
from linkus.session.service import PORTAL_KIND, device_of, remember
from linkus.session.services import AppLockouts

router = APIRouter(tags=["administrators"], responses=responses(ValidationFailed, Forbidden))


@router.post("/admin/administrators/{account_id}/password-link", responses=responses(NotSignedIn, NotFound, Conflict))
async def make_password_link(account_id: PathId, who: EditAdministrators, kit: AppKit, work: Work) -> PasswordLinkView:
    """Create a link by which an administrator chooses a password.

    For one with a user name of their own: new, with a raised role, or who has forgotten the password. It works once,
    for three days. The password, the sessions and the link of before are void from now on."""
    return await service.make(work, kit.settings, who, account_id)


@router.post(
    "/setup/password/inspect",
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(TooManyRequests),
)
async def inspect_password_link(
    request: Request, kit: AppKit, lockouts: AppLockouts, body: PasswordLinkInspect
) -> PasswordLinkInspected:
    """Check a link by which an administrator chooses a password.

    Consumes nothing. 429 `links_locked` follows the lock-out of signing in."""
    async with link_attempt(request, kit, lockouts) as attempt:
        async with kit.database.transaction(write=False) as db:
            answer = await service.inspect(db, body.token)
        attempt.is_unknown = answer.status == "unknown"
    return answer


@router.post(
    "/setup/password",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(NotFound, Gone, TooManyRequests),
)
async def choose_administrator_password(
    request: Request, response: Response, kit: AppKit, lockouts: AppLockouts, body: PasswordChosen
) -> None:
    """Set an administrator's password with a link.

    The link works once. Signs nobody in. 410 is `password_link_expired`; 404 `password_link_unknown`: used, or
    replaced by a later one. 429 `links_locked` follows the lock-out of signing in."""
    async with link_attempt(request, kit, lockouts):
        administrator = await service.owner(kit.database, body.token)
    hashed = await service.hash_new(administrator.username, body.new_password)
    identify(ActorKind.ADMINISTRATOR, administrator.id, administrator.username)
    async with unit_of_work(kit) as work:
        await service.choose(work, body.token, administrator.id, hashed)
        device = device_of(request, PORTAL_KIND, has_cookies=True)
        await remember(work.db, administrator, device)
    set_device_cookie(response, kit.settings, device.known_as)
