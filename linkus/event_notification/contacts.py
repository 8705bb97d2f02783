"""Adds, changes and removes notification contacts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification import repository
from linkus.event_notification.addresses import email_of, name_of, problem_of
from linkus.event_notification.events import NotificationContactChanged
from linkus.event_notification.models import NotificationContact
from linkus.event_notification.schemas import ContactList, ContactUpdate, ContactValues, ContactView, ContactWritten
from linkus.event_notification.webhook import host_of, new_secret, url_error
from linkus.extension.rules import required_email_error
from linkus.kit.bus import PORTAL
from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.messages import Language, text
from linkus.kit.secrets import Seal
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.mail import server
from linkus.mail.wording import describe
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.event_log.kinds import EventLevel
from linkus.shared.models.extension import Extension

MAX_CONTACTS = 200
_TAKEN = {"extension_id": ("extension_id", FieldError("contact_extension_taken"))}


def contact_errors(values: ContactValues) -> dict[str, FieldError]:
    """Return the errors that the values alone show. Pure."""
    errors: dict[str, FieldError] = {}
    if values.extension_id is None:
        if not values.name:
            errors["name"] = FieldError("field_required")
        errors |= _address_errors(values)
    if not values.levels:
        errors["levels"] = FieldError("contact_levels_empty")
    return errors


def _address_errors(values: ContactValues) -> dict[str, FieldError]:
    if values.webhook_url:
        wrong, field = url_error(values.webhook_url), "webhook_url"
    else:
        wrong, field = required_email_error(values.email), "email"
    return {} if wrong is None else {field: wrong}


async def list_all(db: AsyncSession, language: Language) -> ContactList:
    return ContactList(items=await _views(db, await repository.all_contacts(db), language))


async def create(work: UnitOfWork, seal: Seal, values: ContactValues, language: Language) -> ContactWritten:
    if await repository.count(work.db) >= MAX_CONTACTS:
        raise Conflict("contacts_too_many", max=MAX_CONTACTS)
    contact = NotificationContact(version=1)
    extension = await _set_values(work.db, contact, values)
    secret = _new_secret(seal, contact, renew=False)
    work.db.add(contact)
    with taken_values(NotificationContact.__tablename__, _TAKEN):
        await work.db.flush()
    view = await written(work, contact, extension, language, None)
    return ContactWritten(**view.model_dump(), webhook_secret=secret)


async def update(
    work: UnitOfWork, seal: Seal, contact_id: int, values: ContactUpdate, language: Language
) -> ContactWritten:
    contact, extension = await _found(work.db, contact_id)
    before = await present(work.db, contact, extension, language)
    if contact.version != values.version:
        raise VersionConflict(before)
    sealed_before = contact.webhook_secret_sealed
    # without an extension and an address, the contact of a deleted extension is switched or given another one
    extension = await _set_values(work.db, contact, values)
    secret = _new_secret(seal, contact, renew=values.renew_webhook_secret)
    contact.version += 1
    with taken_values(NotificationContact.__tablename__, _TAKEN):
        await work.db.flush()
    view = await written(work, contact, extension, language, before, sealed_before)
    return ContactWritten(**view.model_dump(), webhook_secret=secret)


def _new_secret(seal: Seal, contact: NotificationContact, *, renew: bool) -> str:
    """Return the new secret of a webhook; empty if it keeps the one that it has."""
    if not contact.webhook_url:
        contact.webhook_secret_sealed = ""
    if not contact.webhook_url or (contact.webhook_secret_sealed and not renew):
        return ""
    secret = new_secret()
    contact.webhook_secret_sealed = seal.seal(secret)
    return secret


async def remove(work: UnitOfWork, contact_id: int, language: Language) -> None:
    contact, extension = await _found(work.db, contact_id)
    view = await present(work.db, contact, extension, language)
    before = _told(view, contact.webhook_secret_sealed)
    record(work.db, AuditAction.DELETED, AuditObject.NOTIFICATION_CONTACT, contact.id, view.name, before=before)
    await work.db.delete(contact)
    work.publish([PORTAL], NotificationContactChanged(id=contact_id))


async def _set_values(db: AsyncSession, contact: NotificationContact, values: ContactValues) -> Extension | None:
    if errors := contact_errors(values):
        raise ValidationFailed(fields=errors)
    extension = None
    if values.extension_id is not None:
        extension = await db.get(Extension, values.extension_id)
        if extension is None:
            raise ValidationFailed(fields={"extension_id": FieldError("extension_not_found")})
    contact.extension_id = values.extension_id
    contact.name = values.name if extension is None else extension.display_name
    contact.email = values.email if extension is None and not values.webhook_url else ""
    contact.webhook_url = values.webhook_url if extension is None else ""
    contact.webhook_failure, contact.webhook_status = "", 0
    contact.language = values.language
    contact.levels = [level.value for level in EventLevel if level in values.levels]
    contact.enabled = values.enabled
    return extension


async def _found(db: AsyncSession, contact_id: int) -> repository.Contact:
    found = await repository.with_extension(db, contact_id)
    if found is None:
        raise NotFound("contact_not_found")
    return found


async def written(
    work: UnitOfWork,
    contact: NotificationContact,
    extension: Extension | None,
    language: Language,
    before: ContactView | None,
    sealed_before: str | None = None,
) -> ContactView:
    """Record and publish a change. `sealed_before`: the secret before it, if it may be another one now."""
    after = await present(work.db, contact, extension, language)
    action = AuditAction.CREATED if before is None else AuditAction.CHANGED
    sealed = contact.webhook_secret_sealed
    was = None if before is None else _told(before, sealed if sealed_before is None else sealed_before)
    will_be = _told(after, sealed)
    record(work.db, action, AuditObject.NOTIFICATION_CONTACT, contact.id, after.name, before=was, after=will_be)
    work.publish([PORTAL], NotificationContactChanged(id=contact.id))
    return after


def _told(contact: ContactView, sealed_secret: str) -> dict[str, object]:
    """Return what the audit log tells of a contact; of a secret only that it is another one."""
    told = contact.model_dump(mode="json", include={"name", "email", "webhook_url", "language", "levels", "enabled"})
    return {**told, "webhook_secret_sealed": sealed_secret}


async def present(
    db: AsyncSession, contact: NotificationContact, extension: Extension | None, language: Language
) -> ContactView:
    [view] = await _views(db, [(contact, extension)], language)
    return view


async def _views(db: AsyncSession, contacts: Sequence[repository.Contact], language: Language) -> list[ContactView]:
    failed = await repository.failed_mails(db, {email_of(*contact) for contact in contacts})
    stored = await server.stored(db)

    def failure(contact: NotificationContact, extension: Extension | None) -> str:
        if contact.webhook_failure:
            status, host = contact.webhook_status, host_of(contact.webhook_url)
            return text(language, contact.webhook_failure, host=host, status=status)
        mail = failed.get(email_of(contact, extension))
        return "" if mail is None else describe(language, mail.error, mail.server_answer, stored, mail.recipient)

    return [
        _view(contact, extension, language, failure(contact, extension), has_mail_server=bool(stored.host))
        for contact, extension in contacts
    ]


def _view(
    contact: NotificationContact,
    extension: Extension | None,
    language: Language,
    last_failure: str,
    *,
    has_mail_server: bool,
) -> ContactView:
    problem = problem_of(contact, extension, has_mail_server=has_mail_server)
    return ContactView(
        id=contact.id,
        extension_id=contact.extension_id,
        extension_number=None if extension is None else extension.number,
        name=name_of(contact, extension),
        email=email_of(contact, extension),
        webhook_url=contact.webhook_url,
        language="en" if contact.language == "en" else "zh-CN",
        levels=[EventLevel(level) for level in contact.levels],
        enabled=contact.enabled,
        problem=problem,
        problem_text="" if problem is None else text(language, problem),
        last_failure=last_failure,
        version=contact.version,
    )
