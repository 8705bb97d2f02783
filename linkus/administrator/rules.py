"""Rules for an administrator's account."""

from __future__ import annotations

import re

from linkus.kit import password_rule
from linkus.kit.errors import FieldError

# begins with a letter and has no @: no extension number or email address, which sign in on the same page
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,62}")


def normal_username(username: str) -> str:
    return username.strip().lower()


def username_error(username: str) -> FieldError | None:
    return None if _USERNAME.fullmatch(normal_username(username)) else FieldError("administrator_username_invalid")


def account_errors(username: str, password: str) -> dict[str, FieldError]:
    errors = {}
    if (wrong := username_error(username)) is not None:
        errors["username"] = wrong
    if (wrong := password_error(username, password)) is not None:
        errors["password"] = wrong
    return errors


def password_error(username: str, password: str) -> FieldError | None:
    return password_rule.password_error(password, {"password_contains_username": normal_username(username)})
