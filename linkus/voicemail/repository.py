from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.records.models import CallRecord
from linkus.shared.models.extension import Extension
from linkus.voicemail import quota
from linkus.voicemail.models import VoicemailMessage


def newest_first(extension_id: int) -> Select[VoicemailMessage]:
    query = select(VoicemailMessage).where(VoicemailMessage.extension_id == extension_id)
    return query.order_by(VoicemailMessage.created_at.desc(), VoicemailMessage.id.desc())


async def unheard(db: AsyncSession, extension_id: int) -> int:
    query = select(func.count()).select_from(VoicemailMessage)
    count = await db.scalar(
        query.where(VoicemailMessage.extension_id == extension_id, VoicemailMessage.heard_at.is_(None))
    )
    return count or 0


async def is_full(db: AsyncSession, extension_id: int) -> bool:
    query = select(func.count(), func.coalesce(func.sum(VoicemailMessage.seconds), 0))
    row = (await db.execute(query.where(VoicemailMessage.extension_id == extension_id))).one()
    return quota.is_full(row[0], int(row[1]))


async def all_full(db: AsyncSession) -> set[int]:
    """Return the extensions whose mailboxes are full."""
    query = select(VoicemailMessage.extension_id, func.count(), func.sum(VoicemailMessage.seconds))
    rows = await db.execute(query.group_by(VoicemailMessage.extension_id))
    return {row[0] for row in rows if quota.is_full(row[1], int(row[2]))}


async def find(db: AsyncSession, extension_id: int, message_id: int) -> VoicemailMessage | None:
    """Return the message if it belongs to the extension: nobody reaches another user's message by its id."""
    return (await db.scalars(newest_first(extension_id).where(VoicemailMessage.id == message_id))).one_or_none()


async def is_known(db: AsyncSession, file_name: str) -> bool:
    query = select(VoicemailMessage.id).where(VoicemailMessage.file_name == file_name)
    return await db.scalar(query) is not None


async def mailbox(db: AsyncSession, number: str) -> Extension | None:
    return (await db.scalars(select(Extension).where(Extension.number == number))).one_or_none()


async def caller_name(db: AsyncSession, call_id: str) -> str | None:
    """Return the caller's name from the call's record, or None if there is no record (yet)."""
    query = select(CallRecord.from_name).where(CallRecord.call_id == call_id)
    return await db.scalar(query.order_by(CallRecord.id.desc()).limit(1))


async def existing(db: AsyncSession, extension_ids: Collection[int]) -> set[int]:
    return set(await db.scalars(select(Extension.id).where(Extension.id.in_(extension_ids))))
