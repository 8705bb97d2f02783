from __future__ import annotations

from linkus.client_permission.rules.changes import PermissionsWatch
from linkus.client_permission.rules.organization import impact, rules_naming
from linkus.client_permission.services import PeopleServices
from linkus.kit.background import Task
from linkus.organization.services import OrganizationServices


def install(services: OrganizationServices) -> None:
    services.impact_sources.append(impact)
    services.removal_sources.append(rules_naming)


def tasks(services: PeopleServices) -> list[Task]:
    return [PermissionsWatch(services.database, services.bus, services.people).run]
