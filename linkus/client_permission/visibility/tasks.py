from __future__ import annotations

from linkus.client_permission.visibility.organization import impact, rules_naming
from linkus.client_permission.visibility.services import VisibilityServices
from linkus.kit.background import Task


def install(services: VisibilityServices) -> None:
    services.impact_sources.append(impact)
    services.removal_sources.append(rules_naming)


def tasks(services: VisibilityServices) -> list[Task]:
    return [services.visibility.follow]
