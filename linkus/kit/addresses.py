"""Rules for IP addresses of this machine: where to listen, and which address to advertise."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from linkus.kit.interfaces import OwnAddress, own_addresses

Network = IPv4Network | IPv6Network
ALL_IPV4, ALL = "0.0.0.0", "::"  # noqa: S104 values of LINKUS_HOST


def split(value: str) -> list[str]:
    """Return the items of a comma-separated setting."""
    return [item for item in (item.strip() for item in value.split(",")) if item]


def is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def is_network(value: str) -> bool:
    """Return whether `value` is an address or a network such as 192.168.0.0/16."""
    try:
        ip_network(value)
    except ValueError:
        return False
    return True


def family(address: str) -> int:
    """Return 4 or 6."""
    return ip_address(address).version


def is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback


def is_link_local(host: str) -> bool:
    """Return whether `host` is a link-local address. Such an address is valid on one link only and needs a zone (RFC
    4007)."""
    return ip_address(host).is_link_local


def is_wildcard(host: str) -> bool:
    return ip_address(host).is_unspecified


def outgoing_address(host: str) -> str:
    """Return the source address for outgoing traffic. Connecting a UDP socket sends nothing; 192.0.2.1 is a
    documentation address (RFC 5737)."""
    ipv6 = ip_address(host).version == 6
    family, target = (socket.AF_INET6, "2001:db8::1") if ipv6 else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            return str(probe.getsockname()[0])
    except OSError:  # no route, or this machine does not support the family
        return "::1" if ipv6 else "127.0.0.1"


def in_url(host: str) -> str:
    """Return `host` as written in a URL: an IPv6 address in brackets (RFC 3986, 3.2.2), which it may have already."""
    bare = without_brackets(host)
    return f"[{bare}]" if ":" in bare else host


def without_brackets(host: str) -> str:
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def hosts_of(host: str) -> tuple[str, ...]:
    """Return the addresses of LINKUS_HOST in canonical form, so that they can be compared."""
    return tuple("127.0.0.1" if name == "localhost" else str(ip_address(name)) for name in split(host))


class Endpoint(NamedTuple):
    """Pairs an address of this machine for SIP and media with the address to advertise for it. The two differ behind
    1:1 NAT, where the router forwards the public address to the local one."""

    local: str
    public: str

    @property
    def is_behind_nat(self) -> bool:
        return self.public != self.local


@dataclass(frozen=True, slots=True)
class Addresses:
    """Holds the addresses on which an instance listens and those that it advertises."""

    listen: tuple[str, ...]  # for web pages; `0.0.0.0` and `::` mean all addresses of their family
    endpoints: tuple[Endpoint, ...]  # for SIP and media; the main one of each family first, loopback last

    @property
    def main(self) -> tuple[Endpoint, ...]:
        """Return the default endpoint of each family, IPv4 first. Peers that have not chosen an endpoint get this
        one."""
        outside = [endpoint for endpoint in self.endpoints if not is_loopback(endpoint.local)] or list(self.endpoints)
        firsts = (
            next((endpoint for endpoint in outside if family(endpoint.local) == version), None) for version in (4, 6)
        )
        return tuple(endpoint for endpoint in firsts if endpoint is not None)

    @property
    def advertised(self) -> str:
        """Return the address for links, and for every place that holds only one address."""
        return self.main[0].public

    def of_family(self, version: int) -> Endpoint | None:
        return next((endpoint for endpoint in self.main if family(endpoint.local) == version), None)


def arrange(
    hosts: Sequence[str], public: Iterable[str], own: Iterable[OwnAddress], outgoing: Callable[[str], str]
) -> Addresses:
    """Return the addresses to listen on and to advertise, given LINKUS_HOST, LINKUS_PUBLIC_ADDRESS and the machine's
    addresses `own`. SIP and media bind to single addresses, so that a reply leaves from the address that got the
    request."""
    own = list(own)
    listen: list[str] = []
    local: list[str] = []
    for host in hosts:
        if not is_wildcard(host):
            listen.append(host)
            local.append(host)
            continue
        for everything in (ALL_IPV4, ALL) if host == ALL else (ALL_IPV4,):
            of_family = [interface for interface in own if family(interface.address) == family(everything)]
            if of_family or everything == ALL_IPV4:
                listen.append(everything)
                local += _all_of_family(everything, of_family, outgoing(everything))
    local = list(dict.fromkeys(local))
    advertised: dict[str, str] = {}
    for address in public:
        same_family = [own_address for own_address in local if family(own_address) == family(address)]
        outside = [own_address for own_address in same_family if not is_loopback(own_address)] or same_family
        if address in local:  # an address of this machine: no NAT, but advertise this one
            local.remove(address)
            local.insert(0, address)
        elif outside:
            advertised[outside[0]] = address
    local.sort(key=is_loopback)
    endpoints = tuple(Endpoint(address, advertised.get(address, address)) for address in local)
    return Addresses(tuple(dict.fromkeys(listen)), endpoints)


def _all_of_family(everything: str, own: list[OwnAddress], outgoing: str) -> list[str]:
    """Return the address for outgoing traffic first, then the other reachable addresses, then the IPv4 loopback."""
    first = [] if is_loopback(outgoing) else [outgoing]
    loopback = ["127.0.0.1"] if everything == ALL_IPV4 else []
    return [
        *first,
        *(own_address.address for own_address in own if own_address.is_reachable and own_address.address not in first),
        *loopback,
    ]


def addresses_of(host: str, public: str = "") -> Addresses:
    """Return the addresses for these settings, given the present network interfaces."""
    hosts = hosts_of(host)
    own = own_addresses() if any(map(is_wildcard, hosts)) else ()
    return arrange(hosts, hosts_of(public), own, outgoing_address)


def networks(values: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(value) for value in values)


def network_of(address: str) -> str:
    """Return the network that one sender can freely choose addresses from: for IPv6 the network of 64 bits (RFC
    6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return found.ipv4_mapped.compressed if found.ipv4_mapped else str(ip_network((int(found), 64), strict=False))
