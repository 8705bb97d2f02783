"""Opens, checks and ends sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.models import Administrator
from linkus.event_catalogue import SessionEnded
from linkus.extension.models import Extension
from linkus.kit.bus import session_topic
from linkus.kit.clock import now, unix_now
from linkus.kit.errors import NotFound
from linkus.kit.http import client_address, client_user_agent
from linkus.kit.kinds import ClientKind, aor
from linkus.kit.secrets import hash_token, new_token
from linkus.kit.work import UnitOfWork
from linkus.session import repository
from linkus.session.devices import owners_of, publish_devices_changed
from linkus.session.models import Session
from linkus.session.schemas import EndReason

PORTAL_KIND = "portal"
CLIENT_LIFETIME = timedelta(days=30)  # from the last use
ADMINISTRATOR_LIFETIME = timedelta(hours=12)  # from the sign-in: a portal left open does not stay open for good
LAST_SEEN_PRECISION = timedelta(minutes=1)  # how exact last_seen_at is: avoids a write for every request
SIP_CREDENTIAL_SECONDS = 300  # longest life of an issued SIP credential (docs/contracts/identities.md)
ENDED_SESSION_LIFETIME = timedelta(days=90)
GOODBYE_SECONDS = 10  # how long a call lasts after Linkus was switched off: the user is notified


@dataclass(frozen=True)
class Device:
    """Describes the device that somebody signs in from."""

    client_kind: str
    device_name: str = ""
    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True)
class OpenedSession:
    """Holds a new session and its token, which nobody can read again afterwards."""

    session: Session
    token: str


def device_of(request: Request, client_kind: str, device_name: str | None = None) -> Device:
    return Device(
        client_kind=client_kind,
        device_name=device_name or "",
        user_agent=client_user_agent(request),
        address=client_address(request),
    )


async def open_session(
    db: AsyncSession, owner: Extension | Administrator, device: Device, signed_in_by: str | None = None
) -> OpenedSession:
    token, moment = new_token(), now()
    is_administrator = isinstance(owner, Administrator)
    session = Session(
        token_hash=hash_token(token),
        administrator_id=owner.id if is_administrator else None,
        extension_id=None if is_administrator else owner.id,
        client_kind=PORTAL_KIND if is_administrator else device.client_kind,
        device_name=device.device_name,
        user_agent=device.user_agent,
        address=device.address,
        signed_in_by=signed_in_by,
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + (ADMINISTRATOR_LIFETIME if is_administrator else CLIENT_LIFETIME),
    )
    db.add(session)
    await db.flush()
    return OpenedSession(session, token)


def last_seen_until(session: Session, moment: datetime) -> datetime | None:
    """Return the new expiry of a session in use now, or None while the write can wait."""
    if moment - session.last_seen_at < LAST_SEEN_PRECISION:
        return None
    return session.expires_at if session.administrator_id is not None else moment + CLIENT_LIFETIME


async def end_sessions(
    work: UnitOfWork,
    reason: EndReason,
    *,
    extension_ids: Iterable[int] | None = None,
    session_id: int | None = None,
    administrator_id: int | None = None,
    signed_in_by: Collection[str] | None = None,
    except_session_id: int | None = None,
    revoke: bool = True,
) -> int:
    """End the live sessions of these, notify their clients, and make the edge deregister them."""
    sessions = await repository.live_sessions(
        work.db,
        extension_ids=extension_ids,
        session_id=session_id,
        administrator_id=administrator_id,
        signed_in_by=signed_in_by,
    )
    sessions = [(session, number) for session, number in sessions if session.id != except_session_id]
    await _end(work, sessions, reason, revoke=revoke)
    return len(sessions)


async def _end(
    work: UnitOfWork, sessions: list[tuple[Session, str | None]], reason: EndReason, *, revoke: bool
) -> None:
    moment = now()
    grace = GOODBYE_SECONDS if reason is EndReason.LINKUS_DISABLED else 0
    for session, _number in sessions:
        session.ended_at = moment
        session.end_reason = reason.value
        work.publish([session_topic(session.id)], SessionEnded(reason=reason, call_seconds=grace or None))
    if revoke:
        until = unix_now() + SIP_CREDENTIAL_SECONDS
        for name, session_id in await _identities_to_deregister(work, sessions, moment):
            identity = {"aor": name} if session_id is None else {"aor": name, "session": session_id}
            work.enqueue("edge.revoke", {**identity, "until": until, "call_seconds": grace, "at": moment.timestamp()})
    publish_devices_changed(work, owners_of(sessions))


async def _identities_to_deregister(
    work: UnitOfWork, ended: list[tuple[Session, str | None]], moment: datetime
) -> list[tuple[str, int | None]]:
    """Return the SIP identities of sessions that have just ended. If the user has another session of the same kind, the
    result names only the ended session's id, so that the other session and its call are left alone."""
    await work.db.flush()
    in_use = await repository.kinds_in_use(
        work.db, {session.extension_id for session, _ in ended if session.extension_id}, moment
    )
    identities: set[tuple[str, int | None]] = set()
    for session, number in ended:
        if number is not None and session.client_kind in list(ClientKind):
            is_one_of_several = (session.extension_id, session.client_kind) in in_use
            identities.add((aor(number, ClientKind(session.client_kind)), session.id if is_one_of_several else None))
    return sorted(identities, key=lambda identity: (identity[0], identity[1] or 0))


async def sign_out(work: UnitOfWork, session_id: int) -> None:
    """Sign out at the user's request. The client unregisters itself, and other sessions of its kind stay
    undisturbed."""
    await end_sessions(work, EndReason.SIGNED_OUT, session_id=session_id, revoke=False)


async def replace_session(work: UnitOfWork, token: str) -> None:
    """Sign out the session whose cookie the browser had: a browser has one session, and that is now the new one."""
    row = await repository.find_extension_session(work.db, hash_token(token))
    if row is not None:
        await sign_out(work, row[0].id)


async def end_device(work: UnitOfWork, session_id: int, reason: EndReason, *, extension_id: int | None = None) -> None:
    """Sign out one device of an extension; with `extension_id`, only if it is one of that extension's."""
    sessions = await repository.live_sessions(work.db, session_id=session_id)
    session = sessions[0][0] if sessions else None
    if session is None or session.extension_id is None or extension_id not in (None, session.extension_id):
        raise NotFound()
    await _end(work, sessions, reason, revoke=True)


async def end_expired(work: UnitOfWork) -> None:
    """Notify clients whose session has expired, and delete sessions that ended long ago."""
    moment = now()
    await _end(work, await repository.expired(work.db, moment), EndReason.EXPIRED, revoke=True)
    await repository.forget_ended(work.db, moment - ENDED_SESSION_LIFETIME)
