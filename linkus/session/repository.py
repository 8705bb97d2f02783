from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.pages import PageRows, Paging, fetch_page_of_pairs
from linkus.session.models import Session
from linkus.session.second_factor.check import KEY as SECOND_FACTOR_KEY
from linkus.session.second_factor.check import SecondFactorPolicy
from linkus.shared.models.administrator import Administrator, SecondFactor
from linkus.shared.models.extension import Extension
from linkus.shared.models.setting import Setting
from linkus.shared.roles.holders import Holder, holder_of, select_holders
from linkus.shared.setting_groups import values_of


@dataclass(frozen=True, slots=True)
class SignedInAdministrator:
    holder: Holder
    second_factor_missing: bool  # which the company requires


async def find_administrator_session(db: AsyncSession, token_hash: str) -> tuple[Session, SignedInAdministrator] | None:
    """Return a session with everything that decides what its administrator may do, in one query, because each request
    of the portal needs it."""
    query = (
        select_holders()
        .add_columns(Session, SecondFactor.confirmed_at, Setting)
        .join(Session, Session.administrator_id == Administrator.id)
        .outerjoin(SecondFactor, SecondFactor.administrator_id == Administrator.id)
        .outerjoin(Setting, Setting.key == SECOND_FACTOR_KEY)
        .where(Session.token_hash == token_hash)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        return None
    administrator, role, extension, session, confirmed_at, policy = row
    missing = confirmed_at is None and values_of(policy, SecondFactorPolicy).required
    return session, SignedInAdministrator(holder_of(administrator, role, extension), missing)


async def find_extension_session(db: AsyncSession, token_hash: str) -> tuple[Session, Extension] | None:
    query = select(Session, Extension).join(Extension, Extension.id == Session.extension_id)
    row = (await db.execute(query.where(Session.token_hash == token_hash))).one_or_none()
    return None if row is None else (row[0], row[1])


def live_devices(moment: datetime) -> Select[Session, Extension]:
    """Select the signed-in devices of extensions, the latest seen first."""
    query = select(Session, Extension).join(Extension, Extension.id == Session.extension_id)
    return query.where(Session.ended_at.is_(None), Session.expires_at > moment).order_by(
        Session.last_seen_at.desc(), Session.id.desc()
    )


async def find_device(db: AsyncSession, session_id: int, moment: datetime) -> tuple[Session, Extension] | None:
    row = (await db.execute(live_devices(moment).where(Session.id == session_id))).one_or_none()
    return None if row is None else (row[0], row[1])


async def devices_page(
    db: AsyncSession, moment: datetime, extension_id: int | None, paging: Paging
) -> PageRows[tuple[Session, Extension]]:
    query = live_devices(moment)
    if extension_id is not None:
        query = query.where(Session.extension_id == extension_id)
    return await fetch_page_of_pairs(db, query, paging)


async def live_sessions(
    db: AsyncSession,
    *,
    extension_ids: Iterable[int] | None = None,
    of_portal: bool = False,
    session_id: int | None = None,
    administrator_id: int | None = None,
    signed_in_by: Collection[str] | None = None,
) -> list[tuple[Session, str | None]]:
    """Return (session, extension number) of sessions that have not ended. For administrators the number is None. With
    `of_portal`, those of the extensions' users in the portal are among them."""
    query = select(Session, Extension.number).outerjoin(Extension, Extension.id == Session.extension_id)
    query = query.where(Session.ended_at.is_(None))
    if extension_ids is not None:
        ids = list(extension_ids)
        own = Session.extension_id.in_(ids)
        holders = await _holders_among(db, ids) if of_portal else []
        query = query.where(or_(own, Session.administrator_id.in_(holders)) if holders else own)
    if session_id is not None:
        query = query.where(Session.id == session_id)
    if administrator_id is not None:
        query = query.where(Session.administrator_id == administrator_id)
    if signed_in_by is not None:
        query = query.where(Session.signed_in_by.in_(list(signed_in_by)), Session.expires_at > now())
    return [(row[0], row[1]) for row in (await db.execute(query)).all()]


async def _holders_among(db: AsyncSession, extension_ids: Collection[int]) -> list[int]:
    """Return the administrators that are users of these extensions. Few users hold a role, so all of them are read."""
    query = select(Administrator.id, Administrator.extension_id).where(Administrator.extension_id.is_not(None))
    wanted = set(extension_ids)
    return [row[0] for row in (await db.execute(query)).all() if row[1] in wanted]


async def numbers(db: AsyncSession, extension_ids: Collection[int]) -> list[str]:
    """Return the numbers of these extensions."""
    return list(await db.scalars(select(Extension.number).where(Extension.id.in_(extension_ids))))


async def kinds_in_use(
    db: AsyncSession, extension_ids: Collection[int], moment: datetime
) -> set[tuple[int | None, str]]:
    """Return (extension, kind of client) of the live sessions of these extensions."""
    query = select(Session.extension_id, Session.client_kind).where(Session.extension_id.in_(extension_ids))
    query = query.where(Session.ended_at.is_(None), Session.expires_at > moment).distinct()
    return {(row[0], row[1]) for row in (await db.execute(query)).all()}


async def touch(db: AsyncSession, session_id: int, moment: datetime, expires_at: datetime) -> None:
    await db.execute(update(Session).where(Session.id == session_id).values(last_seen_at=moment, expires_at=expires_at))


async def set_privacy_version(db: AsyncSession, extension_id: int, version: int) -> None:
    await db.execute(update(Extension).where(Extension.id == extension_id).values(privacy_version=version))


async def count_without_email(db: AsyncSession) -> int:
    """Count the extensions with Linkus on that have no email address."""
    query = select(func.count(Extension.id)).where(Extension.linkus_enabled, Extension.email_key.is_(None))
    return await db.scalar(query) or 0


async def expired(db: AsyncSession, moment: datetime) -> list[tuple[Session, str | None]]:
    query = select(Session, Extension.number).outerjoin(Extension, Extension.id == Session.extension_id)
    query = query.where(Session.ended_at.is_(None), Session.expires_at <= moment)
    return [(row[0], row[1]) for row in (await db.execute(query)).all()]


def _of_owner(session: Session) -> ColumnElement[bool]:
    if session.extension_id is not None:
        return Session.extension_id == session.extension_id
    return Session.administrator_id == session.administrator_id


async def surplus_sessions(db: AsyncSession, opened: Session, most: int) -> list[tuple[Session, str | None]]:
    """Return the oldest live sessions of the same owner and kind, beyond so many."""
    query = select(Session, Extension.number).outerjoin(Extension, Extension.id == Session.extension_id)
    query = query.where(_of_owner(opened), Session.client_kind == opened.client_kind, Session.ended_at.is_(None))
    return [(row[0], row[1]) for row in (await db.execute(query.order_by(Session.id.desc()).offset(most))).all()]


async def forget_surplus(db: AsyncSession, opened: Session, most: int) -> None:
    """Delete the oldest ended sessions of the same owner, beyond so many."""
    ended = (_of_owner(opened), Session.ended_at.is_not(None))
    newest = select(Session.id).where(*ended).order_by(Session.id.desc())
    last = await db.scalar(newest.offset(most).limit(1))
    if last is not None:
        await db.execute(delete(Session).where(*ended, Session.id <= last))


async def forget_ended(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(Session).where(Session.ended_at < before))


async def has_signed_in_at(db: AsyncSession, network: str, owner_kind: str = "", owner_id: int = 0) -> bool:
    """Return whether a user has signed in from this network, as far as sessions are kept; without an owner, whether
    anybody has."""
    query = select(Session.id).where(Session.network == network)
    if owner_kind:
        owner = Session.extension_id if owner_kind == "extension" else Session.administrator_id
        query = query.where(owner == owner_id)
    return await db.scalar(query.limit(1)) is not None


async def count_users_by_network(db: AsyncSession, networks: Collection[str]) -> dict[str, int]:
    """Return how many users have signed in from each network, as far as sessions are kept."""
    owner = func.coalesce(Session.extension_id, -Session.administrator_id)
    query = select(Session.network, func.count(owner.distinct())).where(Session.network.in_(networks))
    return {row[0]: row[1] for row in await db.execute(query.group_by(Session.network))}
