"""Checks the current password of a signed-in user, under the lock-out of signing in."""

from __future__ import annotations

from fastapi import Request

from linkus.kit.addresses import network_of
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.http import client_address
from linkus.kit.secrets import verify_password
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.lockout.blocks import Protocol
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.rules import Key, Limit, Scope
from linkus.lockout.settings import policy


async def check_current_password(
    request: Request, kit: KitServices, lockouts: Lockouts, account: str, password: str, password_hash: str | None
) -> None:
    """Raise ValidationFailed at `current_password` if it is wrong, and 429 after too many wrong ones.

    Run it outside of a transaction, because the hash is slow. The limits keep the holder of a stolen session from
    guessing the password. They are apart from those of signing in: the session's user may sign in elsewhere.
    """
    async with kit.database.transaction(write=False) as db:
        rules = await policy(db)
    key = Key(Scope.PAIR, network_of(client_address(request)), f"password {account}")
    limits = {key: Limit(rules.max_failures)}
    async with lockouts.attempt(limits, "current_password_locked"):
        is_right = await verify_password(password, password_hash)
        async with unit_of_work(kit) as work:
            if is_right:
                await lockouts.succeeded(work.db, limits)
            else:
                await lockouts.failed(work, limits, Protocol.WEB, account)
    if not is_right:
        raise ValidationFailed(fields={"current_password": FieldError("current_password_wrong")})
