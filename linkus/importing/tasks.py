from __future__ import annotations

import functools

from linkus.importing.service import fail_interrupted
from linkus.kit.background import Task
from linkus.kit.services import KitServices


def tasks(services: KitServices) -> list[Task]:
    return [functools.partial(fail_interrupted, services.database)]
