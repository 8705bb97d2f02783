"""Checks who may call a route, by a type in its signature. A route that declares none of these types fails the
tests."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from linkus.administrator.models import Administrator
from linkus.extension.models import Extension
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import Forbidden, NotSignedIn
from linkus.kit.http import SAFE_METHODS
from linkus.kit.origins import is_own_origin
from linkus.kit.secrets import hash_token
from linkus.kit.services import kit_of
from linkus.session import repository
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE, set_session_cookie
from linkus.session.models import Session
from linkus.session.privacy import PrivacyText, is_needed, is_refused, privacy_text
from linkus.session.service import CLIENT_LIFETIME, last_seen_until

_admin_cookie = APIKeyCookie(name=ADMIN_COOKIE, auto_error=False, description="Session of an administrator's browser")
_client_cookie = APIKeyCookie(name=CLIENT_COOKIE, auto_error=False, description="Session of a user's browser")
_bearer = HTTPBearer(auto_error=False, description="Session token, for programs other than browsers")
_internal_key = APIKeyHeader(name="X-Linkus-Key", auto_error=False, description="The core's key")
SET_BY_ADMINISTRATOR = "administrator"
OwnerT = TypeVar("OwnerT", Administrator, Extension)
Find = Callable[[AsyncSession, str], Awaitable[tuple[Session, OwnerT] | None]]


@dataclass(frozen=True)
class AdministratorPrincipal:
    """Describes the signed-in administrator."""

    session_id: int
    administrator_id: int
    username: str
    language: str


@dataclass(frozen=True)
class ExtensionPrincipal:
    """Describes the signed-in extension user and the client that is used."""

    session_id: int
    extension_id: int
    number: str
    client_kind: str
    first_name: str
    last_name: str
    display_name: str
    email: str | None
    language: str
    prolonged: bool = False  # by this request: the cookie lives on as well
    must_change_password: bool = False  # somebody else chose the password
    password_set: bool = True
    signed_in_by: str | None = None
    privacy_needed: bool = False
    privacy_refused: bool = False  # nothing else is allowed until the text is accepted

    @property
    def may_skip_current_password(self) -> bool:
        """Return whether the user may set a password without the current one. A user who came by a one-time credential
        was sent no password, and need not know a password that others chose."""
        return self.signed_in_by == "credential" and (self.must_change_password or not self.password_set)


class PrivacyNeeded(Forbidden):
    """Raised until the user has accepted the privacy text."""

    code = "privacy_needed"


class OwnPasswordNeeded(Forbidden):
    """Raised until the user has a password that nobody else knows, even after a one-time link, because the password
    that others know also works on the login page."""

    code = "own_password_needed"


def own_origins(connection: HTTPConnection) -> tuple[str, ...]:
    return kit_of(connection).settings.origins


def check_origin(connection: HTTPConnection, *, required: bool) -> None:
    """Reject a page of another server. It must not act with our cookie (CSRF), nor open our event socket."""
    origin = connection.headers.get("origin")
    if origin is None:
        if required:
            raise Forbidden("origin_missing")
        return
    secure = connection.scope.get("scheme") in ("https", "wss")
    if not is_own_origin(origin, connection.headers.get("host"), own_origins(connection), secure=secure):
        raise Forbidden("origin_foreign")


async def _check(database: Database, find: Find[OwnerT], token: str | None) -> tuple[Session, OwnerT, bool]:
    """Return (session, owner, whether the session was prolonged)."""
    if not token:
        raise NotSignedIn()
    moment = now()
    async with database.transaction(write=False) as db:
        row = await find(db, hash_token(token))
    if row is None:
        raise NotSignedIn()
    session, owner = row
    if session.ended_at is not None or session.expires_at <= moment:
        raise NotSignedIn("session_ended", extra={"reason": session.end_reason or "expired"})
    until = last_seen_until(session, moment)
    if until is not None:
        async with database.transaction() as db:
            await repository.touch(db, session.id, moment, until)
    return session, owner, until is not None


def check_privacy(who: ExtensionPrincipal) -> None:
    if who.privacy_refused:
        raise PrivacyNeeded()


def check_first_login(who: ExtensionPrincipal) -> None:
    """Check what comes before everything else, in this order: the privacy text, then the user's own password. An
    administrator who chooses a password signs all clients of the user out, so this check never stops a session in
    use."""
    check_privacy(who)
    if who.must_change_password:
        raise OwnPasswordNeeded()


async def check_administrator(database: Database, token: str | None) -> AdministratorPrincipal:
    """Return the administrator of a token. WebSockets use this as well, because FastAPI's security classes do not read
    their cookies."""
    session, owner, _prolonged = await _check(database, repository.find_administrator_session, token)
    return AdministratorPrincipal(session.id, owner.id, owner.username, owner.language)


async def check_extension(database: Database, token: str | None) -> ExtensionPrincipal:
    texts: list[PrivacyText] = []

    async def find(db: AsyncSession, token_hash: str) -> tuple[Session, Extension] | None:
        texts.append(await privacy_text(db))
        return await repository.find_extension_session(db, token_hash)

    session, owner, prolonged = await _check(database, find, token)
    if not owner.linkus_enabled:
        raise NotSignedIn("session_ended", extra={"reason": "linkus_disabled"})
    return ExtensionPrincipal(
        session_id=session.id,
        extension_id=owner.id,
        number=owner.number,
        client_kind=session.client_kind,
        first_name=owner.first_name,
        last_name=owner.last_name,
        display_name=owner.display_name,
        email=owner.email,
        language=owner.language,
        prolonged=prolonged,
        must_change_password=owner.password_hash is not None and owner.password_set_by == SET_BY_ADMINISTRATOR,
        password_set=owner.password_hash is not None,
        signed_in_by=session.signed_in_by,
        privacy_needed=is_needed(texts[0], owner.privacy_version),
        privacy_refused=is_refused(texts[0], owner.privacy_version, session.created_at),
    )


def _token(request: Request, cookie: str | None, bearer: HTTPAuthorizationCredentials | None) -> str | None:
    if bearer is not None:
        return bearer.credentials
    if cookie and request.method not in SAFE_METHODS:
        check_origin(request, required=True)
    return cookie


async def require_administrator(
    request: Request,
    cookie: Annotated[str | None, Security(_admin_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> AdministratorPrincipal:
    return await check_administrator(kit_of(request).database, _token(request, cookie, bearer))


async def require_extension_before_privacy(
    request: Request,
    response: Response,
    cookie: Annotated[str | None, Security(_client_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> ExtensionPrincipal:
    token = _token(request, cookie, bearer)
    who = await check_extension(kit_of(request).database, token)
    if who.prolonged and token and bearer is None:  # otherwise the browser drops the cookie of a session in daily use
        set_session_cookie(response, kit_of(request).settings, CLIENT_COOKIE, token, CLIENT_LIFETIME)
    return who


async def require_extension_before_password(
    who: Annotated[ExtensionPrincipal, Depends(require_extension_before_privacy)],
) -> ExtensionPrincipal:
    check_privacy(who)
    return who


async def require_extension(
    who: Annotated[ExtensionPrincipal, Depends(require_extension_before_privacy)],
) -> ExtensionPrincipal:
    check_first_login(who)
    return who


async def require_core(request: Request, key: Annotated[str | None, Security(_internal_key)]) -> None:
    """Require the telephony core, which shows the key of `keys/internal`."""
    expected = kit_of(request).internal_key
    if not key or not hmac.compare_digest(key.encode(), expected.encode()):
        raise NotSignedIn("internal_key_wrong")


async def require_metrics(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> None:
    """Require Prometheus, which shows the key of `keys/metrics`."""
    expected = kit_of(request).metrics_key
    if bearer is None or not hmac.compare_digest(bearer.credentials.encode(), expected.encode()):
        raise NotSignedIn("metrics_key_wrong")


async def anyone(request: Request) -> None:
    """Require no session, but reject pages of other servers: they must not get our cookie set (login CSRF)."""
    if request.method not in SAFE_METHODS:
        check_origin(request, required=False)


AdminSession = Annotated[AdministratorPrincipal, Depends(require_administrator)]
ClientSession = Annotated[ExtensionPrincipal, Depends(require_extension)]
# for the few routes that are needed before the privacy text is accepted, or before there is an own password
ClientSessionBeforePrivacy = Annotated[ExtensionPrincipal, Depends(require_extension_before_privacy)]
ClientSessionBeforePassword = Annotated[ExtensionPrincipal, Depends(require_extension_before_password)]
Core = Depends(require_core)  # for `dependencies=[Core]`
Metrics = Depends(require_metrics)
Public = Depends(anyone)  # for `dependencies=[Public]`
PERMISSIONS = frozenset(
    {
        require_administrator,
        require_extension,
        require_extension_before_password,
        require_extension_before_privacy,
        require_core,
        require_metrics,
        anyone,
    }
)
