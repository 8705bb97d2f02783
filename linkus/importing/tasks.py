from __future__ import annotations

import functools

from linkus.importing.service import fail_interrupted
from linkus.kit.background import Task
from linkus.services import Services


def tasks(services: Services) -> list[Task]:
    return [functools.partial(fail_interrupted, services.database)]
