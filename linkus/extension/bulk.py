"""Adds many extensions in one step: all of them, or none."""

from __future__ import annotations

import re

from linkus.extension import repository, rules, service
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.schemas import BulkCreate, BulkCreated, ExtensionValues
from linkus.extension.secret_values import UserPassword
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.secrets import Seal, hash_password
from linkus.kit.work import UnitOfWork
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import numbers_of_many, record

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_VARIABLES = ("number", "n")
_FIELD_OF_PATTERN = {
    "first_name": "first_name_pattern",
    "last_name": "last_name_pattern",
    "email": "email_pattern",
    "number": "from_number",
}
_MAX_SHOWN_NUMBERS = 5


def pattern_error(pattern: str) -> FieldError | None:
    unknown = [name for name in _VARIABLE.findall(pattern) if name not in _VARIABLES]
    return FieldError("pattern_unknown_variable", {"variable": "{" + unknown[0] + "}"}) if unknown else None


def fill(pattern: str, number: str, n: int) -> str:
    return pattern.replace("{number}", number).replace("{n}", str(n))


def numbers_of(from_number: str, count: int) -> list[str]:
    """Return `count` numbers and keep leading zeros: 0098, 0099, 0100."""
    first = int(from_number)
    return [f"{first + i:0{len(from_number)}}" for i in range(count)]


def plan(body: BulkCreate) -> list[ExtensionValues]:
    """Return the extensions that `given` describes, each checked by the rules for one."""
    errors = {
        field: error
        for field in ("first_name_pattern", "last_name_pattern", "email_pattern")
        if (error := pattern_error(getattr(body, field))) is not None
    }
    if (wrong := rules.number_error(body.from_number)) is not None:
        errors["from_number"] = wrong
    elif len(numbers_of(body.from_number, body.count)[-1]) > rules.MAX_NUMBER_DIGITS:
        errors["count"] = FieldError("bulk_numbers_too_long", {"max": rules.MAX_NUMBER_DIGITS})
    if body.email_pattern and body.count > 1 and not _VARIABLE.search(body.email_pattern):
        errors["email_pattern"] = FieldError("bulk_email_not_unique")
    if errors:
        raise ValidationFailed(fields=errors)
    planned = [_values(body, number, n) for n, number in enumerate(numbers_of(body.from_number, body.count), 1)]
    for values in planned:
        if field_errors := rules.extension_errors(values):
            raise ValidationFailed(
                fields={_FIELD_OF_PATTERN.get(field, field): error for field, error in field_errors.items()}
            )
    return planned


def _values(body: BulkCreate, number: str, n: int) -> ExtensionValues:
    # the patterns are clean text already and fill() adds digits only: no need to validate 10,000 times
    return ExtensionValues.model_construct(
        number=number,
        first_name=fill(body.first_name_pattern, number, n),
        last_name=fill(body.last_name_pattern, number, n),
        email=fill(body.email_pattern, number, n),
        language=body.language,
        email_language=body.email_language,
        phone_max_contacts=body.phone_max_contacts,
        voicemail_enabled=body.voicemail_enabled,
        linkus_enabled=body.linkus_enabled,
        user_password=body.user_password,
    )


async def prepare(body: BulkCreate) -> tuple[list[ExtensionValues], UserPassword]:
    """Plan and hash before the transaction. All extensions share one hash, because 10,000 would take minutes."""
    planned = plan(body)
    return planned, UserPassword(await hash_password(body.user_password) if body.user_password else None)


async def create_many(
    work: UnitOfWork, seal: Seal, planned: list[ExtensionValues], password: UserPassword
) -> tuple[BulkCreated, list[int]]:
    """Return what was created, and the ids of the new extensions."""
    numbers = [values.number for values in planned]
    errors = {}
    await lock_numbers(work.db)
    if taken_numbers := await repository.taken_numbers(work.db, numbers) | await numbers_of_groups(work.db, numbers):
        shown_numbers = ", ".join(sorted(taken_numbers, key=lambda number: (len(number), number))[:_MAX_SHOWN_NUMBERS])
        errors["from_number"] = FieldError(
            "bulk_numbers_taken", {"count": len(taken_numbers), "numbers": shown_numbers}
        )
    if owners := await repository.email_owners(work.db, [values.email for values in planned]):
        email, owner = next(iter(owners.items()))
        errors["email_pattern"] = FieldError("email_taken", {"email": email, "number": owner})
    if errors:
        raise ValidationFailed(fields=errors)
    await service.add_many(work, [service.new(seal, values, password).extension for values in planned])
    record(work.db, AuditAction.CREATED, AuditObject.EXTENSIONS, after=numbers_of_many(numbers))
    extension_notify.many_changed(work)
    extension_notify.colleagues_changed(work)
    ids = await repository.ids_of_numbers(work.db, numbers)
    return BulkCreated(created=len(planned), first_number=numbers[0], last_number=numbers[-1]), ids
