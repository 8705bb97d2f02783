"""Sets and renews the session cookie."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Response

from linkus.kit.settings import Settings


def set_session_cookie(response: Response, settings: Settings, name: str, token: str, lifetime: timedelta) -> None:
    response.set_cookie(
        name,
        token,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.has_secure_pages,
        path="/",
    )
