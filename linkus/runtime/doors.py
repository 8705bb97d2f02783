"""The two ways into the brain: the Unix socket of nginx, and the internal port, which all of this machine can reach."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from linkus.engine.private_socket import listen_privately
from linkus.gateway.connection import MAX_FRAME_BYTES
from linkus.kit.settings import BRAIN_PORT

STOP_SECONDS = 3
INTERNAL_PATHS = ("/internal", "/metrics", "/healthz", "/readyz")
_FORWARDED = (b"x-forwarded-", b"x-real-ip", b"forwarded")


class InternalPort:
    """What is asked at the internal port: only what the other parts, Prometheus and the supervisor ask for.

    A web page, whose requests carry an Origin, gets nothing there. Who asks is who connects: nobody is believed about
    another address. With `api`, as without the engine, where no nginx stands before it, the API is there as well.
    """

    def __init__(self, app: ASGIApp, *, api: bool) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(_FORWARDED)]
            await self._app({**scope, "headers": headers}, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse("", refusal)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: an HTTP 403

    def _refusal(self, scope: Scope) -> int | None:
        path: str = scope["path"]
        internal = any(path == each or path.startswith(f"{each}/") for each in INTERNAL_PATHS)
        if not internal:
            return None if self._api else 404
        return 403 if "origin" in Headers(scope=scope) else None


def configure(app: ASGIApp, host: str, *, behind_nginx: bool) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=BRAIN_PORT,
        http=HttpToolsProtocol,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        log_config=None,
        access_log=False,
        proxy_headers=behind_nginx,
        forwarded_allow_ips="*",  # whoever can open nginx's socket
        timeout_graceful_shutdown=STOP_SECONDS,
    )


class BrainServer(uvicorn.Server):
    """uvicorn at the internal port and, with the engine, at nginx's socket, where what nginx says is believed."""

    def __init__(self, app: ASGIApp, host: str, nginx: Path | None) -> None:
        super().__init__(configure(InternalPort(app, api=nginx is None), host, behind_nginx=False))
        self._nginx = nginx
        self._behind_nginx = configure(app, host, behind_nginx=True)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._nginx is None or not self.started:
            return
        config = self._behind_nginx
        config.load()

        def protocol() -> HttpToolsProtocol:
            return HttpToolsProtocol(config, self.server_state, self.lifespan.state)

        loop = asyncio.get_running_loop()
        self.servers.append(await loop.create_unix_server(protocol, sock=listen_privately(self._nginx)))
