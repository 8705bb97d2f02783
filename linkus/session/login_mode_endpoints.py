from __future__ import annotations

from fastapi import APIRouter

from linkus.kit.errors import Conflict, Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.work import ReadSession, Work
from linkus.session import login_mode
from linkus.session.access import EditLinkusServer, ViewLinkusServer
from linkus.session.login_mode import LoginMode, LoginModeEffect, LoginModeSaved, LoginModeUpdate, LoginModeView

router = APIRouter(
    prefix="/admin/linkus-server/login-mode",
    tags=["linkus server"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


@router.get("")
async def read_login_mode(_who: ViewLinkusServer, db: ReadSession) -> LoginModeView:
    """Read the login mode.

    The user names that extension users may sign in with: number, email address, or both."""
    return await login_mode.view(db)


@router.get("/effect")
async def read_login_mode_effect(
    login_by_number: bool, login_by_email: bool, _who: ViewLinkusServer, db: ReadSession
) -> LoginModeEffect:
    """Count whom a login mode would sign out.

    For the warning before it is saved. `without_email` counts the extensions that could use login links and QR codes
    only."""
    return await login_mode.effect(db, LoginMode(login_by_number=login_by_number, login_by_email=login_by_email))


@router.put("", responses=responses(Conflict))
async def update_login_mode(body: LoginModeUpdate, _who: EditLinkusServer, work: Work) -> LoginModeSaved:
    """Change the login mode.

    Signs out the clients that were signed in with a user name that is no longer accepted."""
    return await login_mode.update(work, body)
