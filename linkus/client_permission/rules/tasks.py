from __future__ import annotations

from linkus.client_permission.rules.changes import PermissionsWatch
from linkus.client_permission.rules.service import affected_rules
from linkus.kit.background import Task
from linkus.services import Services


def install(services: Services) -> None:
    services.impact_sources.append(affected_rules)


def tasks(services: Services) -> list[Task]:
    return [PermissionsWatch(services.database, services.bus).run]
