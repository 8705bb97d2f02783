"""Adds, changes and removes extensions. Writes what must follow (phones at the edge, sessions) with the change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.accounts.service import record_removed_holders
from linkus.credential.service import revoke_all as revoke_credentials
from linkus.extension import repository, rules, secret_values
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.registrations import Registrations
from linkus.extension.schemas import ExtensionUpdate, ExtensionValues, FoundExtensions
from linkus.extension.secret_values import UserPassword
from linkus.extension.views import extension_view
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.secrets import Seal, hash_password
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.organization.removal import Removal, RemovalSource, record_all, rules_naming
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import numbers_of_many, record
from linkus.shared.audit.values import snapshot
from linkus.shared.event_log.passwords import record_password_changed
from linkus.shared.extension_schemas import NamedExtension
from linkus.shared.models.extension import Extension
from linkus.shared.names import display_name
from linkus.shared.roles.holders import holders_among

_TAKEN_ERRORS = {
    "email_key": ("email", FieldError("email_taken_now")),
    "number": ("number", FieldError("extension_number_taken_now")),
}
_PHONE_FIELDS = ("number", "registration_name", "registration_ha1", "phone_max_contacts")


@dataclass(frozen=True)
class Saved:
    extension: Extension
    new_registration_password: str | None = None


async def prepare_password(values: ExtensionValues) -> UserPassword:
    """Check the rules and hash the password. Runs before the transaction, because a hash takes long and SQLite has one
    write lock."""
    if errors := rules.extension_errors(values):
        raise ValidationFailed(fields=errors)
    return UserPassword(await hash_password(values.user_password) if values.user_password else None)


async def taken_errors(
    db: AsyncSession, number: str, email: str, *, own: Extension | None = None
) -> dict[str, FieldError]:
    """Return errors for a number or email address that another extension has, or a number that a paging group has."""
    errors = {}
    if own is None or own.number != number:
        await lock_numbers(db)
        if await repository.taken_numbers(db, [number]):
            errors["number"] = FieldError("extension_number_taken", {"number": number})
        elif await numbers_of_groups(db, [number]):
            errors["number"] = FieldError("extension_number_is_group", {"number": number})
    owner = (await repository.email_owners(db, [email])).get(email.lower())
    if owner is not None and (own is None or owner != own.number):
        errors["email"] = FieldError("email_taken", {"email": email, "number": owner})
    return errors


def set_values(extension: Extension, values: ExtensionValues) -> None:
    """Set all values except the secrets, with the defaults for blank ones."""
    extension.number = values.number
    extension.first_name = values.first_name or ("" if values.last_name else values.number)
    extension.last_name = values.last_name
    extension.email = values.email or None
    extension.mobile_number = values.mobile_number
    extension.caller_id = values.caller_id or values.number
    extension.language = values.language
    extension.email_language = values.email_language
    extension.phone_max_contacts = values.phone_max_contacts
    extension.emergency_caller_id = values.emergency_caller_id
    extension.voicemail_enabled = values.voicemail_enabled
    extension.linkus_enabled = values.linkus_enabled


def new(seal: Seal, values: ExtensionValues, password: UserPassword) -> Saved:
    """Build an extension from checked values, without adding it to the database."""
    extension = Extension()
    set_values(extension, values)
    secret_values.apply_user_password(extension, password)
    registration_password = secret_values.apply_registration(extension, values)
    secret_values.apply_pin(extension, values.voicemail_pin, seal)
    return Saved(extension, registration_password)


def add(work: UnitOfWork, seal: Seal, values: ExtensionValues, password: UserPassword) -> Saved:
    """Add an extension of checked values to the transaction; `flush` assigns its id."""
    saved = new(seal, values, password)
    work.db.add(saved.extension)
    extension_notify.phone_changed(work, saved.extension)
    return saved


async def add_many(work: UnitOfWork, extensions: Sequence[Extension]) -> None:
    """Insert thousands of extensions with one statement. Their ids stay unknown here."""
    with taken_values(Extension.__tablename__, _TAKEN_ERRORS):
        await repository.insert_many(work.db, extensions)
    await extension_notify.phones_added(work, extensions)


async def flush(db: AsyncSession) -> None:
    with taken_values(Extension.__tablename__, _TAKEN_ERRORS):
        await db.flush()


async def create(work: UnitOfWork, seal: Seal, values: ExtensionValues, password: UserPassword) -> Saved:
    if errors := await taken_errors(work.db, values.number, values.email):
        raise ValidationFailed(fields=errors)
    saved = add(work, seal, values, password)
    await flush(work.db)
    extension_notify.extension_changed(work, saved.extension)
    extension_notify.colleague_changed(work, saved.extension)
    record(
        work.db,
        AuditAction.CREATED,
        AuditObject.EXTENSION,
        saved.extension.id,
        audit_name(saved.extension),
        after=saved.extension,
    )
    return saved


async def get(db: AsyncSession, extension_id: int) -> Extension:
    extension = await repository.by_id(db, extension_id)
    if extension is None:
        raise NotFound("extension_not_found")
    return extension


async def update(
    work: UnitOfWork,
    seal: Seal,
    registrations: Registrations,
    extension_id: int,
    values: ExtensionUpdate,
    password: UserPassword,
) -> Saved:
    extension = await get_for_update(work.db, extension_id)
    if extension.version != values.version:
        raise VersionConflict(await extension_view(work.db, extension, registrations))
    if errors := await taken_errors(work.db, values.number, values.email, own=extension):
        raise ValidationFailed(fields=errors)
    number_before, name_before = extension.number, extension.display_name
    saved = await change(work, seal, extension, values, password, renew=values.renew_registration_password)
    await flush(work.db)
    extension_notify.extension_changed(work, extension)
    if extension.number != number_before:
        extension_notify.colleagues_removed(work, [number_before])
    if (extension.number, extension.display_name) != (number_before, name_before):
        extension_notify.colleague_changed(work, extension)
    return saved


async def find(db: AsyncSession, numbers: Collection[str]) -> FoundExtensions:
    asked = dict.fromkeys(number for number in numbers if number)
    present = await repository.by_numbers(db, asked)
    extensions = sorted(present.values(), key=lambda extension: (len(extension.number), extension.number))
    return FoundExtensions(
        found=[NamedExtension.model_validate(extension) for extension in extensions],
        unknown=[number for number in asked if number not in present],
    )


async def get_for_update(db: AsyncSession, extension_id: int) -> Extension:
    """Read an extension and, on PostgreSQL, lock it until the commit. SQLite's writers wait for each other anyway."""
    extension = await db.get(Extension, extension_id, with_for_update=True)
    if extension is None:
        raise NotFound("extension_not_found")
    return extension


async def change(
    work: UnitOfWork,
    seal: Seal,
    extension: Extension,
    values: ExtensionValues,
    password: UserPassword,
    *,
    renew: bool = False,
) -> Saved:
    """Apply checked values to an existing extension, its phones and sessions. The caller notifies open pages."""
    before, number_before = snapshot(extension), extension.number
    phone_before = [getattr(extension, field) for field in _PHONE_FIELDS]
    reason = _reason_to_end(extension, values, password)
    if reason is not None:  # before the number changes: registrations are revoked under the old one
        await end_sessions(work, reason, extension_ids=[extension.id])
    set_values(extension, values)
    secret_values.apply_user_password(extension, password)
    registration_password = secret_values.apply_registration(extension, values, renew=renew)
    secret_values.apply_pin(extension, values.voicemail_pin, seal)
    extension.version += 1

    if reason in (EndReason.LINKUS_DISABLED, EndReason.PASSWORD_CHANGED):
        await revoke_credentials(work.db, [extension.id])
    if password.hashed is not None:
        await record_password_changed(work, extension)
    if extension.number != number_before:
        extension_notify.phone_removed(work, number_before)
    if phone_before != [getattr(extension, field) for field in _PHONE_FIELDS]:
        extension_notify.phone_changed(work, extension)
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.EXTENSION,
        extension.id,
        audit_name(extension),
        before=before,
        after=extension,
    )
    return Saved(extension, registration_password)


def audit_name(extension: Extension) -> str:
    """Return what the audit log calls an extension, whose columns may not be derived yet."""
    return f"{extension.number} {display_name(extension.first_name, extension.last_name)}".strip()


def _reason_to_end(extension: Extension, values: ExtensionValues, password: UserPassword) -> EndReason | None:
    """Return why these values sign the extension's clients out; None if the clients stay signed in."""
    if extension.linkus_enabled and not values.linkus_enabled:
        return EndReason.LINKUS_DISABLED
    if password.hashed is not None:
        return EndReason.PASSWORD_CHANGED
    if extension.number != values.number:
        return EndReason.SIGNED_OUT_BY_ADMINISTRATOR  # a client is registered under its number
    return None


async def remove(work: UnitOfWork, ids: Collection[int], sources: Sequence[RemovalSource]) -> tuple[int, int]:
    """Remove extensions, also from the rules that name them. Return (extensions removed, sessions ended)."""
    rules = await rules_naming(work.db, sources, Removal(extensions=frozenset(ids)))
    holders = await holders_among(work.db, ids)
    extensions = await repository.by_ids(work.db, ids)
    ended = await end_sessions(
        work, EndReason.EXTENSION_DELETED, extension_ids=[extension.id for extension in extensions]
    )
    await work.db.flush()
    if len(extensions) == 1:
        record(
            work.db,
            AuditAction.DELETED,
            AuditObject.EXTENSION,
            extensions[0].id,
            audit_name(extensions[0]),
            before=extensions[0],
        )
    elif extensions:
        numbers = numbers_of_many([extension.number for extension in extensions])
        record(work.db, AuditAction.DELETED, AuditObject.EXTENSIONS, before=numbers)
    for extension in extensions:
        extension_notify.phone_removed(work, extension.number)
        await work.db.delete(extension)
    await extension_notify.files_unowned(work, extensions)
    await work.db.flush()
    extension_notify.extensions_changed(work, extensions)
    extension_notify.colleagues_removed(work, [extension.number for extension in extensions])
    record_removed_holders(work, holders)
    await record_all(work, rules)
    return len(extensions), ended


async def switch_linkus_of_many(work: UnitOfWork, ids: Collection[int], *, enabled: bool) -> tuple[int, int]:
    """Switch Linkus as `switch_linkus` does, at the request of an administrator, and tell the audit log."""
    numbers = [
        extension.number for extension in await repository.by_ids(work.db, ids) if extension.linkus_enabled != enabled
    ]
    if numbers:
        who = numbers_of_many(numbers)
        record(
            work.db,
            AuditAction.CHANGED,
            AuditObject.EXTENSIONS,
            before={"linkus_enabled": not enabled},
            after={"linkus_enabled": enabled, **who},
        )
    return await switch_linkus(work, ids, enabled=enabled)


async def switch_linkus(work: UnitOfWork, ids: Collection[int], *, enabled: bool) -> tuple[int, int]:
    """Switch Linkus; return (extensions switched, sessions ended). Extensions already in that state are not counted."""
    extensions = [
        extension for extension in await repository.by_ids(work.db, ids) if extension.linkus_enabled != enabled
    ]
    ended = 0
    if not enabled:
        ended = await end_sessions(
            work, EndReason.LINKUS_DISABLED, extension_ids=[extension.id for extension in extensions]
        )
        await revoke_credentials(work.db, [extension.id for extension in extensions])
    for extension in extensions:
        extension.linkus_enabled = enabled
        extension.version += 1
    await work.db.flush()
    extension_notify.extensions_changed(work, extensions)
    return len(extensions), ended
