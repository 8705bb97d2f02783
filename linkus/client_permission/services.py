"""Keeps where extensions belong, for rules of all kinds, and gives it to endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.client_permission.people import PeopleDirectory
from linkus.organization.services import OrganizationServices


@dataclass(kw_only=True)
class PeopleServices(OrganizationServices):
    people: PeopleDirectory


async def _people(connection: HTTPConnection) -> PeopleDirectory:
    services: PeopleServices = connection.app.state.services
    return services.people


AppPeople = Annotated[PeopleDirectory, Depends(_people)]
