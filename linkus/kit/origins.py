"""Rules that tell whether a page of this server sent a request, and which client address a proxy reports. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from linkus.kit.addresses import Network

_DEFAULT_PORTS = {"http": 80, "https": 443}


def _place(netloc: str, scheme: str) -> tuple[str, int] | None:
    """Return host and port of a Host header or an origin. The port defaults to that of the scheme."""
    try:
        parts = urlsplit(f"//{netloc}")
        port = parts.port or _DEFAULT_PORTS[scheme]
    except (ValueError, KeyError):
        return None
    is_bare = not (parts.path or parts.query or parts.fragment or "@" in netloc)
    return (parts.hostname, port) if parts.hostname and is_bare else None


def is_own_origin(origin: str, host: str | None, own: Collection[str], *, secure: bool = False) -> bool:
    """Return whether a page of this server sent the request. A browser lets no page choose `Origin` or `Host`.

    `host` is the Host that the browser sent, and `secure` tells whether the browser used HTTPS (as nginx or a trusted
    proxy reports). `own` are the configured origins of this server. A default port matches its explicit form (RFC 6454
    4). With `secure`, an `http:` origin does not match `host`, because anybody on the network path can forge plain HTTP
    pages.
    """
    scheme, separator, netloc = origin.partition("://")
    place = _place(netloc, scheme) if separator else None
    if place is None:
        return False
    is_trustworthy = scheme == "https" or not secure
    if host is not None and is_trustworthy and _place(host, scheme) == place:
        return True
    return any(_split_origin(own_origin) == (scheme, place) for own_origin in own)


def _split_origin(origin: str) -> tuple[str, tuple[str, int] | None]:
    scheme, _, netloc = origin.partition("://")
    return scheme, _place(netloc, scheme)


def forwarded_client(peer: str, forwarded_for: str, proxies: Sequence[Network]) -> str:
    """Return the client's address: the rightmost address of X-Forwarded-For that is not a trusted proxy. Anybody could
    have written the addresses left of it. Without a trusted peer, return the peer."""
    client = peer
    if not forwarded_for:  # nobody has forwarded it, as with every request of the core
        return client
    for forwarded in reversed([item.strip() for item in forwarded_for.split(",")]):
        if not _is_in(client, proxies):
            break
        try:
            client = str(ip_address(forwarded))
        except ValueError:
            break
    return client


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
