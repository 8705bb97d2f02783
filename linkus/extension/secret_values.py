"""Hashes or seals the secrets that are given for an extension, and generates those that are not."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from linkus.extension.rules import voicemail_pin_error
from linkus.extension.schemas import ExtensionValues
from linkus.kit.secrets import Seal, digest_ha1, random_password
from linkus.shared.models.extension import Extension

_REGISTRATION_NAME_BYTES = 6
_PASSWORD_CHARACTERS = 20
_PIN_DIGITS = 6


def random_registration_name() -> str:
    return secrets.token_hex(_REGISTRATION_NAME_BYTES)


def random_pin(number: str) -> str:
    while True:
        pin = f"{secrets.randbelow(10**_PIN_DIGITS):0{_PIN_DIGITS}}"
        if voicemail_pin_error(pin, number) is None:
            return pin


@dataclass(frozen=True)
class UserPassword:
    """Holds a password as it is stored. With `hashed` None, the extension keeps its password, or has none (null)."""

    hashed: str | None
    set_by: str = "administrator"


def apply_user_password(extension: Extension, password: UserPassword) -> None:
    """Set the password, if one is given. Hashing a random password that nobody learns would only cost time. Null stands
    for it: no password matches, and the user signs in with a one-time credential."""
    if password.hashed is not None:
        extension.password_hash = password.hashed
        extension.password_set_by = password.set_by


def apply_registration(extension: Extension, values: ExtensionValues, *, renew: bool = False) -> str | None:
    """Set the registration values of a desk phone. Return the password if the server had to generate one."""
    old_name = extension.registration_name
    name = values.registration_name or old_name or random_registration_name()
    new_password = None
    password = values.registration_password
    # the digest hash contains the name: a new name needs a new password, because the old one is not stored
    if not password and (renew or extension.registration_ha1 is None or name != old_name):
        password = new_password = random_password(_PASSWORD_CHARACTERS)
    extension.registration_name = name
    if password:
        extension.registration_ha1 = digest_ha1(name, password)
    return new_password


def apply_pin(extension: Extension, pin: str, seal: Seal) -> None:
    if pin or extension.voicemail_pin_sealed is None:
        extension.voicemail_pin_sealed = seal.seal(pin or random_pin(extension.number))
