"""The ports of an instance: whether they are free, and which process holds them."""

import contextlib
import errno
import socket
from dataclasses import dataclass

import psutil

from linkus.engine.layout import Layout
from linkus.kit import settings as ports
from linkus.kit.addresses import in_url, is_wildcard


@dataclass(frozen=True, slots=True)
class Port:
    protocol: str  # "tcp" or "udp"
    host: str
    number: int

    def __str__(self) -> str:
        return f"{in_url(self.host)}:{self.number}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class Holder:
    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} (pid {self.pid})"


def needed_ports(layout: Layout, *, engine: bool = True) -> list[Port]:
    internal = layout.internal
    brain = [Port("tcp", internal, ports.BRAIN_PORT)]
    if not engine:
        return brain
    addresses = layout.addresses
    public = [
        Port("tcp", host, number) for host in addresses.listen for number in (ports.PORTAL_PORT, ports.LINKUS_PORT)
    ]
    for endpoint in addresses.endpoints:
        public += [Port(protocol, endpoint.local, ports.SIP_PORT) for protocol in ("tcp", "udp")]
        if layout.tls:
            public.append(Port("tcp", endpoint.local, ports.SIP_TLS_PORT))
    internal_tcp = (ports.EDGE_WS_PORT, ports.EDGE_RPC_PORT, ports.CORE_AMI_PORT)
    internal_udp = (ports.EDGE_CORE_PORT, ports.CORE_SIP_PORT, ports.RTPENGINE_NG_PORT)
    return [
        *public,
        *brain,
        *(Port("tcp", internal, number) for number in internal_tcp),
        *(Port("udp", internal, number) for number in internal_udp),
    ]


def is_taken(port: Port) -> bool:
    """Return whether binding the port fails. A TCP port in TIME_WAIT counts as free, because the programs reuse it."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    kind = socket.SOCK_STREAM if port.protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(family, kind) as trial:
        if family == socket.AF_INET6:
            trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # as nginx does
        if port.protocol == "tcp":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((port.host, port.number))
            if port.protocol == "tcp":
                trial.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def find_holder(port: Port) -> Holder | None:
    """Return the process that holds the port. Return None if it belongs to another user and we are not root."""
    for found in psutil.net_connections(port.protocol):
        is_listening = port.protocol == "udp" or found.status == psutil.CONN_LISTEN
        if found.pid is None or not found.laddr or found.laddr.port != port.number or not is_listening:
            continue
        if found.laddr.ip == port.host or is_wildcard(found.laddr.ip) or is_wildcard(port.host):
            with contextlib.suppress(psutil.Error):  # the process may end meanwhile
                return Holder(found.pid, psutil.Process(found.pid).name())
    return None
