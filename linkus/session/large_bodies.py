"""Reads no large body of a stranger. FastAPI alone would read and parse a body before it checks who sent it."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from linkus.kit.errors import LinkusError, Unavailable
from linkus.kit.http import MAX_CLIENT_BODY_BYTES, SAFE_METHODS, closing_answer
from linkus.kit.services import kit_of
from linkus.session.auth import check_administrator
from linkus.session.cookies import ADMIN_COOKIE

ADMIN_PATHS = "/api/v1/admin/"


class LargeBodiesNeedSession:
    """Checks the session before it lets through a body above the limit of users and strangers. The routes check it
    again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(ADMIN_PATHS) and _is_large(scope):
            connection = HTTPConnection(scope)
            if (refusal := await _refusal(connection)) is not None:
                await closing_answer(connection, refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _refusal(connection: HTTPConnection) -> LinkusError | None:
    try:
        await check_administrator(kit_of(connection).database, _token(connection))
    except LinkusError as error:
        return error
    except (SQLAlchemyError, OSError):
        return Unavailable()
    return None


def _is_large(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    if scope["method"] in SAFE_METHODS:
        return False
    return int(length) > MAX_CLIENT_BODY_BYTES if length.isdecimal() else "transfer-encoding" in headers


def _token(connection: HTTPConnection) -> str | None:
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value else connection.cookies.get(ADMIN_COOKIE)
