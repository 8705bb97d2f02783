"""Queries for notification contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification.models import EventTemplate, NotificationContact
from linkus.mail.models import MailKind, MailMessage, MailStatus
from linkus.server_settings.schemas import TemplateMode
from linkus.shared.models.extension import Extension

_KINDS = (MailKind.EVENT.value, MailKind.EVENT_REPEATS.value, MailKind.EVENT_TEST.value)
Contact = tuple[NotificationContact, Extension | None]


async def own_templates(db: AsyncSession) -> dict[str, list[str]]:
    """Return the languages with a template of the company's own, by kind of event."""
    query = select(EventTemplate.kind, EventTemplate.language).where(
        EventTemplate.template_mode == TemplateMode.CUSTOM.value
    )
    found: dict[str, list[str]] = {}
    for kind, language in (await db.execute(query)).all():
        found.setdefault(kind, []).append(language)
    return found


async def all_contacts(db: AsyncSession) -> list[Contact]:
    query = select(NotificationContact, Extension).outerjoin(
        Extension, Extension.id == NotificationContact.extension_id
    )
    rows = await db.execute(query.order_by(NotificationContact.id))
    return [(contact, extension) for contact, extension in rows.all()]


async def contacts_of(db: AsyncSession, extension_ids: Collection[int]) -> list[Contact]:
    """Return the contacts who are users of these extensions."""
    if not extension_ids:
        return []
    query = select(NotificationContact, Extension).join(Extension, Extension.id == NotificationContact.extension_id)
    rows = await db.execute(query.where(Extension.id.in_(extension_ids)).order_by(NotificationContact.id))
    return [(contact, extension) for contact, extension in rows.all()]


async def with_extension(db: AsyncSession, contact_id: int) -> Contact | None:
    contact = await db.get(NotificationContact, contact_id, with_for_update=True)
    if contact is None:
        return None
    extension = None if contact.extension_id is None else await db.get(Extension, contact.extension_id)
    return contact, extension


async def failed_mails(db: AsyncSession, addresses: Collection[str]) -> dict[str, MailMessage]:
    """Return, by address, the last notification that was sent or given up, where it was given up."""
    done = (MailStatus.SENT.value, MailStatus.FAILED.value)
    last = (
        select(func.max(MailMessage.id))
        .where(MailMessage.kind.in_(_KINDS), MailMessage.status.in_(done), MailMessage.recipient.in_(addresses))
        .group_by(MailMessage.recipient)
    )
    query = select(MailMessage).where(MailMessage.id.in_(last), MailMessage.status == MailStatus.FAILED.value)
    return {mail.recipient: mail for mail in await db.scalars(query)}


async def count(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(NotificationContact)) or 0


async def count_enabled(db: AsyncSession) -> int:
    query = select(func.count()).select_from(NotificationContact).where(NotificationContact.enabled)
    return await db.scalar(query) or 0


async def queued_before(db: AsyncSession, message_ids: Sequence[str]) -> set[str]:
    """Return those of the mails that an earlier attempt has queued: the outbox delivers at least once."""
    query = select(MailMessage.message_id).where(MailMessage.message_id.in_(message_ids))
    return set(await db.scalars(query))
