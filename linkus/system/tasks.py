"""Notifies open portal pages when a part of the engine changes its state, and records what happens to the server."""

from __future__ import annotations

import asyncio
import functools
import math
import time
from collections.abc import Awaitable, Callable

from linkus.engine.edge_events import Counted
from linkus.engine.kamailio import Edge, EdgeError
from linkus.engine.layout import layout_of
from linkus.engine.tls import Certificate
from linkus.kit.background import Task
from linkus.kit.bus import PORTAL
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.system.events import StatusChanged
from linkus.system.health import status
from linkus.system.schemas import PartSummary
from linkus.system.server_events import ServerCertificate, ServerEvents
from linkus.system.services import SystemServices

ASK_SECONDS = 0.5


def install(services: SystemServices) -> None:
    def hear(event: object) -> None:
        if isinstance(event, Counted):
            services.edge_counters.take(event.since, event.counters)

    services.edge_listeners.append(hear)


async def _publish_changes(services: SystemServices) -> None:
    changed = asyncio.Event()
    background = services.background
    unsubscribe = services.engine_status.subscribe(lambda _part: changed.set())
    background.on_change.append(changed.set)
    try:
        while True:
            await changed.wait()
            changed.clear()
            # without messages: readers have different languages, and the page reads the status again anyway
            view = await status(services, "en")
            parts = [PartSummary(**part.model_dump(exclude={"message"})) for part in view.parts]
            event = StatusChanged(ready=view.ready, engine=view.engine, parts=parts, edge=view.edge)
            services.bus.publish([PORTAL], event)
    finally:
        background.on_change.remove(changed.set)
        unsubscribe()


def _watch_edge_contents(services: SystemServices) -> None:
    settings = services.settings
    edge = Edge.at(settings.internal_host, EDGE_RPC_PORT, layout_of(settings).keys)
    services.on_close.append(edge.close)

    async def ask() -> bool:
        try:
            return bool(await edge.missing())
        except EdgeError:
            return False  # the edge does not run or does not answer, and the supervisor reports that

    services.edge_is_being_filled = remembered(ask)


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


def _own_certificate(services: SystemServices) -> ServerCertificate | None:
    """Return the administrator's own certificate. One of the server's own authority renews itself."""
    path = layout_of(services.settings).tls_cert
    if path is None:
        return None
    try:
        return ServerCertificate(path, Certificate(path, path).not_after)
    except (OSError, ValueError):
        return None  # the server refuses to start with it and says so


def tasks(services: SystemServices) -> list[Task]:
    if services.settings.engine == "on":
        _watch_edge_contents(services)
    events = ServerEvents(services, functools.partial(_own_certificate, services))
    services.on_close.append(events.end)
    return [functools.partial(_publish_changes, services), services.storage.run, events.run]
