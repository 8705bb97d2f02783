"""The addresses of an instance in the form for rtpengine and the edge (engine/kamailio/edge_addresses.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from linkus.engine.layout import Layout
from linkus.kit.addresses import Addresses, Endpoint, family, is_loopback, networks, split
from linkus.kit.interfaces import default_gateways

# Logical interfaces of rtpengine. `local`: the addresses without NAT; `both`: with and without NAT, for ICE to choose.
PUBLIC, LOCAL, BOTH, INTERNAL = "public", "local", "both", "internal"

_PRIVATE = networks(
    ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")
)


def is_on_one_address(addresses: Addresses, internal: str) -> bool:
    """Return whether the instance listens on its internal address only, and thus has one interface."""
    return addresses.endpoints == (Endpoint(internal, internal),)


def interface_names(addresses: Addresses, internal: str) -> list[tuple[Endpoint, str]]:
    """Return rtpengine's name of each endpoint. The main ones, one of each family, share a name."""
    main = addresses.main
    return [
        (each, PUBLIC if each in main else INTERNAL if each.local == internal else f"at-{number}")
        for number, each in enumerate(addresses.endpoints)
    ]


def media_interfaces(addresses: Addresses, internal: str) -> str:
    """Return rtpengine's setting `interface`."""
    if is_on_one_address(addresses, internal):
        return internal
    named = interface_names(addresses, internal)
    listed = [(name, each) for each, name in named if name != INTERNAL]
    if any(each.is_behind_nat for each in addresses.main):
        own = [Endpoint(each.local, each.local) for each in addresses.main]
        listed += [(LOCAL, each) for each in own]
        listed += [(BOTH, each) for each in dict.fromkeys([*addresses.main, *own])]
    listed.append((INTERNAL, Endpoint(internal, internal)))
    return ";".join(f"{name}/{each.local}" + (f"!{each.public}" if each.is_behind_nat else "") for name, each in listed)


def told_to(peer: str, addresses: Addresses, gateways: Iterable[str], local_networks: Iterable[str]) -> Endpoint:
    """Return our address on this machine, and the one to advertise to a peer. This repeats the edge's rule
    (edge_addresses.py) for providers, whose entries the brain writes. A peer in our private network bypasses the
    NAT."""
    endpoint = addresses.of_family(family(peer)) or addresses.main[0]
    inside = networks(local_networks) or (() if peer in gateways else _PRIVATE)
    if endpoint.is_behind_nat and any(ip_address(peer) in network for network in inside):
        return Endpoint(endpoint.local, endpoint.local)
    return endpoint


def told_by(layout: Layout) -> Callable[[str], Endpoint]:
    """Return `told_to` of this instance, for the present network configuration."""
    addresses, gateways, local_networks = layout.addresses, default_gateways(), split(layout.local_networks)
    return lambda peer: told_to(peer, addresses, gateways, local_networks)


def edge_addresses(layout: Layout) -> dict[str, Any]:
    """Return the settings with which the edge advertises the right address to each peer."""
    addresses, internal = layout.addresses, layout.internal
    is_behind_nat = any(each.is_behind_nat for each in addresses.main)
    named = interface_names(addresses, internal)
    named.sort(key=lambda pair: is_loopback(pair[0].local))
    return {
        "endpoints": [{"local": each.local, "public": each.public, "interface": name} for each, name in named],
        "browser_interface": BOTH if is_behind_nat else PUBLIC,
        "local_interface": LOCAL if is_behind_nat else PUBLIC,
        "gateways": list(default_gateways()),
        "local_networks": split(layout.local_networks),
        "two_interfaces": not is_on_one_address(addresses, internal),
    }
