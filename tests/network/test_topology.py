"""The toolbox itself: packets go where a real network would take them, and nothing is left behind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.network.topology import Network, Node

SERVER, ROUTER, PHONE = "203.0.113.10", "203.0.113.1", "192.168.1.20"


def ask(source: socket.socket, target: socket.socket, peer: tuple[str, int]) -> tuple[str, int]:
    """Send a datagram to `peer`, where `target` receives and answers it. Return the sender's address as seen there."""
    for each in (source, target):
        each.settimeout(3)
    source.sendto(b"question", peer)
    _, seen = target.recvfrom(100)
    target.sendto(b"answer", seen)
    answer, answered_by = source.recvfrom(100)
    assert (answer, answered_by[:2]) == (b"answer", peer)
    return seen[0], seen[1]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def lan_and_wan(network: Network) -> tuple[Node, Node, Node]:
    lan, wan = network.switch("lan"), network.switch("wan")
    phone, router, server = network.node("phone"), network.node("router"), network.node("server")
    phone.plug(lan, f"{PHONE}/24", "2001:db8:1::20/64")
    router.plug(lan, "192.168.1.1/24")
    router.plug(wan, f"{ROUTER}/24")
    server.plug(wan, f"{SERVER}/24", "2001:db8::10/64")
    phone.route("192.168.1.1")
    return phone, router, server


def test_masquerade_hides_address_and_port(network: Network) -> None:
    phone, router, server = lan_and_wan(network)
    router.masquerade("eth1")
    with phone.udp(PHONE, 5060) as source, server.udp(SERVER, 5060) as target:
        address, port = ask(source, target, (SERVER, 5060))
    assert address == ROUTER
    assert port in range(40000, 50000)


def test_one_to_one_nat_keeps_ports_and_can_be_used_from_inside(network: Network) -> None:
    phone, router, server = lan_and_wan(network)
    neighbour = network.node("neighbour")
    neighbour.plug(router.links[0].switch, "192.168.1.30/24")
    neighbour.route("192.168.1.1")
    router.links[1].add("203.0.113.50/24")
    router.one_to_one("203.0.113.50", PHONE, "eth1")
    with phone.udp(PHONE, 5060) as inside, server.udp(SERVER, 5062) as outside:
        assert ask(inside, outside, (SERVER, 5062)) == ("203.0.113.50", 5060)
        # an outside sender keeps its address
        assert ask(outside, inside, ("203.0.113.50", 5060)) == (SERVER, 5062)
        with neighbour.udp("192.168.1.30") as hairpin:
            assert ask(hairpin, inside, ("203.0.113.50", 5060))[0] == "192.168.1.1"


def test_both_families_tcp_and_processes(network: Network) -> None:
    wan = network.switch("wan")
    one, other = network.node("one"), network.node("other")
    one.plug(wan, "203.0.113.1/24", "2001:db8::1/64")
    link = other.plug(wan, "203.0.113.2/24", "2001:db8::2/64")
    for address, own in (("203.0.113.2", "203.0.113.1"), ("2001:db8::2", "2001:db8::1")):
        with other.listen(address, 80) as server, one.tcp(own, (address, 80)):
            connection, peer = server.accept()
            connection.close()
            assert peer[0] == own
    assert "2001:db8::2" in other.run("ip", "address", "show", "dev", "eth0")
    link.down()
    with pytest.raises(OSError, match=r"."):
        one.tcp("203.0.113.1", ("203.0.113.2", 80), seconds=0.3)


def test_no_two_phones_of_a_node_share_a_port(network: Network) -> None:
    node = network.node("node")
    node.run("ip", "address", "add", f"{PHONE}/24", "dev", "lo")
    sockets = [node.udp(PHONE) for _ in range(600)]  # enough for two to collide by chance
    ports = {each.getsockname()[1] for each in sockets}
    for each in sockets:
        each.close()
    assert len(ports) == 600


def test_this_thread_is_where_it_was_and_nothing_is_left() -> None:
    before = Path("/proc/thread-self/ns/net").readlink()
    held = open_files()
    with Network() as network:
        node = network.node("node")
        with node.inside():
            assert Path("/proc/thread-self/ns/net").readlink() != before
        with pytest.raises(AssertionError, match="what is wrong"):
            node.run("sh", "-c", "echo what is wrong >&2; exit 3")
    assert Path("/proc/thread-self/ns/net").readlink() == before
    assert open_files() == held
