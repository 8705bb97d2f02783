from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.records.models import CallRecord
from linkus.extension.models import Extension
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
