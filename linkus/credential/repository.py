"""Queries about login credentials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, Update, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential.schemas import Purpose
from linkus.kit.clock import now
from linkus.kit.write_batcher import BATCH_CACHE
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension


async def find(
    db: AsyncSession, token_hash: str, purpose: Purpose = Purpose.SIGN_IN
) -> Row[Credential, Extension] | None:
    query = select(Credential, Extension).join(Extension, Extension.id == Credential.extension_id)
    return (
        await db.execute(query.where(Credential.token_hash == token_hash, Credential.purpose == purpose))
    ).one_or_none()


async def mark_opened(db: AsyncSession, credential_id: int, moment: datetime) -> bool:
    """Mark a credential as opened and return whether this was the first time."""
    opened = update(Credential).where(Credential.id == credential_id, Credential.opened_at.is_(None))
    marked = await db.execute(opened.values(opened_at=moment).returning(Credential.id))
    return marked.scalar_one_or_none() is not None


async def consume(
    db: AsyncSession,
    token_hash: str,
    moment: datetime,
    address: str,
    user_agent: str,
    purpose: Purpose = Purpose.SIGN_IN,
) -> Credential | None:
    """Spend a credential. This is one atomic statement: of concurrent requests, exactly one finds the row unused
    (CR-5)."""
    enabled = exists().where(Extension.id == Credential.extension_id, Extension.linkus_enabled.is_(True))
    consumed = (
        update(Credential)
        .where(
            Credential.token_hash == token_hash,
            Credential.purpose == purpose,
            Credential.used_at.is_(None),
            Credential.revoked_at.is_(None),
            Credential.expires_at > moment,
            enabled,
        )
        .values(used_at=moment, used_address=address[:64], used_user_agent=user_agent[:255])
        .returning(Credential)
    )
    return (await db.scalars(consumed, execution_options={"synchronize_session": False})).one_or_none()


class OfMail(NamedTuple):
    """Describes the credentials of one mail, which were made together and end together."""

    expires_at: datetime
    revoked: bool


# keys in the session's `BATCH_CACHE` dict, which lasts one transaction of `WriteBatcher`
_READ_AHEAD_KEY = "credentials_of_mails"
_BEGUN_KEY = "credentials_that_begin"


async def read_ahead(db: AsyncSession, mail_ids: Iterable[int]) -> None:
    """Read the credentials for all mails of a batch with one query, so that `of_mail` needs none."""
    db.info[BATCH_CACHE][_READ_AHEAD_KEY] = await _of_mails(db, mail_ids)


async def of_mail(db: AsyncSession, mail_id: int) -> OfMail | None:
    ahead: dict[int, OfMail] | None = db.info.get(BATCH_CACHE, {}).get(_READ_AHEAD_KEY)
    return (await _of_mails(db, [mail_id]) if ahead is None else ahead).get(mail_id)


async def _of_mails(db: AsyncSession, mail_ids: Iterable[int]) -> dict[int, OfMail]:
    query = select(Credential.mail_id, func.max(Credential.expires_at), func.count(Credential.revoked_at))
    query = query.where(Credential.mail_id.in_(list(mail_ids))).group_by(Credential.mail_id)
    rows = (await db.execute(query)).all()
    return {mail_id: OfMail(expires_at, revoked > 0) for mail_id, expires_at, revoked in rows if mail_id}


def begin(db: AsyncSession, mail_id: int, validity: timedelta) -> datetime:
    """Return the new expiry of the credentials of a mail that is sent now. `write_begun` writes it for all mails of the
    transaction."""
    begun: dict[timedelta, tuple[datetime, list[int]]] = db.info[BATCH_CACHE].setdefault(_BEGUN_KEY, {})
    until, mail_ids = begun.setdefault(validity, (now() + validity, []))
    mail_ids.append(mail_id)
    return until


async def write_begun(db: AsyncSession) -> None:
    begun: dict[timedelta, tuple[datetime, list[int]]] = db.info[BATCH_CACHE].get(_BEGUN_KEY, {})
    for until, mail_ids in begun.values():
        statement = _unspent().where(Credential.mail_id.in_(mail_ids)).values(expires_at=until)
        await db.execute(statement, execution_options={"synchronize_session": False})


def _unspent() -> Update:
    return update(Credential).where(Credential.used_at.is_(None), Credential.revoked_at.is_(None))


async def supersede(
    db: AsyncSession, moment: datetime, extension_ids: Iterable[int], *, by_mail: bool, client_kind: str | None = None
) -> None:
    """Revoke the unused sign-in credentials that new ones replace: those sent the same way, by mail or on the screen.
    With several valid ones, nobody would know who holds them."""
    statement = _unspent().where(
        Credential.extension_id.in_(list(extension_ids)),
        Credential.purpose == Purpose.SIGN_IN.value,
        Credential.mail_id.is_not(None) if by_mail else Credential.mail_id.is_(None),
    )
    if client_kind is not None:
        statement = statement.where(Credential.client_kind == client_kind)
    await db.execute(statement.values(revoked_at=moment), execution_options={"synchronize_session": False})


async def revoke(
    db: AsyncSession,
    moment: datetime,
    *,
    extension_ids: Iterable[int] | None = None,
    mail_id: int | None = None,
    purpose: Purpose | None = None,
) -> None:
    """Revoke the unused credentials that match these filters."""
    statement = _unspent()
    if extension_ids is not None:
        statement = statement.where(Credential.extension_id.in_(list(extension_ids)))
    if mail_id is not None:
        statement = statement.where(Credential.mail_id == mail_id)
    if purpose is not None:
        statement = statement.where(Credential.purpose == purpose.value)
    await db.execute(statement.values(revoked_at=moment), execution_options={"synchronize_session": False})
