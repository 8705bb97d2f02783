"""The two entrances of the brain: nginx's Unix socket, and the internal port, open to all users of this machine."""

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
    """Restricts the internal port to requests of the other parts, Prometheus and the supervisor.

    Web pages, whose requests carry an Origin, are refused. The client address is that of the connection: forwarding
    headers are removed. With `api` the API is available too, because without the engine there is no nginx in front of
    it.
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
            await send({"type": "websocket.close", "code": 1008})  # closing before accepting becomes an HTTP 403

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
        # An event goes to thousands of connections: compressing it for each takes longer than all the rest. Events are
        # small, and each connection would keep a window of its own.
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        proxy_headers=behind_nginx,
        forwarded_allow_ips="*",  # anybody who can open nginx's socket
        timeout_graceful_shutdown=STOP_SECONDS,
    )


class BrainServer(uvicorn.Server):
    """Runs uvicorn on the internal port and, with the engine, on nginx's socket, where nginx's headers are trusted."""

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
