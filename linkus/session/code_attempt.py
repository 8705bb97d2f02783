"""Limits the codes that somebody tries who knows an administrator's password.

Strangers do not come so far, so that they cannot lock an administrator out, and one limit for all addresses is
possible.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.lockout.blocks import Protocol
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.rules import Key, Limit, Scope
from linkus.lockout.settings import policy


@dataclass
class CodeAttempt:
    is_right: bool = False


@contextlib.asynccontextmanager
async def code_attempt(kit: KitServices, lockouts: Lockouts, administrator_id: int) -> AsyncIterator[CodeAttempt]:
    """Refuse codes after too many wrong ones. The caller says whether the code was right; an exception says no."""
    async with kit.database.transaction(write=False) as db:
        rules = await policy(db)
    limits = {Key(Scope.CODE, account=str(administrator_id)): Limit(rules.max_failures)}
    attempt = CodeAttempt()
    async with lockouts.attempt(limits, "second_factor_locked"):
        try:
            yield attempt
        finally:
            async with unit_of_work(kit) as work:
                if attempt.is_right:
                    await lockouts.succeeded(work.db, limits)
                else:
                    await lockouts.failed(work, limits, Protocol.PORTAL, str(administrator_id))
