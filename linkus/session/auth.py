"""Checks who may call a route, by a type in its signature. A route that declares none of these types fails the
tests."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from linkus.kit.actor import ActorKind, StillMay, identify
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
from linkus.session.repository import SignedInAdministrator
from linkus.session.schemas import EndReason
from linkus.session.service import CLIENT_LIFETIME, last_seen_until
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Role
from linkus.shared.roles.rules import covers

_admin_cookie = APIKeyCookie(name=ADMIN_COOKIE, auto_error=False, description="Session of an administrator's browser")
_client_cookie = APIKeyCookie(name=CLIENT_COOKIE, auto_error=False, description="Session of a user's browser")
_bearer = HTTPBearer(auto_error=False, description="Session token, for programs other than browsers")
_internal_key = APIKeyHeader(name="X-Linkus-Key", auto_error=False, description="The core's key")
SET_BY_ADMINISTRATOR = "administrator"
FoundT = TypeVar("FoundT")
Find = Callable[[AsyncSession, str], Awaitable[tuple[Session, FoundT] | None]]


@dataclass(frozen=True)
class AdministratorPrincipal:
    """Describes the signed-in administrator."""

    session_id: int
    administrator_id: int
    username: str  # or the number of the extension whose user this is
    language: str
    role: Role  # without any page while `second_factor_missing`
    extension_id: int | None = None
    second_factor_missing: bool = False  # which the company requires: nothing but its set-up is allowed


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

    @classmethod
    def of(cls, extension: Extension, session_id: int, client_kind: str) -> ExtensionPrincipal:
        """Return the extension's user on a client, with nothing that depends on the session."""
        return cls(
            session_id=session_id,
            extension_id=extension.id,
            number=extension.number,
            client_kind=client_kind,
            first_name=extension.first_name,
            last_name=extension.last_name,
            display_name=extension.display_name,
            email=extension.email,
            language=extension.language,
        )

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


def check_live(session: Session | None, moment: datetime) -> None:
    """Raise if a session has ended. The sessions of a deleted extension are deleted with it."""
    if session is None:
        raise NotSignedIn("session_ended", extra={"reason": EndReason.EXTENSION_DELETED.value})
    if session.ended_at is not None or session.expires_at <= moment:
        raise NotSignedIn("session_ended", extra={"reason": session.end_reason or EndReason.EXPIRED.value})


async def _check(database: Database, find: Find[FoundT], token: str | None) -> tuple[Session, FoundT, bool]:
    """Return (session, what was found with it, whether the session was prolonged)."""
    if not token:
        raise NotSignedIn()
    moment = now()
    async with database.transaction(write=False) as db:
        row = await find(db, hash_token(token))
    if row is None:
        raise NotSignedIn()
    session, found = row
    check_live(session, moment)
    until = last_seen_until(session, moment)
    if until is not None:
        async with database.transaction() as db:
            await repository.touch(db, session.id, moment, until)
    return session, found, until is not None


def check_linkus(owner: Extension) -> None:
    if not owner.linkus_enabled:
        raise NotSignedIn("session_ended", extra={"reason": "linkus_disabled"})


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
    session, signed_in, _prolonged = await _check(database, repository.find_administrator_session, token)
    return _administrator(session, signed_in)


def _administrator(session: Session, signed_in: SignedInAdministrator) -> AdministratorPrincipal:
    holder, missing = signed_in.holder, signed_in.second_factor_missing
    owner = holder.administrator
    if owner.disabled:
        raise NotSignedIn("session_ended", extra={"reason": "administrator_disabled"})
    role = Role(holder.role.key, {}, holder.role.name) if missing else holder.role
    return AdministratorPrincipal(
        session.id, owner.id, holder.name, owner.language, role, owner.extension_id, second_factor_missing=missing
    )


async def _find_live(db: AsyncSession, find: Find[FoundT], token: str) -> tuple[Session, FoundT]:
    row = await find(db, hash_token(token))
    if row is None:
        raise NotSignedIn()
    check_live(row[0], now())
    return row


def _still_administrator(token: str, who: AdministratorPrincipal) -> StillMay:
    async def check(db: AsyncSession) -> None:
        present = _administrator(*await _find_live(db, repository.find_administrator_session, token))
        if not covers(present.role, who.role):  # the role by which this request was judged
            raise Forbidden()

    return check


def _still_extension(token: str) -> StillMay:
    async def check(db: AsyncSession) -> None:
        _session, owner = await _find_live(db, repository.find_extension_session, token)
        check_linkus(owner)

    return check


async def _find_extension(db: AsyncSession, token_hash: str) -> tuple[Session, tuple[Extension, PrivacyText]] | None:
    text = await privacy_text(db)  # first: who accepts it meanwhile is not refused
    row = await repository.find_extension_session(db, token_hash)
    return None if row is None else (row[0], (row[1], text))


async def check_extension(database: Database, token: str | None) -> ExtensionPrincipal:
    session, (owner, text), prolonged = await _check(database, _find_extension, token)
    check_linkus(owner)
    return replace(
        ExtensionPrincipal.of(owner, session.id, session.client_kind),
        prolonged=prolonged,
        must_change_password=owner.password_hash is not None and owner.password_set_by == SET_BY_ADMINISTRATOR,
        password_set=owner.password_hash is not None,
        signed_in_by=session.signed_in_by,
        privacy_needed=is_needed(text, owner.privacy_version),
        privacy_refused=is_refused(text, owner.privacy_version, session.created_at),
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
    token = _token(request, cookie, bearer)
    who = await check_administrator(kit_of(request).database, token)
    identify(ActorKind.ADMINISTRATOR, who.administrator_id, who.username, _still_administrator(token or "", who))
    return who


async def require_extension_before_privacy(
    request: Request,
    response: Response,
    cookie: Annotated[str | None, Security(_client_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> ExtensionPrincipal:
    token = _token(request, cookie, bearer)
    who = await check_extension(kit_of(request).database, token)
    identify(
        ActorKind.USER, who.extension_id, f"{who.number} {who.display_name}".strip(), _still_extension(token or "")
    )
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
    if not _shows_metrics_key(request, bearer):
        raise NotSignedIn("metrics_key_wrong")


def _shows_metrics_key(request: Request, bearer: HTTPAuthorizationCredentials | None) -> bool:
    expected = kit_of(request).metrics_key
    return bearer is not None and hmac.compare_digest(bearer.credentials.encode(), expected.encode())


async def watches(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> bool:
    """Return whether a program that watches this server asks, which shows the key of `keys/metrics`."""
    return _shows_metrics_key(request, bearer)


async def anyone(request: Request) -> None:
    """Require no session, but reject pages of other servers: they must not get our cookie set (login CSRF)."""
    if request.method not in SAFE_METHODS:
        check_origin(request, required=False)


# for an administrator's own account; other routes of the portal state their page (linkus/session/access.py)
AdminSession = Annotated[AdministratorPrincipal, Depends(require_administrator)]
ClientSession = Annotated[ExtensionPrincipal, Depends(require_extension)]
# for the few routes that are needed before the privacy text is accepted, or before there is an own password
ClientSessionBeforePrivacy = Annotated[ExtensionPrincipal, Depends(require_extension_before_privacy)]
ClientSessionBeforePassword = Annotated[ExtensionPrincipal, Depends(require_extension_before_password)]
Core = Depends(require_core)  # for `dependencies=[Core]`
Metrics = Depends(require_metrics)
Watches = Annotated[bool, Depends(watches)]
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
