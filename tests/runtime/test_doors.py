"""The brain's two entrances: nginx is trusted, and the internal port serves only the other parts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import unix_connect

from linkus.kit.http import client_address
from linkus.kit.settings import BRAIN_PORT, Settings
from linkus.runtime.doors import INTERNAL_PATHS, BrainServer
from tests.runtime.conftest import HOST

HERE = "127.0.0.1"  # the source of a connection to another loopback address
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}


async def who(request: Request) -> PlainTextResponse:
    return PlainTextResponse(client_address(request))


@contextlib.asynccontextmanager
async def serving(nginx: Path | None, app: Starlette | None = None) -> AsyncIterator[httpx.AsyncClient]:
    app = app or Starlette(routes=[Route("/{path:path}", who)])
    app.state.services = SimpleNamespace(settings=Settings())
    server = BrainServer(app, HOST, nginx)
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started or (nginx and not nginx.exists()):
                await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{BRAIN_PORT}", trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        await running


def through(nginx: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="http://brain", transport=httpx.AsyncHTTPTransport(uds=str(nginx)))


async def test_nginx_is_believed(tmp_path: Path) -> None:
    nginx = tmp_path / "brain.sock"
    async with serving(nginx), through(nginx) as client:
        assert (await client.get("/api/v1/x", headers={**FORGED, "Origin": "http://a.example"})).text == "203.0.113.9"
        assert (await client.get("/api/v1/x")).text == ""


async def test_nobody_else_is(tmp_path: Path) -> None:
    async with serving(tmp_path / "brain.sock") as client:
        for path in ("/internal/x", "/metrics", "/healthz"):
            answer = await client.get(path, headers=FORGED)
            assert (answer.status_code, answer.text) == (200, HERE)


async def test_the_internal_port_has_no_api(tmp_path: Path) -> None:
    async with serving(tmp_path / "brain.sock") as client:
        for path in ("/api/v1/system/info", "/", "/internalx", "/metrics2", "//internal/x"):
            assert (await client.get(path)).status_code == 404, path


@pytest.mark.parametrize("origin", [f"http://{HOST}:8088", f"http://{HOST}:{BRAIN_PORT}", "null", "https://x.example"])
@pytest.mark.parametrize("path", INTERNAL_PATHS)
async def test_no_web_page_is_answered(path: str, origin: str, tmp_path: Path) -> None:
    async with serving(tmp_path / "brain.sock") as client:
        for method in ("GET", "POST", "OPTIONS"):
            answer = await client.request(method, path, headers={"Origin": origin})
            assert (answer.status_code, answer.text) == (403, "")


async def test_without_the_engine_the_api_is_there(tmp_path: Path) -> None:
    async with serving(None) as client:
        answer = await client.get("/api/v1/x", headers={**FORGED, "Origin": "http://a.example"})
        assert (answer.status_code, answer.text) == (200, HERE)
        assert (await client.get("/internal/x", headers={"Origin": "http://a.example"})).status_code == 403


async def test_events_are_not_compressed_for_each_connection(tmp_path: Path) -> None:
    """Compressing one event for thousands of connections takes longer than sending it to them."""

    async def hello(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    app = Starlette(routes=[WebSocketRoute("/ws/events", hello)])
    nginx = tmp_path / "brain.sock"
    async with (
        serving(nginx, app),
        unix_connect(str(nginx), "ws://brain/ws/events", compression="deflate") as connection,
    ):
        assert await connection.recv() == "hello"
        assert connection.protocol.extensions == []
