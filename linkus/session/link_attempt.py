"""Limits how often somebody may try one-time links that nobody has issued, under the lock-out of signing in."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request

from linkus.kit.errors import NotFound
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.lockout.blocks import Protocol
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.rules import Scope, limits_of
from linkus.lockout.settings import policy
from linkus.session.sender import describe_sender


@dataclass
class LinkAttempt:
    is_unknown: bool = False  # the link is none of ours


@contextlib.asynccontextmanager
async def link_attempt(request: Request, kit: KitServices, lockouts: Lockouts) -> AsyncIterator[LinkAttempt]:
    """Refuse an address that has tried too many links, and count one that `NotFound` or the caller calls unknown.

    Use it outside of a transaction: it writes in one of its own, because the caller's is rolled back.
    """
    async with kit.database.transaction(write=False) as db:
        rules, sender = await policy(db), await describe_sender(db, request, "", None)
    limits = {key: limit for key, limit in limits_of(sender, rules).items() if key.scope is Scope.NETWORK}
    attempt = LinkAttempt()
    async with lockouts.attempt(limits, "links_locked"):
        try:
            yield attempt
        except NotFound:
            attempt.is_unknown = True
            raise
        finally:
            if attempt.is_unknown and limits:
                async with unit_of_work(kit) as work:
                    await lockouts.failed(work, limits, Protocol.LINK, "")
