"""Reads the sender's details from a request."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import JSONResponse, StreamingResponse
from starlette.requests import HTTPConnection

from linkus.kit.addresses import networks
from linkus.kit.errors import LinkusError
from linkus.kit.fields import only_printable
from linkus.kit.messages import Language, pick_language
from linkus.kit.origins import forwarded_client
from linkus.kit.services import kit_of
from linkus.kit.settings import LINKUS_PORT

JSON_LINES = "application/x-ndjson"
CSV_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
JSON_LINES_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON_LINES: {"schema": {"type": "string", "format": "binary"}}}}
}
_LOOPBACK = networks(("127.0.0.0/8", "::1/128"))
# at a time: each holds a connection to the database for as long as its reader takes
MAX_DOWNLOADS = 8
_downloads = asyncio.Semaphore(MAX_DOWNLOADS)
MAX_CLIENT_BODY_BYTES = 32 * 1024  # for requests by users and by people who are not signed in
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def client_address(connection: HTTPConnection) -> str:
    """Return the address of the browser or program. X-Forwarded-For is trusted only from nginx on this machine and from
    the operator's proxies."""
    peer = connection.client.host if connection.client else "127.0.0.1"  # a test client, or a Unix socket
    proxies = (*_LOOPBACK, *(kit_of(connection).settings.proxies if "app" in connection.scope else ()))
    client = forwarded_client(peer, connection.headers.get("x-forwarded-for", ""), proxies)
    return client if connection.client or client != peer else ""


def is_at_clients_port(connection: HTTPConnection) -> bool:
    """Return whether the request came to the port of the Linkus service, where no administrator may sign in. nginx says
    so; nobody else reaches its socket."""
    return connection.headers.get("x-forwarded-port") == str(LINKUS_PORT)


def client_user_agent(connection: HTTPConnection) -> str:
    agent = connection.headers.get("user-agent", "")
    return only_printable(agent, 255)


def request_language(connection: HTTPConnection) -> Language:
    return pick_language(connection.headers.get("accept-language"))


def closing_answer(connection: HTTPConnection, error: LinkusError) -> JSONResponse:
    """Return the answer of a middleware that refuses a request unread: the connection ends with it."""
    body = error.body(request_language(connection))
    return JSONResponse(body, error.status_code, headers={"Connection": "close"})


async def _in_turn(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async with _downloads:
        async for piece in pieces:
            yield piece


def csv_answer(pieces: AsyncIterator[bytes], file_name: str) -> StreamingResponse:
    """Return a CSV file as a download. It waits while too many others are read."""
    return _download(pieces, "text/csv; charset=utf-8", file_name)


def json_lines_answer(pieces: AsyncIterator[bytes], file_name: str) -> StreamingResponse:
    """Return a file with one JSON object in each line as a download. It waits while too many others are read."""
    return _download(pieces, JSON_LINES, file_name)


def _download(pieces: AsyncIterator[bytes], media_type: str, file_name: str) -> StreamingResponse:
    return StreamingResponse(
        _in_turn(pieces),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
