"""The services of the organization, and the dependency by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.kit.services import KitServices
from linkus.organization.impact import ImpactSource
from linkus.organization.removal import RecentRemovals, RemovalSource


@dataclass(kw_only=True)
class OrganizationServices(KitServices):
    # rules that a change of a department or group concerns
    impact_sources: list[ImpactSource] = field(default_factory=list)
    # rules that lose what is deleted
    removal_sources: list[RemovalSource] = field(default_factory=list)
    recent_removals: RecentRemovals = field(default_factory=RecentRemovals)


async def _impact_sources(connection: HTTPConnection) -> list[ImpactSource]:
    services: OrganizationServices = connection.app.state.services
    return services.impact_sources


async def _removal_sources(connection: HTTPConnection) -> list[RemovalSource]:
    services: OrganizationServices = connection.app.state.services
    return services.removal_sources


async def _recent_removals(connection: HTTPConnection) -> RecentRemovals:
    services: OrganizationServices = connection.app.state.services
    return services.recent_removals


AppRemovalSources = Annotated[list[RemovalSource], Depends(_removal_sources)]
AppRecentRemovals = Annotated[RecentRemovals, Depends(_recent_removals)]
AppImpactSources = Annotated[list[ImpactSource], Depends(_impact_sources)]
