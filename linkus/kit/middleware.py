"""Gives every request an id, a log line, a timing metric and an actor."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from prometheus_client import Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linkus.kit.actor import WAY_HEADER, Actor, ActorKind, acting, change_way
from linkus.kit.http import client_address

log = structlog.get_logger("http")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SECONDS = Histogram(
    "linkus_http_request_seconds",
    "Time of HTTP requests",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestContext:
    """Takes the request id from nginx or creates one, and adds it to the response and to every log line of the
    request. Begins each request on behalf of a visitor, until a session says who it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        client_id = connection.headers.get("x-request-id", "")
        request_id = client_id if _CLIENT_ID.fullmatch(client_id) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        way = change_way(connection.headers.get(WAY_HEADER))
        visitor = Actor(ActorKind.VISITOR, address=client_address(connection), way=way)
        with structlog.contextvars.bound_contextvars(request_id=request_id), acting(visitor):
            if scope["type"] == "http":
                await self._http(scope, receive, send, request_id)
            else:
                await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("Cache-Control", "no-store")  # responses hold personal data
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            _SECONDS.labels(method, route, str(status)).observe(seconds)
            log.info("request", method=method, path=scope["path"], status=status, ms=round(seconds * 1000, 1))
