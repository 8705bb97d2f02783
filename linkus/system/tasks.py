"""Tells open portal pages when a part of the engine changes its state."""

from __future__ import annotations

import asyncio
import functools

from fastapi import FastAPI

from linkus.engine.edge_events import Counted, EdgeEvent
from linkus.kit.background import Background, Task
from linkus.kit.bus import PORTAL
from linkus.system.edge_counters import EdgeCounters
from linkus.system.health import status
from linkus.system.ports import EngineParts


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
            # without texts: readers have different languages, and the page asks for the status anyway
            view = (await status(app, "en")).model_dump(mode="json", exclude={"parts": {"__all__": {"message"}}})
            app.state.bus.publish([PORTAL], {"type": "status.changed", **view})
    finally:
        background.on_change.remove(changed.set)
        unsubscribe()


async def _watch_storage(app: FastAPI) -> None:
    await app.state.storage.run()


def tasks(app: FastAPI) -> list[Task]:
    return [functools.partial(_publish_changes, app), functools.partial(_watch_storage, app)]
