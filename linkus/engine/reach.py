"""The instance's addresses as rtpengine and the edge are given them (engine/kamailio/edge_addresses.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from linkus.engine.layout import Layout
from linkus.kit.addresses import Addresses, Endpoint, family, is_loopback, networks, split
from linkus.kit.interfaces import default_gateways

# Logical interfaces of rtpengine. `local`: the same addresses without the NAT's; `both`: for ICE, which finds out.
PUBLIC, LOCAL, BOTH, INTERNAL = "public", "local", "both", "internal"

_PRIVATE = networks(
    ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")
)


def is_on_one_address(addresses: Addresses, internal: str) -> bool:
    """An instance that listens on its internal address only has one interface."""
    return addresses.endpoints == (Endpoint(internal, internal),)


def interface_names(addresses: Addresses, internal: str) -> list[tuple[Endpoint, str]]:
    """Return rtpengine's name of each endpoint; the main ones share a name, one for each family."""
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
    """Return our address on this machine and the one that a peer is told: the edge's own rule (edge_addresses.py), for
    what the brain writes of a provider. Whoever shares our private network is not sent through the NAT."""
    endpoint = addresses.of_family(family(peer)) or addresses.main[0]
    inside = networks(local_networks) or (() if peer in gateways else _PRIVATE)
    if endpoint.is_behind_nat and any(ip_address(peer) in network for network in inside):
        return Endpoint(endpoint.local, endpoint.local)
    return endpoint


def told_by(layout: Layout) -> Callable[[str], Endpoint]:
    """Return `told_to` of this instance, with the machine as it is now."""
    addresses, gateways, local_networks = layout.addresses, default_gateways(), split(layout.local_networks)
    return lambda peer: told_to(peer, addresses, gateways, local_networks)


def edge_addresses(layout: Layout) -> dict[str, Any]:
    """Return what the edge must know to tell each peer the right address."""
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
