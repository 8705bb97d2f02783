from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from fastapi import FastAPI

from linkus.client_settings.bulk import resume


def tasks(app: FastAPI) -> list[Coroutine[Any, Any, None]]:
    return [resume(app)]
