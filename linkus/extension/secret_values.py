"""Secrets of an extension: what is given is hashed or sealed, what is not is made at random."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from linkus.extension.models import Extension
from linkus.extension.rules import voicemail_pin_error
from linkus.extension.schemas import ExtensionValues
from linkus.kit.secrets import Seal, digest_ha1, random_password

_NAME_BYTES = 6
_PASSWORD_LENGTH = 20
_PIN_LENGTH = 6


def random_registration_name() -> str:
    return secrets.token_hex(_NAME_BYTES)


def random_pin(number: str) -> str:
    while True:
        pin = f"{secrets.randbelow(10**_PIN_LENGTH):0{_PIN_LENGTH}}"
        if voicemail_pin_error(pin, number) is None:
            return pin


@dataclass(frozen=True)
class UserPassword:
    """A password as it is stored. Without one, the extension keeps what it has, or nobody knows it (null)."""

    hashed: str | None
    set_by: str = "administrator"


def apply_user_password(extension: Extension, password: UserPassword) -> None:
    """A random password that nobody learns would only cost time to hash: null stands for it, nobody gets in with it,
    and the user comes in by a one-time credential."""
    if password.hashed is not None:
        extension.password_hash = password.hashed
        extension.password_set_by = password.set_by


def apply_registration(extension: Extension, values: ExtensionValues, *, renew: bool = False) -> str | None:
    """Sets what a desk phone registers with; the password, if the server had to make one."""
    old_name = extension.registration_name
    name = values.registration_name or old_name or random_registration_name()
    made = None
    password = values.registration_password
    # the digest hash contains the name: with another name the old password cannot be kept, since nobody has it
    if not password and (renew or extension.registration_ha1 is None or name != old_name):
        password = made = random_password(_PASSWORD_LENGTH)
    extension.registration_name = name
    if password:
        extension.registration_ha1 = digest_ha1(name, password)
    return made


def apply_pin(extension: Extension, pin: str, seal: Seal) -> None:
    if pin or extension.voicemail_pin_sealed is None:
        extension.voicemail_pin_sealed = seal.seal(pin or random_pin(extension.number))
