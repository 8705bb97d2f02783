"""The registrations that the extension list shows, and the dependency by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.extension.registrations import Registrations
from linkus.kit.services import KitServices


@dataclass(kw_only=True)
class ExtensionServices(KitServices):
    registrations: Registrations


async def _registrations(connection: HTTPConnection) -> Registrations:
    services: ExtensionServices = connection.app.state.services
    return services.registrations


AppRegistrations = Annotated[Registrations, Depends(_registrations)]
