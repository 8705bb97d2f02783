"""Checks the current password of a signed-in user, under the same limits as signing in."""

from __future__ import annotations

from fastapi import Request

from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.http import client_address
from linkus.kit.secrets import verify_password
from linkus.session.limits import SignInLimits


async def check_current_password(
    request: Request, limits: SignInLimits, account: str, password: str, password_hash: str | None
) -> None:
    """Raise ValidationFailed at `current_password` if it is wrong, and 429 after too many wrong ones.

    Run it outside of a transaction, because the hash is slow. The limits keep the holder of a stolen session from
    guessing the password.
    """
    address, name = client_address(request), f"password {account}"
    with limits.attempt(address, name, "current_password_locked"):
        if not await verify_password(password, password_hash):
            limits.failed(address, name)
            raise ValidationFailed(fields={"current_password": FieldError("current_password_wrong")})
    limits.succeeded(address, name)
