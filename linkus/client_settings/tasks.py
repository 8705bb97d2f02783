from __future__ import annotations

import functools

from linkus.client_settings.bulk_change.runner import resume
from linkus.kit.background import Task
from linkus.services import Services


def tasks(services: Services) -> list[Task]:
    return [functools.partial(resume, services)]
