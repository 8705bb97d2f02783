"""Keeps the calls of clients that vanished without a word, and finally ends them: such clients cannot hang up.

Presence reports the clients (linkus/presence/ports.py). keeping.py decides how long their calls are kept.
"""

from __future__ import annotations

import asyncio
import time

from linkus.call.services import CallServices
from linkus.kit.kinds import SipKind
from linkus.kit.kinds import aor as client_aor
from linkus.presence.contacts import contact_owner
from linkus.presence.registry import split_aor

MISSING_SECONDS = 45.0  # clients that a restart of the edge has cut off have registered again by then


class LostClients:
    def __init__(self, services: CallServices) -> None:
        self._services = services
        self._missing_since: dict[tuple[str, SipKind], float] = {}  # clients on a call that are not registered

    def connection_closed(self, aor: str, owner: str | None) -> None:
        self._start(aor, owner, "gone")

    def connection_silent(self, aor: str, owner: str | None) -> None:
        if owner is not None:
            self._start(aor, owner, f"silent {aor} {owner}", once=True)

    def registrations_read(self) -> None:
        """Find clients that vanished while the control server was away, so that no event reported it. When the edge
        starts, all clients are missing for a moment."""
        registry, at, before = self._services.presence.registry, time.monotonic(), self._missing_since
        clients = self._services.calls.tracker.clients()
        self._missing_since = {
            client: before.get(client, at) for client in clients if not registry.has(client_aor(*client))
        }
        for client, since in self._missing_since.items():
            if at - since >= MISSING_SECONDS:
                self._start(client_aor(*client), None, f"missing {client_aor(*client)}", once=True)

    def _start(self, aor: str, owner: str | None, task: str, *, once: bool = False) -> None:
        if not once or task not in {running.get_name() for running in asyncio.all_tasks()}:
            self._services.background.start(self._keep_calls(aor, owner), task)

    async def _keep_calls(self, aor: str, owner: str | None) -> None:
        """Keep the client's calls until it is back. A reloaded page, or another browser of the user, is a different
        client: the call was not its own."""
        identity, registry, calls = split_aor(aor), self._services.presence.registry, self._services.calls
        if identity is None:
            return
        owners = None if owner is None else frozenset({owner})

        def is_back() -> bool:
            present = {contact_owner(uri) for uri in registry.uris(aor)}
            return registry.has(aor) and (owner is None or owner in present)

        def legs() -> list[str]:
            return calls.legs_of(*identity, owners if registry.has(aor) else None)

        await calls.keeping.follow(legs, is_back)
