"""The monitor of trunks, and the dependency by which endpoints get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.kit.services import KitServices
from linkus.trunk.monitor import TrunkMonitor


@dataclass(kw_only=True)
class TrunkServices(KitServices):
    trunk_monitor: TrunkMonitor


async def _trunk_monitor(connection: HTTPConnection) -> TrunkMonitor:
    services: TrunkServices = connection.app.state.services
    return services.trunk_monitor


AppTrunkMonitor = Annotated[TrunkMonitor, Depends(_trunk_monitor)]
