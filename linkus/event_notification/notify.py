"""Queues the mails and webhooks that tell contacts of an event."""

from __future__ import annotations

import uuid

import structlog

from linkus.event_notification import repository
from linkus.event_notification.addresses import email_of
from linkus.event_notification.floods import is_told_at_once, rank, stands_for_others
from linkus.event_notification.repository import Contact
from linkus.kit.errors import Conflict, NotFound
from linkus.kit.work import UnitOfWork
from linkus.mail import queued_test, server
from linkus.mail.models import MailKind, MailMessage
from linkus.mail.queued import queued_mail
from linkus.mail.topics import SEND_TOPIC
from linkus.shared.event_log.record import BUNDLE_PERIOD, NOTIFY_TOPIC
from linkus.shared.models.event import EventRecord

WEBHOOK_TOPIC = "event.webhook"
log = structlog.get_logger("event_notification")
_NAMESPACE = uuid.UUID("5f0c7c1e-6a53-4f0b-9d6e-3b1f1d0a8e52")


def message_id(event_id: int, contact_id: int, *, repeats: bool) -> str:
    """Return the same id for the same notification, so that a second attempt of the outbox queues no second mail, and
    a program recognises a second webhook."""
    return str(uuid.uuid5(_NAMESPACE, f"{event_id} {contact_id} {'repeats' if repeats else 'first'}"))


def wants(contact: Contact, level: str) -> bool:
    """Return whether a contact is to be notified of events of a level."""
    owner, extension = contact
    has_address = bool(owner.webhook_url or email_of(owner, extension))
    return owner.enabled and level in owner.levels and has_address


async def queue(work: UnitOfWork, event_id: int, *, repeats: bool) -> int:
    """Queue the notifications of an event, or those that tell of its repeats. Return how many.

    No mail is queued without a mail server: it would only fail, and the page of the contacts says so.
    """
    event = await work.db.get(EventRecord, event_id)
    if event is None:
        return 0
    place = await rank(work.db, event)
    if stands_for_others(place) and not repeats:
        work.outbox.add(
            work.db, NOTIFY_TOPIC, {"event_id": event_id, "repeats": True}, due_at=event.created_at + BUNDLE_PERIOD
        )
        return 0
    if not is_told_at_once(place) and not stands_for_others(place):
        return 0
    contacts = [contact for contact in await repository.all_contacts(work.db) if wants(contact, event.level)]
    programs = [owner for owner, _extension in contacts if owner.webhook_url]
    for program in programs:
        work.enqueue(WEBHOOK_TOPIC, {"contact_id": program.id, "event_id": event_id, "repeats": repeats})
    people = [contact for contact in contacts if not contact[0].webhook_url]
    return len(programs) + await _queue_mails(work, event, people, repeats=repeats)


async def _queue_mails(work: UnitOfWork, event: EventRecord, contacts: list[Contact], *, repeats: bool) -> int:
    if not contacts:
        return 0
    if not await server.is_configured(work.db):
        log.warning("event_not_mailed", event_id=event.id, kind=event.kind, contacts=len(contacts))
        return 0
    ids = {contact[0].id: message_id(event.id, contact[0].id, repeats=repeats) for contact in contacts}
    queued_before = await repository.queued_before(work.db, list(ids.values()))
    kind = MailKind.EVENT_REPEATS if repeats else MailKind.EVENT
    mails = [
        _mail(contact, kind, event.id, ids[contact[0].id])
        for contact in contacts
        if ids[contact[0].id] not in queued_before
    ]
    work.db.add_all(mails)
    await work.db.flush()
    for mail in mails:
        work.enqueue(SEND_TOPIC, {"mail_id": mail.id})
    return len(mails)


async def queue_test(work: UnitOfWork, contact_id: int) -> int:
    """Queue a mail with an example to a contact, whatever levels it has chosen, and return the mail's id."""
    found = await repository.with_extension(work.db, contact_id)
    if found is None:
        raise NotFound("contact_not_found")
    if not email_of(*found):
        raise Conflict("contact_no_email")
    return await queued_test.queue_test(work, _mail(found, MailKind.EVENT_TEST))


def _mail(contact: Contact, kind: MailKind, event_id: int | None = None, fixed_id: str | None = None) -> MailMessage:
    owner, extension = contact
    return queued_mail(
        kind,
        email_of(owner, extension),
        owner.language,
        extension_id=owner.extension_id,
        event_id=event_id,
        message_id=fixed_id,
    )
