"""Puts the session into the response: a cookie for browsers, the token itself for other programs."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Response

from linkus.kit.settings import Settings
from linkus.lockout.models import DEVICE_LIFETIME
from linkus.session.schemas import SignedIn, Transport
from linkus.session.service import ADMINISTRATOR_LIFETIME, CLIENT_LIFETIME, DEVICE_COOKIE, OpenedSession

ADMIN_COOKIE = "linkus_admin"
CLIENT_COOKIE = "linkus_client"


def set_session_cookie(response: Response, settings: Settings, name: str, token: str, lifetime: timedelta) -> None:
    """Set the cookie at the sign-in, or renew it."""
    response.set_cookie(
        name,
        token,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.has_secure_pages,
        path="/",
    )


def set_device_cookie(response: Response, settings: Settings, known_as: str) -> None:
    """Let the browser be known again. The cookie gives no access: it only keeps strangers' failures from locking its
    user out."""
    if known_as:
        set_session_cookie(response, settings, DEVICE_COOKIE, known_as, DEVICE_LIFETIME)


def signed_in(response: Response, settings: Settings, opened: OpenedSession, transport: Transport) -> SignedIn:
    """Return the response to a sign-in, with the cookie set if the client wants one."""
    administrator = opened.session.administrator_id is not None
    if transport == "cookie":
        name = ADMIN_COOKIE if administrator else CLIENT_COOKIE
        lifetime = ADMINISTRATOR_LIFETIME if administrator else CLIENT_LIFETIME
        set_session_cookie(response, settings, name, opened.token, lifetime)
        set_device_cookie(response, settings, opened.known_as)
    return SignedIn(
        role="administrator" if administrator else "extension",
        landing="/portal/" if administrator else "/",
        session_id=opened.session.id,
        expires_at=opened.session.expires_at,
        token=opened.token if transport == "bearer" else None,
    )


def signed_out(response: Response, cookie: str) -> None:
    response.delete_cookie(cookie, path="/", httponly=True, samesite="lax")
