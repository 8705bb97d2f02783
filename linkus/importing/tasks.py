from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from fastapi import FastAPI

from linkus.importing.service import fail_interrupted


def tasks(app: FastAPI) -> list[Coroutine[Any, Any, None]]:
    return [fail_interrupted(app.state.database)]
