from __future__ import annotations

import functools

from fastapi import FastAPI

from linkus.importing.service import fail_interrupted
from linkus.kit.background import Task


def tasks(app: FastAPI) -> list[Task]:
    return [functools.partial(fail_interrupted, app.state.database)]
