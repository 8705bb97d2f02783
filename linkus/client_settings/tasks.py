from __future__ import annotations

import functools

from linkus.client_settings.bulk_change.runner import resume
from linkus.kit.background import Task
from linkus.kit.services import KitServices


def tasks(services: KitServices) -> list[Task]:
    return [functools.partial(resume, services)]
