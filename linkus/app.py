"""Assembles the application from its features."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from linkus import __version__
from linkus.engine.keys import ensure_keys
from linkus.extension.presence import Nobody
from linkus.features import all_tasks, include_routers, install_features, load_models
from linkus.kit.background import Background
from linkus.kit.body_limit import BodyLimitAnswers
from linkus.kit.bus import Bus
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.error_handlers import install_error_handlers
from linkus.kit.middleware import RequestContext
from linkus.kit.outbox import Outbox, release_leases
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.security.limits import SignInLimits
from linkus.session.large_bodies import LargeBodiesNeedSession
from linkus.system.ports import NoEngine, no_edge
from linkus.system.storage import StorageWatch
from linkus.trunk.ports import NoLines

API_PREFIX = "/api/v1"
MAX_BODY = 1024 * 1024  # an import sets its own limit


def _operation_id(route: APIRoute) -> str:
    """Return the function name, which the generated client uses as its method name."""
    return route.name


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    keys = ensure_keys(settings.home / "keys")
    app.state.seal = Seal(keys["seal"].encode())
    app.state.internal_key = keys["internal"]
    app.state.sip_key = keys["sip_ephemeral"]
    app.state.metrics_key = keys["metrics"]
    app.state.database = Database(settings.database)
    app.state.background = Background()
    app.state.storage = StorageWatch(settings.home, app.state.database)
    app.state.started_at = now()
    try:
        if app.state.with_tasks:
            await release_leases(app.state.database)
            for name, task in all_tasks(app):
                app.state.background.keep(task, name)
        yield
    finally:
        await app.state.background.close()
        for close in app.state.on_close:
            await close()
        await app.state.database.close()


class _LinkusApp(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        return LargeBodiesNeedSession(BodyLimitAnswers(super().build_middleware_stack()))


def create_app(settings: Settings, *, tasks: bool = True) -> FastAPI:
    """Create the API application. Its database must already have its tables. `linkus serve` adds the engine's
    interfaces to `app.state`.

    Without `tasks` the application only answers requests, and another process must work on the outbox.
    """
    load_models()
    app = _LinkusApp(
        title="Linkus Server",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=f"{API_PREFIX}/openapi.json",
        max_body_size=MAX_BODY,
        docs_url=None,  # FastAPI's docs page loads scripts from a public host
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = settings
    app.state.with_tasks = tasks
    app.state.outbox = Outbox()
    app.state.bus = Bus()
    app.state.presence = Nobody()
    app.state.trunk_lines = NoLines()
    app.state.engine_status = NoEngine()
    app.state.engine_versions = {}
    app.state.edge_is_being_filled = no_edge
    app.state.edge_listeners = []  # called with each event of the edge; must not block
    app.state.sign_in_limits = SignInLimits()
    app.state.on_close = []  # async functions that close what a feature opened; called when all tasks have ended
    install_features(app)
    install_error_handlers(app)
    app.add_middleware(RequestContext)
    include_routers(app, API_PREFIX)
    return app
