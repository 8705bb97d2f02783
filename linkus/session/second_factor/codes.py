"""Makes and checks codes: those of authenticator apps (RFC 6238), and recovery codes."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

from linkus.kit.secrets import hash_token

RECOVERY_CODES = 10
DRIFT_STEPS = 1  # of 30 s: how far the clocks of server and app may differ (RFC 6238, 6)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
_GROUPS, _GROUP_CHARACTERS = 4, 4  # 80 bits: a plain hash suffices


def new_secret() -> str:
    return pyotp.random_base32()


def app_address(secret: str, account: str, company: str) -> str:
    """Return the `otpauth://` address that an authenticator app reads from a QR code."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=company or "Linkus")


def matching_step(secret: str, code: str, moment: datetime) -> int | None:
    """Return the step of time that a code belongs to, or None if it is wrong."""
    totp = TOTP(secret)
    present = totp.timecode(moment)
    for step in (present, *(present + sign * drift for drift in range(1, DRIFT_STEPS + 1) for sign in (-1, 1))):
        if strings_equal(totp.generate_otp(step), code):
            return step
    return None


def is_app_code(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdecimal()


def tidy(code: str) -> str:
    """Return a code as it is compared, however somebody typed it: without spaces and dashes, in upper case."""
    return "".join(character for character in code if character not in " -").upper()


def new_recovery_codes() -> list[str]:
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def hash_recovery_code(code: str) -> str:
    return hash_token(tidy(code))
