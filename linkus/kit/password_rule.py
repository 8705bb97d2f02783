"""The rules for passwords of extension users and administrators."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from linkus.kit.errors import FieldError

MIN_LENGTH, MAX_LENGTH = 10, 63
MIN_RUN_DIGITS = 4  # the shortest refused run of consecutive or equal digits
_DIGITS = re.compile(r"[0-9]+")


def has_digit_run(text: str, length: int = MIN_RUN_DIGITS) -> bool:
    """Return whether `text` has a run such as 1234 or 4321."""
    return _has_steps(text, length, (1, -1))


def has_same_digits(text: str, length: int = MIN_RUN_DIGITS) -> bool:
    """Return whether `text` has a run such as 1111."""
    return _has_steps(text, length, (0,))


def _has_steps(text: str, length: int, steps: tuple[int, ...]) -> bool:
    for digits in _DIGITS.findall(text):
        for step in steps:
            same = 1
            for previous, this in itertools.pairwise(digits):
                same = same + 1 if int(this) - int(previous) == step else 1
                if same >= length:
                    return True
    return False


def password_error(password: str, forbidden: Mapping[str, str]) -> FieldError | None:
    """Return the first violated rule. `forbidden` maps a message code to a text that the password must not contain,
    upper or lower case."""
    if len(password) < MIN_LENGTH:
        return FieldError("password_too_short", {"min": MIN_LENGTH})
    if len(password) > MAX_LENGTH:
        return FieldError("password_too_long", {"max": MAX_LENGTH})
    if not any(c in "0123456789" for c in password):
        return FieldError("password_needs_digit")
    if not any(c.isupper() for c in password):
        return FieldError("password_needs_upper")
    if not any(c.islower() for c in password):
        return FieldError("password_needs_lower")
    if has_digit_run(password):
        return FieldError("password_digit_run", {"length": MIN_RUN_DIGITS})
    if has_same_digits(password):
        return FieldError("password_same_digits", {"length": MIN_RUN_DIGITS})
    lowered = password.lower()
    for code, text in forbidden.items():
        if text and text.lower() in lowered:
            return FieldError(code)
    return None
