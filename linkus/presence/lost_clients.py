"""Clients that are gone without a word: their calls are kept, or ended at last, since they cannot hang up any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from fastapi import FastAPI

from linkus.call.agents import agent_of
from linkus.kit.kinds import SipKind, aor
from linkus.presence.registry import split_aor

MISSED_SECONDS = 45.0  # and by then everybody is whom a restart of the edge has cut off


class LostClients:
    def __init__(self, app: FastAPI) -> None:
        self._state = app.state
        self._missed: dict[tuple[str, SipKind], float] = {}  # on a call and not registered, since when

    def gone(self, name: str, agent: str | None) -> None:
        """The WebSocket of this browser or app is gone."""
        self._start(name, agent, "gone")

    def silent(self, name: str, agent: str | None) -> None:
        """The edge hears nothing of this browser or app, and says so again and again."""
        if agent is not None:
            self._start(name, agent, f"silent {name} {agent}", once=True)

    def look_for_missed(self) -> None:
        """Nobody told that they are gone, because the brain was away. All are, for a moment, when the edge starts."""
        registry, at, before = self._state.presence.registry, time.monotonic(), self._missed
        clients: Iterable[tuple[str, SipKind]] = self._state.calls.tracker.clients()
        self._missed = {each: before.get(each, at) for each in clients if not registry.has(aor(*each))}
        for each, since in self._missed.items():
            if at - since >= MISSED_SECONDS:
                self._start(aor(*each), None, f"missed {aor(*each)}", once=True)

    def _start(self, name: str, agent: str | None, task: str, *, once: bool = False) -> None:
        if not once or task not in {each.get_name() for each in asyncio.all_tasks()}:
            self._state.background.start(self._keep_calls(name, agent), task)

    async def _keep_calls(self, name: str, agent: str | None) -> None:
        """A page that was loaded again, or another browser of the user, is somebody else: the call was not theirs."""
        identity, registry, calls = split_aor(name), self._state.presence.registry, self._state.calls
        if identity is None:
            return
        agents = None if agent is None else frozenset({agent})

        def is_back() -> bool:
            return registry.has(name) and (agent is None or agent in {agent_of(uri) for uri in registry.uris(name)})

        def legs() -> list[str]:
            found: list[str] = calls.legs_of(*identity, agents if registry.has(name) else None)
            return found

        await calls.keeping.follow(legs, is_back)
