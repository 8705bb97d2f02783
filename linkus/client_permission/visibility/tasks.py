from __future__ import annotations

from linkus.client_permission.visibility.service import affected_rules
from linkus.kit.background import Task
from linkus.services import Services


def install(services: Services) -> None:
    services.impact_sources.append(affected_rules)


def tasks(services: Services) -> list[Task]:
    return [services.visibility.follow]
