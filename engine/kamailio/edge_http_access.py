"""Decides who is let in at the edge's internal HTTP ports. Does not import Kamailio.

Every program and every web page on this machine can reach a loopback port. So each request carries a key that only the
other parts of the installation can read. A request from a web page, which has an Origin, may not control anything.
"""

import hmac
from typing import NamedTuple
from urllib.parse import urlsplit


class Refusal(NamedTuple):
    status: int
    reason: str


FORBIDDEN = Refusal(403, "Forbidden")
UNSUPPORTED = Refusal(415, "Unsupported Media Type")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_valid_key(shown: str | None, key: str) -> bool:
    """Compare in constant time. An empty key never matches."""
    return bool(key) and hmac.compare_digest((shown or "").encode("utf-8", "surrogateescape"), key.encode())


def rpc_refusal(key: str, shown: str | None, origin: str | None, content_type: str | None) -> Refusal | None:
    """Return why a control request is refused, or None. A page needs a preflight for JSON, but not for text/plain."""
    if origin is not None or not is_valid_key(shown, key):
        return FORBIDDEN
    kind = (content_type or "").partition(";")[0].strip().lower()
    return None if kind == "application/json" else UNSUPPORTED


def handshake_refusal(
    key: str, shown: str | None, origin: str | None, host: str | None, own: tuple[str, ...], *, secure: bool
) -> Refusal | None:
    """Return why a WebSocket is refused, or None. Only nginx knows the key. Only web pages send an Origin."""
    if not is_valid_key(shown, key) or (origin is not None and not is_own_origin(origin, host, own, secure=secure)):
        return FORBIDDEN
    return None


def is_own_origin(origin: str, host: str | None, own: tuple[str, ...], *, secure: bool) -> bool:
    """Return whether the Origin is a page of this server, by the rule of `/ws/events` (see linkus/kit/origins.py)."""
    scheme, separator, netloc = origin.partition("://")
    place = _host_and_port(netloc, scheme) if separator else None
    if place is None:
        return False
    if host is not None and (scheme == "https" or not secure) and _host_and_port(host, scheme) == place:
        return True
    return any(
        (known, _host_and_port(name, known)) == (scheme, place)
        for known, _, name in (origin.partition("://") for origin in own)
    )


def _host_and_port(netloc: str, scheme: str) -> tuple[str, int] | None:
    """Return host and port. The port may be the scheme's default."""
    try:
        parts = urlsplit(f"//{netloc}")
        port = parts.port or _DEFAULT_PORTS[scheme]
    except (ValueError, KeyError):
        return None
    is_bare = not (parts.path or parts.query or parts.fragment or "@" in netloc)
    return (parts.hostname, port) if parts.hostname and is_bare else None
