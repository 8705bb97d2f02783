"""The presence of all clients, and the dependency by which endpoints get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.kit.services import KitServices
from linkus.presence.service import Presence


@dataclass(kw_only=True)
class PresenceServices(KitServices):
    presence: Presence


async def _presence(connection: HTTPConnection) -> Presence:
    services: PresenceServices = connection.app.state.services
    return services.presence


AppPresence = Annotated[Presence, Depends(_presence)]
