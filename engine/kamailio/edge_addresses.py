"""Chooses the address of ours that each peer is given. Does not import Kamailio.

Behind 1:1 NAT the outside knows another address than this machine has. A peer on our side of the NAT gets the
machine's own address, because few routers pass the public address back in (hairpin, RFC 4787 6). A machine with
several addresses gives each peer the one that this peer uses.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

# RFC 1918, RFC 3927, RFC 4193, RFC 4291 2.5.6: addresses that cannot come from beyond the private network.
# 100.64.0.0/10 (RFC 6598) belongs to a carrier, on the other side of our NAT.
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")


class OwnAddress(NamedTuple):
    """Our address as one peer sees it."""

    local: str  # our address on this machine
    address: str  # the address given to the peer, in SIP and SDP
    interface: str  # its name in rtpengine


def canonical(address: str | None) -> str:
    """Return the address in canonical form: Kamailio writes IPv6 in capitals and without `::` (RFC 5952)."""
    bare = (address or "").strip("[]")
    if ":" not in bare:
        return bare
    try:
        return str(ip_address(bare))
    except ValueError:
        return bare


def site_of(address: str) -> str:
    """Return the unit that budgets count as one sender: for IPv6 the /64, whose addresses one machine can all use."""
    if ":" not in address:
        return address
    try:
        return str(ip_network((address, 64), strict=False))
    except ValueError:
        return address


def bracketed(address: str) -> str:
    """Return the address as a SIP URI contains it (RFC 3261 19.1.1)."""
    return f"[{address}]" if ":" in address else address


def host_of(uri: str | None) -> str:
    """Return the address in a SIP URI or socket (`udp:[::1]:5060`). Return "" for a name, which is in no table."""
    rest = re.split("[;?]", (uri or "").partition(":")[2])[0].rpartition("@")[2]
    if rest.startswith("["):
        rest = rest[1:].partition("]")[0]
    elif rest.count(":") == 1:
        rest = rest.partition(":")[0]
    return canonical(rest) if _parse(rest) else ""


def host_in_via(via: str | None) -> str:
    """Return where an answer with this Via goes: the address that the request came from (RFC 3581 4)."""
    sent_by = (via or "").partition(",")[0].partition(";")
    received = re.search(r";\s*received\s*=\s*([0-9A-Fa-f:.\[\]]+)", sent_by[1] + sent_by[2], re.IGNORECASE)
    words = sent_by[0].split()
    return host_of(f"sip:{received[1] if received else words[-1] if words else ''}")


def family(address: str) -> str:
    """Return the family as rtpengine's flag `address-family` names it."""
    return "IP6" if ":" in address else "IP4"


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


class Addresses:
    """Holds the instance's addresses; `parameters` is edge.json."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.endpoints = [
            OwnAddress(endpoint["local"], endpoint["public"], endpoint["interface"])
            for endpoint in parameters["endpoints"]
        ]
        self.browser_interface: str = parameters["browser_interface"]
        self.local_interface: str = parameters["local_interface"]
        self._local_networks = [ip_network(network) for network in parameters["local_networks"]]
        self._private = [ip_network(network) for network in PRIVATE]
        self._gateways = frozenset(parameters["gateways"])

    def is_inside(self, peer: str) -> bool:
        """Return whether this peer shares our private network. The default router's address does not count: it stands
        for hosts behind NAT, which may be anywhere."""
        address = _parse(peer)
        if address is None:
            return False
        if self._local_networks:
            return any(address in network for network in self._local_networks)
        return peer not in self._gateways and any(address in network for network in self._private)

    def own_address_for(self, peer: str, own: str = "") -> OwnAddress:
        """Return our address for this peer. `own` is the address of ours that the peer uses, if known."""
        endpoint = self._endpoint(peer, own)
        if endpoint.address != endpoint.local and self.is_inside(peer):
            return OwnAddress(endpoint.local, endpoint.local, self.local_interface)
        return endpoint

    def _endpoint(self, peer: str, own: str) -> OwnAddress:
        for endpoint in self.endpoints:
            if endpoint.local == own:
                return endpoint
        peer_family = family(peer)
        return next(
            (endpoint for endpoint in self.endpoints if family(endpoint.local) == peer_family), self.endpoints[0]
        )

    def is_advertised_by_socket(self, own_address: OwnAddress) -> bool:
        """Return whether Kamailio's socket already shows this address (its `advertise`)."""
        return any(
            endpoint.local == own_address.local and endpoint.address == own_address.address
            for endpoint in self.endpoints
        )
