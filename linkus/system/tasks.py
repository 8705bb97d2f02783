"""Notifies open portal pages when a part of the engine changes its state."""

from __future__ import annotations

import asyncio
import functools
import math
import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI

from linkus.engine.edge_events import Counted, EdgeEvent
from linkus.engine.kamailio import Edge, EdgeError
from linkus.engine.layout import layout_of
from linkus.kit.background import Background, Task
from linkus.kit.bus import PORTAL
from linkus.kit.settings import EDGE_RPC_PORT, Settings
from linkus.system.edge_counters import EdgeCounters
from linkus.system.health import status
from linkus.system.ports import EngineParts

ASK_SECONDS = 0.5


def install(app: FastAPI) -> None:
    counters = app.state.edge_counters = EdgeCounters()

    def hear(event: EdgeEvent) -> None:
        if isinstance(event, Counted):
            counters.take(event.since, event.counters)

    app.state.edge_listeners.append(hear)


async def _publish_changes(app: FastAPI) -> None:
    changed = asyncio.Event()
    engine: EngineParts = app.state.engine_status
    background: Background = app.state.background
    unsubscribe = engine.subscribe(lambda _part: changed.set())
    background.on_change.append(changed.set)
    try:
        while True:
            await changed.wait()
            changed.clear()
            # without messages: readers have different languages, and the page reads the status again anyway
            view = (await status(app, "en")).model_dump(mode="json", exclude={"parts": {"__all__": {"message"}}})
            app.state.bus.publish([PORTAL], {"type": "status.changed", **view})
    finally:
        background.on_change.remove(changed.set)
        unsubscribe()


async def _watch_storage(app: FastAPI) -> None:
    await app.state.storage.run()


def _watch_edge_contents(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    edge = Edge.at(settings.internal_host, EDGE_RPC_PORT, layout_of(settings).keys)
    app.state.on_close.append(edge.close)

    async def ask() -> bool:
        try:
            return bool(await edge.missing())
        except EdgeError:
            return False  # the edge does not run or does not answer, and the supervisor reports that

    app.state.edge_is_being_filled = remembered(ask)


def remembered(ask: Callable[[], Awaitable[bool]], seconds: float = ASK_SECONDS) -> Callable[[], Awaitable[bool]]:
    """Return `ask` with a memory: anybody may ask /readyz, and must not make us ask the edge each time."""
    answer, asked_at, turn = False, -math.inf, asyncio.Lock()

    async def ask_now_and_then() -> bool:
        nonlocal answer, asked_at
        async with turn:
            if time.monotonic() - asked_at >= seconds:
                answer, asked_at = await ask(), time.monotonic()
        return answer

    return ask_now_and_then


def tasks(app: FastAPI) -> list[Task]:
    if app.state.settings.engine == "on":
        _watch_edge_contents(app)
    return [functools.partial(_publish_changes, app), functools.partial(_watch_storage, app)]
