"""Fixtures that API tests share. Each test with `server` runs twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import structlog
from hypothesis import settings

from linkus.app import create_app
from linkus.kit.settings import Settings
from linkus.runtime.migrate import upgrade
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import Server
from tests.support.postgres import create_database, temporary_cluster

DATABASES = ("sqlite", "postgresql")
ON_ALL_DATABASES = "LINKUS_ALL_DATABASES" in os.environ
# the time of an example depends on the machine, which several runs share
settings.register_profile("linkus", deadline=None)
settings.load_profile("linkus")
# plain lines: the default shows tracebacks with every local variable, which takes seconds
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ]
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the application and its connections in one event loop for the whole run. Start slow tests first."""
    if not ON_ALL_DATABASES:
        items[:] = [item for item in items if _is_wanted(item)]
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and callspec.params.get("database_url") == "postgresql":
            item.add_marker(pytest.mark.postgresql)
        function = getattr(item, "function", None)
        if "database_url" in getattr(item, "fixturenames", ()) and inspect.iscoroutinefunction(function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _is_wanted(item: pytest.Item) -> bool:
    """Return whether a test runs on the database in its parameters."""
    marker = item.get_closest_marker("only_on")
    callspec = getattr(item, "callspec", None)
    database = None if callspec is None else callspec.params.get("database_url")
    return marker is None or database in (None, *marker.args)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the engines of this process say to the report of a failed test: often a part is the cause."""
    report = yield
    if report.failed and (module := sys.modules.get("tests.calls.engine")):
        report.sections += [(f"engine at {engine.host}", engine.describe()) for engine in module.Engine.running]
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with temporary_cluster() as folder:
        yield folder


@pytest.fixture(scope="session", params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an empty database with all its tables, created by the migrations."""
    home: Path = tmp_path_factory.mktemp(f"home-{request.param}")
    if request.param == "sqlite":
        url = f"sqlite:///{home / 'linkus.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), "linkus")
    upgrade(Settings(home=home, database_url=url, engine="off"))
    return url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=database_url, engine="off")
    app = create_app(settings, tasks=False)
    async with app.router.lifespan_context(app):
        yield Server(app)


@pytest_asyncio.fixture(loop_scope="session")
async def server(running_server: Server) -> AsyncIterator[Server]:
    yield running_server
    await running_server.clean()


@pytest.fixture
def anonymous(server: Server) -> httpx.AsyncClient:
    """Return a browser in which nobody is signed in."""
    return server.browser()


@pytest_asyncio.fixture(loop_scope="session")
async def administrator(server: Server) -> Administrator:
    return await server.make_administrator()


@pytest_asyncio.fixture(loop_scope="session")
async def admin(server: Server, administrator: Administrator) -> httpx.AsyncClient:
    """Return the administrator's browser."""
    return await server.sign_in(administrator)


@pytest_asyncio.fixture(loop_scope="session")
async def extension(server: Server) -> Extension:
    return await server.make_extension("1001", first_name="伟", last_name="张", email="zhang.wei@example.cn")


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: Server, extension: Extension) -> httpx.AsyncClient:
    """Return the browser of extension 1001, in which the web client is signed in."""
    return await server.sign_in(extension)
