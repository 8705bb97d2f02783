"""Holds what the server knows about itself and its engine, and the dependency by which endpoints get it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.call.services import CallServices
from linkus.kit.clock import now
from linkus.system.edge_counters import EdgeCounters
from linkus.system.ports import EngineParts, no_edge
from linkus.system.storage import StorageWatch


@dataclass(kw_only=True)
class SystemServices(CallServices):
    storage: StorageWatch
    engine_status: EngineParts
    engine_versions: Mapping[str, str]  # of the running programs, by name
    edge_counters: EdgeCounters = field(default_factory=EdgeCounters)
    edge_is_being_filled: Callable[[], Awaitable[bool]] = no_edge
    started_at: datetime = field(default_factory=now)


async def _system(connection: HTTPConnection) -> SystemServices:
    services: SystemServices = connection.app.state.services
    return services


AppSystem = Annotated[SystemServices, Depends(_system)]
