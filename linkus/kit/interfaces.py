"""Reads the addresses and the default gateways of this machine from the kernel.

This is not psutil's, which knows neither the flags of an address, by which short-lived ones are found, nor gateways.
"""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

_NETLINK_ROUTE, _RTM_GETADDR, _NLM_F_DUMP, _NLMSG_DONE = 0, 22, 0x301, 3  # rtnetlink(7), netlink(7)
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_TEMPORARY, _DEPRECATED = 0x01, 0x20  # in IFA_FLAGS: RFC 8981 (privacy), RFC 4862 5.5.4
_FAMILIES: dict[int, int] = {socket.AF_INET: 4, socket.AF_INET6: 16}


class OwnAddress(NamedTuple):
    """An address of this machine. A short-lived one is for outgoing connections only, because the network replaces
    it."""

    interface: str
    address: str
    is_short_lived: bool = False

    @property
    def is_reachable(self) -> bool:
        """Return whether other machines may use this address to reach this one."""
        address = ip_address(self.address)
        return not (self.is_short_lived or address.is_loopback or address.is_link_local)


def own_addresses() -> tuple[OwnAddress, ...]:
    """Return the addresses of all interfaces, in the kernel's order."""
    addresses: list[OwnAddress] = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        # struct nlmsghdr, then struct ifaddrmsg for all families
        kernel.send(struct.pack("=IHHIIBBBBI", 24, _RTM_GETADDR, _NLM_F_DUMP, 1, 0, 0, 0, 0, 0, 0))
        while True:
            answer, at = kernel.recv(65536), 0
            while at < len(answer):
                length, kind = struct.unpack_from("=IH", answer, at)
                if kind == _NLMSG_DONE:
                    return tuple(addresses)
                if (address := _read_address(answer[at + 16 : at + length])) is not None:
                    addresses.append(address)
                at += length + 3 & ~3


def _read_address(message: bytes) -> OwnAddress | None:
    """Parse one RTM_NEWADDR message: struct ifaddrmsg and its attributes."""
    family, _prefix, flags, _scope, index = struct.unpack_from("=BBBBI", message)
    attributes: dict[int, bytes] = {}
    at = 8
    while at + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, at)
        attributes[kind] = message[at + 4 : at + length]
        at += max(length, 4) + 3 & ~3
    # on a point-to-point link, IFA_ADDRESS is the peer's address
    raw = attributes.get(_IFA_LOCAL) or attributes.get(_IFA_ADDRESS)
    if family not in _FAMILIES or raw is None or len(raw) != _FAMILIES[family]:
        return None
    if _IFA_FLAGS in attributes:
        (flags,) = struct.unpack("=I", attributes[_IFA_FLAGS])
    is_short_lived = family == socket.AF_INET6 and bool(flags & (_TEMPORARY | _DEPRECATED))
    return OwnAddress(socket.if_indextoname(index), str(ip_address(raw)), is_short_lived)


def default_gateways() -> tuple[str, ...]:
    """Return the routers that get outgoing packets (proc(5))."""
    gateways: list[str] = []
    for line in _lines("/proc/net/route")[1:]:
        fields = line.split()
        if fields[1] == fields[7] == "00000000" and fields[2] != "00000000":
            gateways.append(socket.inet_ntoa(struct.pack("=I", int(fields[2], 16))))
    for line in _lines("/proc/net/ipv6_route"):
        fields = line.split()
        if fields[0] == "0" * 32 and fields[1] == "00" and fields[4] != "0" * 32:
            gateways.append(str(ip_address(bytes.fromhex(fields[4]))))
    return tuple(dict.fromkeys(gateways))


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:  # this kernel has no IPv6
        return []
