"""Recognises a mail server setting that points to a port of this product itself."""

from __future__ import annotations

import ipaddress
import socket

from linkus.kit import settings
from linkus.kit.addresses import without_brackets

OWN_PORTS = frozenset(
    {
        settings.PORTAL_PORT,
        settings.LINKUS_PORT,
        settings.SIP_PORT,
        settings.SIP_TLS_PORT,
        settings.BRAIN_PORT,
        settings.EDGE_WS_PORT,
        settings.EDGE_RPC_PORT,
        settings.CORE_AMI_PORT,
        settings.RTPENGINE_NG_PORT,
    }
)


def is_this_machine(host: str) -> bool:
    """Return whether a host names the loopback or the unspecified address in any spelling, without a DNS query."""
    name = _in_ascii(host).rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(without_brackets(name))
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(name))  # "127.1" and "2130706433", as connect() reads them
        except OSError:
            return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_loopback or address.is_unspecified


def _in_ascii(host: str) -> str:
    """Return the spelling that is looked up: full-width digits and Chinese full stops become ASCII (RFC 3490)."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:  # no host name
        return host


def is_own_port(host: str, port: int) -> bool:
    """Return whether host and port of a mail server belong to a part of this product."""
    return port in OWN_PORTS and is_this_machine(host)
