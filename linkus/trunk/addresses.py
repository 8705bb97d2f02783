"""Addresses of trunks. Providers' names are resolved here, because the edge queries no name server."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
from ipaddress import ip_address

from linkus.kit.addresses import in_url, without_brackets
from linkus.kit.waiting import wait_with_timeout
from linkus.trunk.models import Trunk

LOOKUP_TIMEOUT_SECONDS = 5.0
DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}


async def addresses_of(host: str, *, versions: tuple[int, ...]) -> tuple[str, ...]:
    """Return all addresses of a host in the given IP versions, IPv4 first, as the edge compares them (RFC 5952). Return
    nothing if there is none."""
    bare = without_brackets(host)
    try:
        address = ip_address(bare)
        return (str(address),) if address.version in versions else ()
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        answers = await wait_with_timeout(loop.getaddrinfo(bare, None, type=socket.SOCK_DGRAM), LOOKUP_TIMEOUT_SECONDS)
    except (OSError, TimeoutError, UnicodeError):
        return ()
    addresses = {ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers}
    # name servers shuffle their answers; a new order must not look like a change
    usable = sorted(
        (address for address in addresses if address.version in versions),
        key=lambda address: (address.version, address),
    )
    return tuple(map(str, usable))


def domain_of(trunk: Trunk) -> str:
    """Return the domain of our address at the provider, with a port only if it is not the usual one."""
    if trunk.domain:
        return trunk.domain
    host = in_url(trunk.host)
    return host if trunk.port == DEFAULT_PORTS[trunk.transport] else f"{host}:{trunk.port}"


def contact_of(trunk: Trunk, key: str) -> str:
    """Return the user part of our contact at the provider. Nobody else can guess it, so a call to it comes from the
    provider. It stays the same after restarts, so that an earlier registration still leads here."""
    what = f"trunk:{trunk.id}:{trunk.created_at.isoformat()}"
    return hmac.new(key.encode(), what.encode(), hashlib.sha256).hexdigest()[:32]
