from __future__ import annotations

import functools

from fastapi import FastAPI

from linkus.client_settings.bulk import resume
from linkus.kit.background import Task


def tasks(app: FastAPI) -> list[Task]:
    return [functools.partial(resume, app)]
