"""Assembles the application from its features."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from linkus import __version__
from linkus.call.live.calls import Calls
from linkus.client_permission.people import PeopleDirectory
from linkus.client_permission.visibility.directory import Visibility
from linkus.engine.image import PROMPTS_IN_IMAGE
from linkus.engine.keys import ensure_keys
from linkus.engine.layout import layout_of
from linkus.engine.plan_text import plan_text
from linkus.engine.recipe import PROMPTS
from linkus.features import all_tasks, include_routers, install_features, load_examples, load_models
from linkus.kit import api_description
from linkus.kit.body_limit import BodyLimitAnswers
from linkus.kit.bus import Bus
from linkus.kit.database import Database
from linkus.kit.error_handlers import install_error_handlers
from linkus.kit.middleware import RequestContext
from linkus.kit.outbox import release_leases
from linkus.kit.secrets import Seal
from linkus.kit.settings import EDGE_CORE_PORT, Settings
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.refusal import RefuseBlockedAddresses
from linkus.presence.service import Presence
from linkus.prompt.files import PromptFiles
from linkus.services import Services
from linkus.session.large_bodies import LargeBodiesNeedSession
from linkus.system.ports import NullEngine, RunningEngine
from linkus.system.storage import StorageWatch
from linkus.trunk.monitor import NullTrunkMonitor
from linkus.voicemail.files import MessageFiles

API_PREFIX = "/api/v1"
MAX_BODY = 1024 * 1024  # an import sets its own limit


def _operation_id(route: APIRoute) -> str:
    """Return the function name, which the generated client uses as its method name."""
    return route.name


def _build_services(settings: Settings, engine: RunningEngine) -> Services:
    keys = ensure_keys(settings.home / "keys")
    layout = layout_of(settings)
    render = functools.partial(plan_text, internal=settings.internal_host, edge_port=EDGE_CORE_PORT)
    database, bus, suspicion = Database(settings.database), Bus(), asyncio.Event()
    presence, people = Presence(bus), PeopleDirectory(database, bus)
    visibility = Visibility(database, bus, people)
    calls = Calls(bus, presence, render, visibility.hides)
    return Services(
        settings=settings,
        database=database,
        bus=bus,
        suspicion=suspicion,
        seal=Seal(keys["seal"].encode()),
        internal_key=keys["internal"],
        sip_key=keys["sip_ephemeral"],
        metrics_key=keys["metrics"],
        lockouts=Lockouts(database),
        presence=presence,
        registrations=presence,
        calls=calls,
        ended_calls=calls.ended,
        people=people,
        visibility=visibility,
        trunk_monitor=NullTrunkMonitor(),
        prompt_files=PromptFiles(PROMPTS / "prompts.json", layout.image / PROMPTS_IN_IMAGE, layout.prompts),
        voicemail_files=MessageFiles(layout.voicemail_box, layout.home / "voicemail"),
        storage=StorageWatch(settings.home, database, suspicion),
        engine_status=engine.status,
        engine_versions=engine.versions,
    )


@contextlib.asynccontextmanager
async def _running(services: Services, *, tasks: bool) -> AsyncIterator[None]:
    """Run the background tasks of the features, and close everything at the end."""
    install_features(services)
    try:
        if tasks:
            await release_leases(services.database)
            for name, task in all_tasks(services):
                services.background.keep(task, name)
        yield
    finally:
        await services.background.close()
        for close in services.on_close:
            await close()
        await services.database.close()


class _LinkusApp(FastAPI):
    _completed: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        """Return the description, completed once. FastAPI keeps the dictionary that it has built."""
        schema = super().openapi()
        if schema is not self._completed:
            api_description.complete(schema, load_examples())
            self._completed = schema
        return schema

    def build_middleware_stack(self) -> ASGIApp:
        return RefuseBlockedAddresses(LargeBodiesNeedSession(BodyLimitAnswers(super().build_middleware_stack())))


def create_app(settings: Settings, *, tasks: bool = True, engine: RunningEngine | None = None) -> FastAPI:
    """Create the API application. Its database must already have its tables.

    Without `tasks` the application only answers requests, and another process must work on the outbox.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = services = _build_services(settings, engine or RunningEngine(NullEngine(), {}))
        async with _running(services, tasks=tasks):
            yield

    load_models()
    app = _LinkusApp(
        title="Linkus Server",
        version=__version__,
        description=api_description.INTRODUCTION,
        openapi_tags=api_description.tags(),
        lifespan=lifespan,
        openapi_url=f"{API_PREFIX}/openapi.json",
        max_body_size=MAX_BODY,
        redirect_slashes=False,  # it would send people to whatever host they name
        docs_url=None,  # FastAPI's docs page loads scripts from a public host
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    install_error_handlers(app)
    app.add_middleware(RequestContext)
    include_routers(app, API_PREFIX)
    return app
