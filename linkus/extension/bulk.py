"""Adds many extensions in one step: all of them, or none."""

from __future__ import annotations

import re

from linkus.extension import notify, repository, rules, service
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.schemas import BulkCreate, BulkCreated, ExtensionValues
from linkus.extension.secret_values import UserPassword
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.secrets import Seal, hash_password
from linkus.kit.work import UnitOfWork

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_VARIABLES = ("number", "n")
_FIELD_OF_PATTERN = {
    "first_name": "first_name_pattern",
    "last_name": "last_name_pattern",
    "email": "email_pattern",
    "number": "from_number",
}
_SHOWN = 5  # at most this many of the taken numbers are shown


def pattern_error(pattern: str) -> FieldError | None:
    unknown = [name for name in _VARIABLE.findall(pattern) if name not in _VARIABLES]
    return FieldError("pattern_unknown_variable", {"variable": "{" + unknown[0] + "}"}) if unknown else None


def fill(pattern: str, number: str, n: int) -> str:
    return pattern.replace("{number}", number).replace("{n}", str(n))


def numbers_of(from_number: str, count: int) -> list[str]:
    """Return `count` numbers and keep leading zeros: 0098, 0099, 0100."""
    first = int(from_number)
    return [f"{first + i:0{len(from_number)}}" for i in range(count)]


def plan(given: BulkCreate) -> list[ExtensionValues]:
    """Return the extensions that `given` describes, each checked by the rules for one."""
    errors = {
        field: error
        for field in ("first_name_pattern", "last_name_pattern", "email_pattern")
        if (error := pattern_error(getattr(given, field))) is not None
    }
    if (wrong := rules.number_error(given.from_number)) is not None:
        errors["from_number"] = wrong
    elif len(numbers_of(given.from_number, given.count)[-1]) > rules.MAX_NUMBER:
        errors["count"] = FieldError("bulk_numbers_too_long", {"max": rules.MAX_NUMBER})
    if given.email_pattern and given.count > 1 and not _VARIABLE.search(given.email_pattern):
        errors["email_pattern"] = FieldError("bulk_email_not_unique")
    if errors:
        raise ValidationFailed(fields=errors)
    planned = [_values(given, number, n) for n, number in enumerate(numbers_of(given.from_number, given.count), 1)]
    for values in planned:
        if found := rules.extension_errors(values):
            raise ValidationFailed(
                fields={_FIELD_OF_PATTERN.get(field, field): error for field, error in found.items()}
            )
    return planned


def _values(given: BulkCreate, number: str, n: int) -> ExtensionValues:
    # the patterns are clean text already and fill() adds digits only: no need to validate 10,000 times
    return ExtensionValues.model_construct(
        number=number,
        first_name=fill(given.first_name_pattern, number, n),
        last_name=fill(given.last_name_pattern, number, n),
        email=fill(given.email_pattern, number, n),
        language=given.language,
        email_language=given.email_language,
        phone_max_contacts=given.phone_max_contacts,
        voicemail_enabled=given.voicemail_enabled,
        linkus_enabled=given.linkus_enabled,
        user_password=given.user_password,
    )


async def prepare(given: BulkCreate) -> tuple[list[ExtensionValues], UserPassword]:
    """Plan and hash before the transaction. All extensions share one hash, because 10,000 would take minutes."""
    planned = plan(given)
    return planned, UserPassword(await hash_password(given.user_password) if given.user_password else None)


async def create_many(
    work: UnitOfWork, seal: Seal, planned: list[ExtensionValues], password: UserPassword
) -> BulkCreated:
    numbers = [values.number for values in planned]
    errors = {}
    await lock_numbers(work.db)
    if taken := await repository.taken_numbers(work.db, numbers) | await numbers_of_groups(work.db, numbers):
        shown = ", ".join(sorted(taken, key=lambda number: (len(number), number))[:_SHOWN])
        errors["from_number"] = FieldError("bulk_numbers_taken", {"count": len(taken), "numbers": shown})
    if owners := await repository.email_owners(work.db, [values.email for values in planned]):
        email, owner = next(iter(owners.items()))
        errors["email_pattern"] = FieldError("email_taken", {"email": email, "number": owner})
    if errors:
        raise ValidationFailed(fields=errors)
    await service.add_many(work, [service.new(seal, values, password).extension for values in planned])
    notify.many_changed(work)
    notify.colleagues_changed(work)
    return BulkCreated(created=len(planned), first_number=numbers[0], last_number=numbers[-1])
