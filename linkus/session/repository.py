from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.models import Administrator
from linkus.extension.models import Extension
from linkus.kit.clock import now
from linkus.kit.pages import PageRows, Paging, fetch_page_of_pairs
from linkus.session.models import Session


async def find_administrator_session(db: AsyncSession, token_hash: str) -> tuple[Session, Administrator] | None:
    query = select(Session, Administrator).join(Administrator, Administrator.id == Session.administrator_id)
    row = (await db.execute(query.where(Session.token_hash == token_hash))).one_or_none()
    return None if row is None else (row[0], row[1])


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
    session_id: int | None = None,
    administrator_id: int | None = None,
    signed_in_by: Collection[str] | None = None,
) -> list[tuple[Session, str | None]]:
    """Return (session, extension number) of sessions that have not ended. For administrators the number is None."""
    query = select(Session, Extension.number).outerjoin(Extension, Extension.id == Session.extension_id)
    query = query.where(Session.ended_at.is_(None))
    if extension_ids is not None:
        query = query.where(Session.extension_id.in_(list(extension_ids)))
    if session_id is not None:
        query = query.where(Session.id == session_id)
    if administrator_id is not None:
        query = query.where(Session.administrator_id == administrator_id)
    if signed_in_by is not None:
        query = query.where(Session.signed_in_by.in_(list(signed_in_by)), Session.expires_at > now())
    return [(row[0], row[1]) for row in (await db.execute(query)).all()]


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
    """Count the extensions with Linkus on that have no e-mail address."""
    query = select(func.count(Extension.id)).where(Extension.linkus_enabled, Extension.email_key.is_(None))
    return await db.scalar(query) or 0


async def expired(db: AsyncSession, moment: datetime) -> list[tuple[Session, str | None]]:
    query = select(Session, Extension.number).outerjoin(Extension, Extension.id == Session.extension_id)
    query = query.where(Session.ended_at.is_(None), Session.expires_at <= moment)
    return [(row[0], row[1]) for row in (await db.execute(query)).all()]


async def forget_ended(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(Session).where(Session.ended_at < before))


async def is_known_address(db: AsyncSession, extension_id: int, address: str) -> bool:
    """Return whether the extension's user has signed in from this address, as far as sessions are kept."""
    query = select(Session.id).where(Session.extension_id == extension_id, Session.address == address)
    return await db.scalar(query.limit(1)) is not None
