from __future__ import annotations

from linkus.organization.services import OrganizationServices
from linkus.route.removal import impact, routes_naming


def install(services: OrganizationServices) -> None:
    services.impact_sources.append(impact)
    services.removal_sources.append(routes_naming)
