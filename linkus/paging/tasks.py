from __future__ import annotations

from linkus.organization.services import OrganizationServices
from linkus.paging.removal import groups_naming, impact


def install(services: OrganizationServices) -> None:
    services.impact_sources.append(impact)
    services.removal_sources.append(groups_naming)
