"""Refuses every request from an address that is blocked for good, before anything else reads it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from linkus.kit.addresses import network_of
from linkus.kit.errors import Forbidden
from linkus.kit.http import client_address, closing_answer


class RefusedNetworks:
    """Keeps in memory the networks that are blocked for good, as /32 addresses and /64 networks."""

    def __init__(self) -> None:
        self._networks: frozenset[str] = frozenset()

    def replace(self, networks: Iterable[str]) -> None:
        self._networks = frozenset(networks)

    def refuse(self, connection: HTTPConnection) -> bool:
        """Return whether a request or a WebSocket comes from one of them. Without any, it costs nothing."""
        return bool(self._networks) and network_of(client_address(connection)) in self._networks


class RefuseBlockedAddresses:
    """Answers 403 `address_blocked`, and opens no WebSocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            connection = HTTPConnection(scope)
            refused: RefusedNetworks = connection.app.state.services.refused_networks
            if refused.refuse(connection):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                else:
                    await closing_answer(connection, Forbidden("address_blocked"))(scope, receive, send)
                return
        await self._app(scope, receive, send)
