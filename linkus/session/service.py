"""Opens, checks and ends sessions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.addresses import network_of
from linkus.kit.bus import session_topic
from linkus.kit.clock import now
from linkus.kit.errors import NotFound
from linkus.kit.http import client_address, client_user_agent
from linkus.kit.secrets import hash_token, new_token
from linkus.kit.work import UnitOfWork
from linkus.lockout.repository import remember_device
from linkus.session import repository
from linkus.session.deregistration import Ended, deregister_extensions, deregister_sessions
from linkus.session.devices import device_name, owners_of, publish_devices_changed
from linkus.session.events import SessionEnded
from linkus.session.models import Session
from linkus.session.schemas import EndReason
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension

PORTAL_KIND = "portal"
DEVICE_COOKIE = "linkus_device"
CLIENT_LIFETIME = timedelta(days=30)  # from the last use
ADMINISTRATOR_LIFETIME = timedelta(hours=12)  # from the sign-in: a portal left open does not stay open for good
LAST_SEEN_PRECISION = timedelta(minutes=1)  # how exact last_seen_at is: avoids a write for every request
ENDED_SESSION_LIFETIME = timedelta(days=90)
MAX_LIVE = 20  # sessions of one extension on one kind of client: one more ends the oldest
MAX_LIVE_PORTAL = 200  # of one administrator: scripts and people may share an account
MAX_ENDED = 200  # ended sessions of an extension or administrator: the oldest are forgotten
# The user of an extension who holds a role signs in to the portal with the same login.
_REACHES_PORTAL = frozenset({EndReason.PASSWORD_CHANGED, EndReason.EXTENSION_DELETED, EndReason.ROLE_CHANGED})
GOODBYE_SECONDS = 10  # how long a call lasts after Linkus was switched off: the user is notified


@dataclass(frozen=True)
class Device:
    """Describes the device that somebody signs in from."""

    client_kind: str
    device_name: str = ""
    user_agent: str = ""
    address: str = ""
    known_as: str = ""  # the token by which its browser is known later; empty for programs, which keep no cookie


@dataclass(frozen=True)
class OpenedSession:
    """Holds a new session and its token, which nobody can read again afterwards."""

    session: Session
    token: str
    known_as: str = ""


def device_of(
    request: Request, client_kind: str, device_name: str | None = None, *, has_cookies: bool = False
) -> Device:
    """Describe the sender of a request. With `has_cookies` it is a browser, which is known again by a cookie."""
    return Device(
        client_kind=client_kind,
        device_name=device_name or "",
        user_agent=client_user_agent(request),
        address=client_address(request),
        known_as=(request.cookies.get(DEVICE_COOKIE) or new_token()) if has_cookies else "",
    )


def owner_kind(owner: Extension | Administrator) -> str:
    return "administrator" if isinstance(owner, Administrator) else "extension"


async def remember(db: AsyncSession, owner: Extension | Administrator, device: Device) -> None:
    """Remember that the owner uses a device: failures elsewhere do not lock them out there."""
    if device.known_as:
        await remember_device(db, hash_token(device.known_as), owner_kind(owner), owner.id, now())


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
        network=network_of(device.address),
        signed_in_by=signed_in_by,
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + (ADMINISTRATOR_LIFETIME if is_administrator else CLIENT_LIFETIME),
    )
    db.add(session)
    await db.flush()
    await remember(db, owner, device)
    return OpenedSession(session, token, device.known_as)


async def end_oldest(work: UnitOfWork, opened: Session) -> None:
    """End the oldest live sessions beside one that was just opened, and forget ended ones, so that there are only so
    many however often somebody signs in."""
    most = MAX_LIVE if opened.extension_id is not None else MAX_LIVE_PORTAL
    surplus = await repository.surplus_sessions(work.db, opened, most)
    if surplus:
        await _end(work, surplus, EndReason.TOO_MANY)
        await work.db.flush()
    await repository.forget_surplus(work.db, opened, MAX_ENDED)


def last_seen_until(session: Session, moment: datetime) -> datetime | None:
    """Return the new expiry of a session in use now, or None while the write can wait."""
    if moment - session.last_seen_at < LAST_SEEN_PRECISION:
        return None
    return session.expires_at if session.administrator_id is not None else moment + CLIENT_LIFETIME


async def end_sessions(
    work: UnitOfWork,
    reason: EndReason,
    *,
    extension_ids: Collection[int] | None = None,
    session_id: int | None = None,
    administrator_id: int | None = None,
    signed_in_by: Collection[str] | None = None,
    except_session_id: int | None = None,
) -> int:
    """End the live sessions of these, notify their clients, and make the edge deregister them. If all sessions of
    extensions end, the edge removes every client of their numbers."""
    sessions = await repository.live_sessions(
        work.db,
        extension_ids=extension_ids,
        of_portal=reason in _REACHES_PORTAL,
        session_id=session_id,
        administrator_id=administrator_id,
        signed_in_by=signed_in_by,
    )
    sessions = [(session, number) for session, number in sessions if session.id != except_session_id]
    is_all = extension_ids is not None and except_session_id is None
    await _end(work, sessions, reason, of_extensions=extension_ids if is_all else None)
    return len(sessions)


async def _end(
    work: UnitOfWork, sessions: list[Ended], reason: EndReason, *, of_extensions: Collection[int] | None = None
) -> None:
    """End sessions; with `of_extensions`, these are all sessions of these extensions."""
    moment = now()
    grace = GOODBYE_SECONDS if reason is EndReason.LINKUS_DISABLED else 0
    for session, _number in sessions:
        session.ended_at = moment
        session.end_reason = reason.value
        work.publish([session_topic(session.id)], SessionEnded(reason=reason, call_seconds=grace or None))
    if of_extensions is None:
        await deregister_sessions(work, sessions, moment, grace)
    else:
        numbers = await repository.numbers(work.db, of_extensions)
        await deregister_extensions(work, numbers, sessions, moment, grace)
    publish_devices_changed(work, owners_of(sessions))


async def sign_out(work: UnitOfWork, session_id: int) -> None:
    """Sign out at the user's request. Other sessions of its kind stay undisturbed."""
    await end_sessions(work, EndReason.SIGNED_OUT, session_id=session_id)


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
    await _end(work, sessions, reason)
    record(
        work.db, AuditAction.SIGNED_OUT, AuditObject.DEVICE, session.extension_id, device_name(session, sessions[0][1])
    )


async def sign_out_extension(work: UnitOfWork, extension_id: int) -> int:
    """Sign out all devices of an extension, and return how many there were."""
    ended = await end_sessions(work, EndReason.SIGNED_OUT_BY_ADMINISTRATOR, extension_ids=[extension_id])
    extension = await work.db.get(Extension, extension_id)
    name = "" if extension is None else f"{extension.number} {extension.display_name}"
    record(
        work.db,
        AuditAction.SIGNED_OUT,
        AuditObject.EXTENSION,
        extension_id,
        name,
        after={"sessions_ended": ended},
    )
    return ended


async def end_expired(work: UnitOfWork) -> None:
    """Notify clients whose session has expired, and delete sessions that ended long ago."""
    moment = now()
    await _end(work, await repository.expired(work.db, moment), EndReason.EXPIRED)
    await repository.forget_ended(work.db, moment - ENDED_SESSION_LIFETIME)
