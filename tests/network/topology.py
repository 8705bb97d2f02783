"""Builds networks out of Linux network namespaces: nodes, switches, cables, routers with NAT.

    with Network() as network:
        lan, wan = network.switch("lan"), network.switch("wan")
        phone, router, server = network.node("phone"), network.node("router"), network.node("server")
        phone.plug(lan, "192.168.1.20/24")
        ...
        router.masquerade("203.0.113.1")
        with server.inside():  # this thread is in the server's network: sockets and processes made here stay in it
            ...

A namespace lives as long as this process holds it open, so a test that is killed leaves nothing behind. This needs
root, or a user namespace in which we are root (scripts/stages makes one).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator
from ipaddress import ip_interface
from pathlib import Path

CLONE_NEWNET = 0x40000000  # sched(7)
# ip(7), and for IPv6 linux/in6.h: lets a socket bind to an address of another machine.
IP_TRANSPARENT, IPV6_TRANSPARENT = (socket.IPPROTO_IP, 19), (socket.IPPROTO_IPV6, 75)
_libc = ctypes.CDLL(None, use_errno=True)


def _open_namespace() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _call(function: str, *arguments: int) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}; tests in network namespaces need root")


class Link:
    """A network interface of a node, at one end of a cable."""

    def __init__(self, node: Node, name: str, switch: Switch) -> None:
        self.node, self.name, self.switch = node, name, switch

    def add(self, *addresses: str) -> Link:
        for address in addresses:
            nodad = ["nodad"] if ip_interface(address).version == 6 else []
            self.node.run("ip", "address", "add", address, "dev", self.name, *nodad)
        return self

    def remove(self, address: str) -> None:
        self.node.run("ip", "address", "del", address, "dev", self.name)

    def down(self) -> None:
        """Unplug it, as its own machine sees it: addresses stay, and its IPv4 routes are gone."""
        self.node.run("ip", "link", "set", self.name, "down")

    def up(self) -> None:
        self.node.run("ip", "link", "set", self.name, "up")


class Node:
    """A machine: a network namespace with a loopback interface."""

    def __init__(self, network: Network, name: str) -> None:
        self.network, self.name = network, name
        self.links: list[Link] = []
        outside = _open_namespace()
        try:
            _call("unshare", CLONE_NEWNET)
            self._namespace = _open_namespace()
            self.run("ip", "link", "set", "lo", "up")
        finally:
            _call("setns", outside, CLONE_NEWNET)
            os.close(outside)

    @property
    def path(self) -> str:
        """Return the namespace, for `nsenter --net=<path>` and for `ip link set ... netns <path>`."""
        return f"/proc/{os.getpid()}/fd/{self._namespace}"

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Put this thread into the node's network. Sockets made here stay there. Do not await anything inside."""
        outside = _open_namespace()
        _call("setns", self._namespace, CLONE_NEWNET)
        try:
            yield
        finally:
            _call("setns", outside, CLONE_NEWNET)
            os.close(outside)

    def run(self, *command: str, text: str | None = None) -> str:
        """Run a command in this network and return its output. Raise an error with its output if it fails."""
        with self.inside():
            done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, f"{self.name}: {' '.join(command)}: {done.stderr or done.stdout}"
        return done.stdout

    def udp(self, address: str, port: int = 0) -> socket.socket:
        """Return a bound non-blocking UDP socket, for asyncio's create_datagram_endpoint(sock=...)."""
        return self._socket(address, port, socket.SOCK_DGRAM)

    def forged_udp(self, address: str, port: int = 0) -> socket.socket:
        """Return a UDP socket that sends with the address of another machine. No answer comes back."""
        return self._socket(address, port, socket.SOCK_DGRAM, is_own=False)

    def tcp(self, address: str, peer: tuple[str, int], seconds: float = 5) -> socket.socket:
        """Return a non-blocking TCP connection from `address` to `peer`, for asyncio's open_connection(sock=...)."""
        made = self._socket(address, 0, socket.SOCK_STREAM)
        try:
            made.settimeout(seconds)
            made.connect(peer)
        except OSError:
            made.close()
            raise
        made.setblocking(False)
        return made

    def listen(self, address: str, port: int) -> socket.socket:
        """Return a listening TCP socket, for asyncio's start_server(sock=...)."""
        made = self._socket(address, port, socket.SOCK_STREAM)
        made.listen()
        return made

    def _socket(self, address: str, port: int, kind: socket.SocketKind, *, is_own: bool = True) -> socket.socket:
        with self.inside():
            made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        try:
            if (
                kind == socket.SOCK_STREAM
            ):  # for UDP it would let two sockets share a port, even one that the kernel picks
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if not is_own:
                made.setsockopt(*(IPV6_TRANSPARENT if ":" in address else IP_TRANSPARENT), 1)
            made.bind((address, port))
        except OSError:
            made.close()
            raise
        made.setblocking(False)
        return made

    # ------------------------------------------------------------------ cables and routes
    def plug(self, switch: Switch, *addresses: str) -> Link:
        """Connect a cable to a switch. A node's interfaces are eth0, eth1, ... in the order of their cables."""
        port = f"port{len(switch.links)}"
        link = Link(self, f"eth{len(self.links)}", switch)
        command = ("ip", "link", "add", link.name, "type", "veth", "peer", "name", port, "netns", switch.path)
        self.run(*command)
        self.links.append(link)
        switch.links.append(Link(switch, port, switch))
        switch.run("ip", "link", "set", port, "master", "bridge", "up")
        link.up()
        return link.add(*addresses)

    def route(self, gateway: str, target: str = "default") -> None:
        family = "-6" if ":" in gateway else "-4"
        self.run("ip", family, "route", "replace", target, "via", gateway)

    # ------------------------------------------------------------------ routers
    def forward(self) -> None:
        """Forward packets, as a router does."""
        with self.inside():
            Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
            Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")

    def masquerade(self, interface: str, ports: str = "40000-49999") -> None:
        """Set up ordinary NAT: all packets that leave by `interface` get its address, and a port of `ports`."""
        self.forward()
        self._nat(
            f"chain out {{ type nat hook postrouting priority srcnat;"
            f' oifname "{interface}" meta l4proto {{ tcp, udp }} masquerade to :{ports}; }}'
        )

    def one_to_one(self, public: str, private: str, outside: str) -> None:
        """Set up 1:1 NAT, as clouds have it: `public` maps to `private` for every port in both directions. Hosts inside
        reach `public` too (hairpin), and then appear as the router. Hosts outside cannot reach `private`."""
        self.forward()
        self._nat(
            f"chain in {{ type nat hook prerouting priority dstnat;"
            f' iifname != "{outside}" ip daddr {public} ct mark set 1; ip daddr {public} dnat to {private}; }}\n'
            f"chain out {{ type nat hook postrouting priority srcnat;"
            f' ct mark 1 masquerade; oifname "{outside}" ip saddr {private} snat to {public}; }}\n'
            f"chain foreign {{ type filter hook prerouting priority raw;"
            f' iifname "{outside}" ip daddr {private} drop; }}'
        )

    @contextlib.contextmanager
    def dropping(self, packets: str) -> Iterator[None]:
        """Silently drop packets (an nftables expression), as firewalls on the way do."""
        self.run("nft", "add", "table", "ip", "lost")
        self.run("nft", "add chain ip lost pre { type filter hook prerouting priority raw; }")
        self.run("nft", f"add rule ip lost pre {packets} drop")
        try:
            yield
        finally:
            self.run("nft", "delete", "table", "ip", "lost")

    def _nat(self, chains: str) -> None:
        self.run("nft", "-f", "-", text=f"table ip nat {{\n{chains}\n}}\n")

    def close(self) -> None:
        os.close(self._namespace)


class Switch(Node):
    """A bridge that nodes are plugged into."""

    def __init__(self, network: Network, name: str) -> None:
        super().__init__(network, name)
        self.run("ip", "link", "add", "bridge", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
        self.run("ip", "link", "set", "bridge", "up")


class Network:
    """All nodes of a test. Closing it removes them and everything in them."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []

    def node(self, name: str) -> Node:
        self._nodes.append(Node(self, name))
        return self._nodes[-1]

    def switch(self, name: str) -> Switch:
        switch = Switch(self, name)
        self._nodes.append(switch)
        return switch

    def close(self) -> None:
        for node in reversed(self._nodes):
            node.close()
        self._nodes.clear()

    def __enter__(self) -> Network:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
