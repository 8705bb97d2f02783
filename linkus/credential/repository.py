"""Queries about login credentials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential.models import Credential
from linkus.credential.schemas import Purpose
from linkus.extension.models import Extension
from linkus.kit.together import ONCE


async def find(
    db: AsyncSession, token_hash: str, purpose: Purpose = Purpose.SIGN_IN
) -> Row[Credential, Extension] | None:
    query = select(Credential, Extension).join(Extension, Extension.id == Credential.extension_id)
    return (
        await db.execute(query.where(Credential.token_hash == token_hash, Credential.purpose == purpose))
    ).one_or_none()


async def mark_opened(db: AsyncSession, credential_id: int, moment: datetime) -> bool:
    """Whether it was the first time."""
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
    """One atomic statement: of any number at the same time it finds the row unused for exactly one (CR-5)."""
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
    """What a mail says of its credentials, which were made together and end together."""

    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


_AHEAD = "credentials_of_mails"


async def read_ahead(db: AsyncSession, mail_ids: Iterable[int]) -> None:
    """For all mails of a transaction of `Together` by one question: `of_mail` asks no more."""
    db.info[ONCE][_AHEAD] = await _of_mails(db, mail_ids)


async def of_mail(db: AsyncSession, mail_id: int) -> OfMail | None:
    ahead: dict[int, OfMail] | None = db.info.get(ONCE, {}).get(_AHEAD)
    return (await _of_mails(db, [mail_id]) if ahead is None else ahead).get(mail_id)


async def _of_mails(db: AsyncSession, mail_ids: Iterable[int]) -> dict[int, OfMail]:
    query = select(Credential.mail_id, Credential.created_at, Credential.expires_at, Credential.revoked_at)
    rows = (await db.execute(query.where(Credential.mail_id.in_(list(mail_ids))))).all()
    return {mail_id: OfMail(created, expires, revoked) for mail_id, created, expires, revoked in rows if mail_id}


async def revoke(
    db: AsyncSession, moment: datetime, *, extension_ids: Iterable[int] | None = None, mail_id: int | None = None
) -> None:
    """What is not used yet and belongs to these is refused from now on."""
    statement = update(Credential).where(Credential.used_at.is_(None), Credential.revoked_at.is_(None))
    if extension_ids is not None:
        statement = statement.where(Credential.extension_id.in_(list(extension_ids)))
    if mail_id is not None:
        statement = statement.where(Credential.mail_id == mail_id)
    await db.execute(statement.values(revoked_at=moment), execution_options={"synchronize_session": False})
