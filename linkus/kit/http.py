"""What a request says about who sent it."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection

from linkus.kit.messages import Language, pick_language

CSV_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def client_address(connection: HTTPConnection) -> str:
    """The address of the browser or program. Only the nginx of this machine is believed about it."""
    peer = connection.client.host if connection.client else ""
    told = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if told and (not peer or is_loopback(peer)):
        try:
            return str(ipaddress.ip_address(told))
        except ValueError:
            return peer
    return peer


def client_user_agent(connection: HTTPConnection) -> str:
    agent = connection.headers.get("user-agent", "")
    return "".join(c for c in agent if c.isprintable())[:255]


def is_own_origin(connection: HTTPConnection, origin: str, own: tuple[str, ...] = ()) -> bool:
    """Whether a page of this server sent the request: a browser lets no page choose Origin or Host."""
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(netloc) and (netloc == connection.headers.get("host") or origin in own)


def request_language(request: Request) -> Language:
    return pick_language(request.headers.get("accept-language"))


def csv_answer(pieces: AsyncIterator[bytes], file_name: str) -> StreamingResponse:
    """A file to be saved."""
    return StreamingResponse(
        pieces,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
