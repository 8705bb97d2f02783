"""Keeps the calls of clients that vanished without a word, or finally ends them: such clients cannot hang up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from linkus.call.live.leg_owners import contact_owner
from linkus.kit.kinds import SipKind, aor
from linkus.presence.registry import split_aor
from linkus.services import Services

MISSED_SECONDS = 45.0  # clients that a restart of the edge has cut off have registered again by then


class LostClients:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._missed: dict[tuple[str, SipKind], float] = {}  # on a call and not registered, since when

    def gone(self, name: str, agent: str | None) -> None:
        """Handle the closed WebSocket of this browser or app."""
        self._start(name, agent, "gone")

    def silent(self, name: str, agent: str | None) -> None:
        """Handle the silence of this browser or app. The edge reports it repeatedly."""
        if agent is not None:
            self._start(name, agent, f"silent {name} {agent}", once=True)

    def look_for_missed(self) -> None:
        """Find clients that vanished while the control server was away, so that no event reported it. When the edge
        starts, all clients are missing for a moment."""
        registry, at, before = self._services.presence.registry, time.monotonic(), self._missed
        clients: Iterable[tuple[str, SipKind]] = self._services.calls.tracker.clients()
        self._missed = {each: before.get(each, at) for each in clients if not registry.has(aor(*each))}
        for each, since in self._missed.items():
            if at - since >= MISSED_SECONDS:
                self._start(aor(*each), None, f"missed {aor(*each)}", once=True)

    def _start(self, name: str, agent: str | None, task: str, *, once: bool = False) -> None:
        if not once or task not in {each.get_name() for each in asyncio.all_tasks()}:
            self._services.background.start(self._keep_calls(name, agent), task)

    async def _keep_calls(self, name: str, agent: str | None) -> None:
        """Keep the client's calls until it is back. A reloaded page, or another browser of the user, is a different
        client: the call was not its own."""
        identity, registry, calls = split_aor(name), self._services.presence.registry, self._services.calls
        if identity is None:
            return
        agents = None if agent is None else frozenset({agent})

        def is_back() -> bool:
            owners = {contact_owner(uri) for uri in registry.uris(name)}
            return registry.has(name) and (agent is None or agent in owners)

        def legs() -> list[str]:
            return calls.legs_of(*identity, agents if registry.has(name) else None)

        await calls.keeping.follow(legs, is_back)
