"""The kit's own services, and the dependencies by which endpoints get them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.kit.background import Background
from linkus.kit.bus import Bus
from linkus.kit.database import Database
from linkus.kit.outbox import Outbox
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings


@dataclass(kw_only=True)
class KitServices:
    """Holds what every feature may use. `services.py` of a feature adds what that feature offers or needs."""

    settings: Settings
    database: Database
    seal: Seal
    internal_key: str  # the core shows it here
    sip_key: str  # signs the SIP credentials of clients
    metrics_key: str  # Prometheus shows it here
    outbox: Outbox = field(default_factory=Outbox)
    bus: Bus = field(default_factory=Bus)
    background: Background = field(default_factory=Background)
    suspicion: asyncio.Event = field(default_factory=asyncio.Event)  # set when the database fails a request
    # called with each event of the edge (linkus/engine/edge_events.py); must not block
    edge_listeners: list[Callable[[object], None]] = field(default_factory=list)
    # close what a feature opened; called when all tasks have ended
    on_close: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


def kit_of(connection: HTTPConnection) -> KitServices:
    services: KitServices = connection.app.state.services
    return services


async def _kit(connection: HTTPConnection) -> KitServices:
    return kit_of(connection)


AppKit = Annotated[KitServices, Depends(_kit)]


async def _settings(kit: AppKit) -> Settings:
    return kit.settings


async def _database(kit: AppKit) -> Database:
    return kit.database


async def _seal(kit: AppKit) -> Seal:
    return kit.seal


async def _bus(kit: AppKit) -> Bus:
    return kit.bus


async def _background(kit: AppKit) -> Background:
    return kit.background


AppSettings = Annotated[Settings, Depends(_settings)]
AppDatabase = Annotated[Database, Depends(_database)]
AppSeal = Annotated[Seal, Depends(_seal)]
AppBus = Annotated[Bus, Depends(_bus)]
AppBackground = Annotated[Background, Depends(_background)]
