"""Ends the calls of clients that are deregistered: at once, or after the seconds in which the user can say goodbye."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from linkus.call.services import CallServices
from linkus.kit.outbox import RetryLater
from linkus.presence import revocations
from linkus.presence.ports import Deregistered
from linkus.presence.registry import split_aor
from linkus.shared.models.extension import Extension


class DeregisteredClients:
    def __init__(self, services: CallServices) -> None:
        self._services = services

    def may_be_on_call(self, aor: str) -> bool:
        """Return whether a call of this client goes on. Return True as well while the core's calls are not known."""
        identity, calls = split_aor(aor), self._services.calls
        return identity is not None and (not calls.in_step or bool(calls.tracker.channels_of(*identity)))

    async def deregistered(self, fact: Deregistered) -> None:
        if fact.calls_end_at is not None:
            payload = {"aor": fact.aor, "until": fact.revoked_until}
            async with self._services.database.transaction() as db:
                self._services.outbox.add(db, "call.end", payload, due_at=fact.calls_end_at)
        elif (identity := split_aor(fact.aor)) is not None:
            await self._services.calls.hang_up(*identity, fact.owners)

    async def end_calls(self, payload: dict[str, Any]) -> None:
        """End the calls after the seconds of grace. The request is a row of the outbox, so that a restart loses
        nothing.

        Do nothing if Linkus was switched on again meanwhile. If it was switched off once more, the later seconds count.
        """
        aor = str(payload["aor"])
        if (identity := split_aor(aor)) is None:
            return
        async with self._services.database.transaction(write=False) as db:
            is_on = await db.scalar(select(Extension.linkus_enabled).where(Extension.number == identity[0]))
            has_later = await revocations.is_revoked_after(db, aor, int(payload["until"]))
        if is_on or has_later:
            return
        if not self._services.calls.in_step:
            raise RetryLater("the calls that go on are not known yet")
        await self._services.calls.hang_up(*identity)
