"""Runs the whole server without nginx: the real brain with its tasks, and the real engine, at their own address."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn

from linkus.app import create_app
from linkus.kit.settings import BRAIN_PORT, EDGE_WS_PORT, SIP_PORT, Settings
from linkus.runtime.migrate import upgrade
from linkus.shared.models.extension import Extension
from linkus.system.ports import RunningEngine
from tests.calls.engine import Engine
from tests.calls.media import Rtp
from tests.calls.sip import Agent
from tests.calls.transports import Udp, WebSocket
from tests.support.api import Server

HOST = os.environ.get("LINKUS_TEST_WHOLE_HOST", "127.0.0.42")
PASSWORD = "Desk-phone-7"
WAIT, START_SECONDS = 30.0, 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass
class Whole:
    """Brain and engine, and short cuts into them."""

    engine: Engine
    settings: Settings
    server: Server = field(init=False)
    boss: httpx.AsyncClient = field(init=False)
    agents: list[Agent] = field(default_factory=list)
    sources: list[Rtp] = field(default_factory=list)
    _running: uvicorn.Server | None = None
    _task: asyncio.Task[None] | None = None

    async def start_brain(self) -> None:
        app = create_app(self.settings, engine=RunningEngine(self.engine.status, {}))
        self.server = Server(app)
        config = uvicorn.Config(
            app,
            host=HOST,
            port=BRAIN_PORT,
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._running = uvicorn.Server(config)
        self._task = asyncio.create_task(self._running.serve())
        async with asyncio.timeout(START_SECONDS):
            while not self._running.started:
                await asyncio.sleep(0.02)

    async def warm_up(self) -> None:
        """Make a first plan. The core waits a second for a plan, and a brain's first takes longer on a busy machine."""
        url = f"http://{HOST}:{BRAIN_PORT}/internal/calls/plan"
        key = {"X-Linkus-Key": self.engine.keys["internal"]}
        async with httpx.AsyncClient(trust_env=False, timeout=30) as core:
            answer = await core.get(url, params={"from": "1", "kind": "web", "to": "2"}, headers=key)
        assert answer.status_code == 200, answer.text

    async def stop_brain(self) -> None:
        assert self._running is not None
        assert self._task is not None
        self._running.should_exit = True
        await self._task

    async def extension(self, number: str, **values: Any) -> dict[str, Any]:
        body = {"number": number, "registration_name": f"reg{number}", "registration_password": PASSWORD}
        answer = await self.boss.post("/api/v1/admin/extensions", json={**body, "linkus_enabled": True, **values})
        assert answer.status_code == 201, answer.text
        extension: dict[str, Any] = answer.json()
        return extension

    async def record(self, extension_id: int) -> Extension:
        """Return the extension from the database, to sign in as its user."""
        async with self.server.database.transaction(write=False) as db:
            return await db.get_one(Extension, extension_id)

    async def shown(self, number: str) -> dict[str, Any]:
        """Return the extension from the portal's list."""
        items = (await self.boss.get("/api/v1/admin/extensions", params={"search": number})).json()["items"]
        [item] = [item for item in items if item["number"] == number]
        result: dict[str, Any] = item
        return result

    async def phone(self, number: str) -> Agent:
        """Return the registered desk phone of an extension, once the brain has sent it to the edge."""
        agent = Agent(await Udp.open(HOST, (HOST, SIP_PORT)), f"{number}.phone", f"reg{number}", PASSWORD)
        self.agents.append(agent)
        async with asyncio.timeout(WAIT):
            while (await agent.register()).status != 200:
                await asyncio.sleep(0.1)
        await self.until(lambda: self.server.services.presence.online(number).phone)
        return agent

    async def client(self, number: str, browser: httpx.AsyncClient) -> Agent:
        """Return an unregistered web client with the SIP credential from the API."""
        answer = await browser.post("/api/v1/client/sip-credential")
        assert answer.status_code == 201, answer.text
        credential = answer.json()
        transport = await WebSocket.open(f"ws://{HOST}:{EDGE_WS_PORT}/ws/sip", self.engine.keys["proxy"])
        agent = Agent(transport, f"{number}.web", credential["username"], credential["password"])
        self.agents.append(agent)
        return agent

    async def media(self) -> Rtp:
        self.sources.append(await Rtp.open(HOST))
        return self.sources[-1]

    async def until(self, true: Callable[[], Any], seconds: float = WAIT) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.05)

    async def records(self, count: int) -> list[dict[str, Any]]:
        """Return the call records, newest first, once there are `count`."""
        async with asyncio.timeout(WAIT):
            while True:
                items = (await self.boss.get("/api/v1/admin/call-records")).json()["items"]
                if len(items) >= count:
                    return list(items)
                await asyncio.sleep(0.05)

    async def clean(self) -> None:
        for agent in self.agents:
            await agent.close()
        for source in self.sources:
            source.close()
        await asyncio.wait_for(self.engine.core.wait_connected(), 60)  # a test may have just killed the core
        for channel in await self.engine.core.channels():
            await self.engine.core.hangup(channel.name)
        self.agents.clear()
        self.sources.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    home = tmp_path_factory.mktemp("whole") / "home"
    engine = Engine(home, HOST, internal=HOST)
    settings = Settings(home=home, host=HOST, engine="on")
    upgrade(settings)
    whole = Whole(engine, settings)
    try:
        await engine.start()
        await whole.start_brain()
        await whole.warm_up()
        yield whole
        await whole.stop_brain()
    finally:
        await engine.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def whole(running: Whole) -> AsyncIterator[Whole]:
    running.boss = await running.server.sign_in(await running.server.make_administrator())
    yield running
    try:
        await _settle(running)
    finally:  # otherwise a test that leaves something behind breaks all that follow
        await _empty(running.server)


async def _settle(running: Whole) -> None:
    """Wait until the tasks have finished their work, because the tables are emptied next."""
    await running.clean()
    services = running.server.services
    for aor in [f"{number}.phone" for number in services.presence.numbers()]:
        await running.engine.edge.deregister_phone(aor)
        services.presence.registry.forget(aor)
    await running.until(lambda: not services.calls.tracker.calls() and services.calls.ended.empty())
    # The edge compares the whole seconds of a credential and of its revocation. The next test has the same numbers.
    await asyncio.sleep(1.3 - time.time() % 1)


async def _empty(server: Server) -> None:
    from sqlalchemy import text

    from linkus.kit.database import Base

    async with server.database.transaction() as db:
        for table in reversed(Base.metadata.sorted_tables):
            await db.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608 - names of our own tables
    for client in server.clients:
        await client.aclose()
    server.clients.clear()
