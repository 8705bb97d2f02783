"""The features and their models, endpoints and tasks, which are found by module name."""

from __future__ import annotations

import importlib
import importlib.util
import json
import pkgutil
from collections.abc import Iterator
from importlib.resources import files
from types import ModuleType
from typing import Any

from fastapi import APIRouter, FastAPI

from linkus.kit.background import Task
from linkus.services import Services
from linkus.shared import models as shared

# in the order of the API description; which feature may import which is in pyproject.toml
FEATURES = (
    "administrator",
    "administrator.roles",
    "administrator.accounts",
    "administrator.password_links",
    "administrator.second_factor",
    "lockout",
    "session",
    "importing",
    "extension",
    "extension.devices",
    "organization",
    "credential",
    "client_settings",
    "password",
    "server_settings",
    "welcome_mail",
    "mail",
    "event",
    "event_notification",
    "audit",
    "security",
    "presence",
    "trunk",
    "route",
    "paging",
    "prompt",
    "voicemail",
    "call.records",
    "call.live",
    "call.plan",
    "client_permission.rules",
    "client_permission.visibility",
    "rescue",
    "integration",
    "gateway",
    "client_preview",
    "system",
)


def _modules(name: str) -> Iterator[ModuleType]:
    for feature in FEATURES:
        module = f"linkus.{feature}"
        if importlib.util.find_spec(module) and importlib.util.find_spec(f"{module}.{name}"):
            yield importlib.import_module(f"{module}.{name}")


def load_models() -> None:
    """Import all models, because `Base.metadata` knows only imported tables."""
    importlib.import_module("linkus.kit.outbox")
    for module in pkgutil.iter_modules(shared.__path__, f"{shared.__name__}."):
        importlib.import_module(module.name)
    for _module in _modules("models"):
        pass


def include_routers(app: FastAPI, prefix: str) -> None:
    """Include `root_router` of each endpoints.py at the root (/internal, /ws, /healthz), and `router` below /api/v1.

    FastAPI tries all routes in this order, and hundreds of them take longer than the plan of a call. A plan must not
    wait for them, so the few routes at the root come first.
    """
    modules = list(_modules("endpoints"))
    for name, below in (("root_router", ""), ("router", prefix)):
        for module in modules:
            router: APIRouter | None = getattr(module, name, None)
            if router is not None:
                app.include_router(router, prefix=below)


def install_features(services: Services) -> None:
    """Call `install(services)` of each tasks.py, which connects the feature with the engine, with or without tasks."""
    for module in _modules("tasks"):
        if hasattr(module, "install"):
            module.install(services)


def all_tasks(services: Services) -> list[tuple[str, Task]]:
    """Return the tasks of each tasks.py. They run as long as the server, and are restarted when they fail."""
    return [
        (f"{module.__name__.removeprefix('linkus.').removesuffix('.tasks')} {number}", task)
        for module in _modules("tasks")
        if hasattr(module, "tasks")
        for number, task in enumerate(module.tasks(services), 1)
    ]


def load_examples() -> dict[str, Any]:
    """Return the requests and responses of each feature's examples.json, by operation, for the API description."""
    found: dict[str, Any] = {}
    for feature in FEATURES:
        path = files(f"linkus.{feature}") / "examples.json"
        if path.is_file():
            found |= json.loads(path.read_text("utf-8"))
    return found
