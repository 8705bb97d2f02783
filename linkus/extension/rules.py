"""Rules for an extension: pure functions that give each field a precise error."""

from __future__ import annotations

import re

from linkus.extension.schemas import ExtensionValues
from linkus.kit.errors import FieldError
from linkus.kit.password_rule import has_digit_run, has_same_digits, password_error

MAX_NUMBER_DIGITS = 8
MAX_NAME_CHARACTERS = 63
MAX_EMAIL_CHARACTERS = 255
MAX_CALLER_ID_CHARACTERS = 31
MAX_REGISTRATION_NAME_CHARACTERS = 63
REGISTRATION_PASSWORD_CHARACTERS = (8, 63)
PIN_DIGITS = (4, 15)

_NUMBER = re.compile(r"[0-9]{1,8}")
_EMAIL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.'-]*@[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_CALLER_ID = re.compile(r"[A-Za-z0-9().+*#-]*")
# excludes the ':' of a digest's HA1 and the ';' of the edge's table
_REGISTRATION_NAME = re.compile(r"[A-Za-z0-9_.+-]*")


def number_error(number: str) -> FieldError | None:
    if not number:
        return FieldError("field_required")
    return None if _NUMBER.fullmatch(number) else FieldError("extension_number_invalid", {"max": MAX_NUMBER_DIGITS})


def name_error(name: str) -> FieldError | None:
    return FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS}) if len(name) > MAX_NAME_CHARACTERS else None


def email_error(email: str) -> FieldError | None:
    if len(email) > MAX_EMAIL_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_EMAIL_CHARACTERS})
    return None if not email or _EMAIL.fullmatch(email) else FieldError("email_invalid")


def required_email_error(email: str) -> FieldError | None:
    return email_error(email) if email else FieldError("field_required")


def caller_id_error(value: str) -> FieldError | None:
    """Check a caller id or a mobile number, which share one rule."""
    if len(value) > MAX_CALLER_ID_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_CALLER_ID_CHARACTERS})
    return None if _CALLER_ID.fullmatch(value) else FieldError("telephone_characters")


def registration_name_error(name: str) -> FieldError | None:
    if len(name) > MAX_REGISTRATION_NAME_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_REGISTRATION_NAME_CHARACTERS})
    return None if _REGISTRATION_NAME.fullmatch(name) else FieldError("registration_name_characters")


def user_password_error(password: str, number: str, first_name: str, last_name: str) -> FieldError | None:
    if not password:
        return None
    forbidden = {
        "password_contains_number": number,
        "password_contains_first_name": first_name,
        "password_contains_last_name": last_name,
    }
    return password_error(password, forbidden)


def registration_password_error(password: str) -> FieldError | None:
    if not password:
        return None
    low, high = REGISTRATION_PASSWORD_CHARACTERS
    if not low <= len(password) <= high:
        return FieldError("registration_password_length", {"min": low, "max": high})
    if not all("!" <= c <= "~" for c in password):  # every telephone can type and send these
        return FieldError("registration_password_characters")
    return FieldError("registration_password_numeric") if password.isdigit() else None


def voicemail_pin_error(pin: str, number: str) -> FieldError | None:
    if not pin:
        return None
    low, high = PIN_DIGITS
    if not re.fullmatch(r"[0-9]+", pin) or not low <= len(pin) <= high:
        return FieldError("voicemail_pin_invalid", {"min": low, "max": high})
    weak = has_digit_run(pin, len(pin)) or has_same_digits(pin, len(pin)) or pin == number
    return FieldError("voicemail_pin_weak") if weak else None


def extension_errors(values: ExtensionValues) -> dict[str, FieldError]:
    """Return the errors by field name; empty if there are none."""
    checked = {
        "number": number_error(values.number),
        "first_name": name_error(values.first_name),
        "last_name": name_error(values.last_name),
        "email": email_error(values.email),
        "mobile_number": caller_id_error(values.mobile_number),
        "caller_id": caller_id_error(values.caller_id),
        "emergency_caller_id": caller_id_error(values.emergency_caller_id),
        "registration_name": registration_name_error(values.registration_name),
        "user_password": user_password_error(values.user_password, values.number, values.first_name, values.last_name),
        "registration_password": registration_password_error(values.registration_password),
        "voicemail_pin": voicemail_pin_error(values.voicemail_pin, values.number),
    }
    return {field: error for field, error in checked.items() if error is not None}
