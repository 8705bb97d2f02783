"""What an address of this machine is, and which one others are told."""

from __future__ import annotations

import socket
from ipaddress import ip_address


def is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback


def is_wildcard(host: str) -> bool:
    return ip_address(host).is_unspecified


def outgoing_address(host: str) -> str:
    """The address this machine uses towards others. Connecting a UDP socket sends nothing; 192.0.2.1 is RFC 5737's."""
    ipv6 = ip_address(host).version == 6
    family, target = (socket.AF_INET6, "2001:db8::1") if ipv6 else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
        except OSError:
            return "::1" if ipv6 else "127.0.0.1"
        return str(probe.getsockname()[0])


def advertised(host: str) -> str:
    """The address that peers are told: the host itself, or this machine's own when listening on all addresses."""
    return outgoing_address(host) if is_wildcard(host) else host


def in_url(host: str) -> str:
    """As it stands in a URL: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host
