"""Chooses whose connections are closed when strangers hold too many places. Does not import Kamailio.

One address may hold 500 of 20,000 places (tcp_accept_iplimit), so forty addresses could hold them all, and nobody else
could connect. The addresses with the most connections lose some first.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from ipaddress import ip_address, ip_network
from typing import NamedTuple

ESTABLISHED = "01"
GROUP_PREFIX = 48  # for IPv6: the most that one customer gets (RFC 6177 2)


class Peer(NamedTuple):
    """The far end of a connection to one of our ports."""

    address: str
    port: int
    own_port: int


def parse_connections(lines: Iterable[str], hosts: Collection[str], ports: Collection[int]) -> list[Peer]:
    """Return the peers of established connections to these ports of these addresses, from the lines of /proc/net/tcp or
    tcp6. Another instance may listen on the same port of another address."""
    peers = []
    for line in lines:
        if f" {ESTABLISHED} " not in line:  # there may be many more that have ended
            continue
        fields = line.split()
        own_host, _, own_digits = fields[1].rpartition(":")
        own_port = int(own_digits, 16)
        if own_port in ports and fields[3] == ESTABLISHED and _address(own_host) in hosts:
            address, _, port = fields[2].rpartition(":")
            peers.append(Peer(_address(address), int(port, 16), own_port))
    return peers


def _address(digits: str) -> str:
    """Parse an address of the kernel: 32 bits at a time, in this machine's order (x86 and ARM: little-endian)."""
    words = (bytes.fromhex(digits[start : start + 8])[::-1] for start in range(0, len(digits), 8))
    return str(ip_address(b"".join(words)))


def group_of(address: str) -> str:
    return str(ip_network((address, GROUP_PREFIX), strict=False)) if ":" in address else address


def peers_to_close(strangers: Iterable[Peer], room: int) -> list[Peer]:
    """Return the strangers whose connections are closed so that `room` are left. Every group keeps one, because it may
    be about to authenticate."""
    groups: defaultdict[str, list[Peer]] = defaultdict(list)
    for peer in strangers:
        groups[group_of(peer.address)].append(peer)
    share = _max_per_group([len(group) for group in groups.values()], room)
    return [peer for group in groups.values() for peer in random.sample(group, max(0, len(group) - share))]


def _max_per_group(sizes: list[int], room: int) -> int:
    """Return the most that each group may keep so that all together fit into `room`; at least 1."""
    least, most = 1, max(sizes, default=1)
    while least < most:
        middle = (least + most + 1) // 2
        if sum(min(size, middle) for size in sizes) <= room:
            least = middle
        else:
            most = middle - 1
    return least
