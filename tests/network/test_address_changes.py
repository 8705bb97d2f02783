"""A server listens on all addresses of both families. Its network gives it another one while it runs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network.product import Product, Visitor, product
from tests.network.topology import Network, Node

BEFORE, AFTER, SECOND, PEER = "203.0.113.10", "203.0.113.11", "192.168.9.1", "203.0.113.77"
IPV6, PEER_IPV6 = "2001:db8::10", "2001:db8::77"
pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
OPTIONS = (
    "OPTIONS sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{unique};rport\r\n"
    "From: <sip:a@{own}>;tag=1\r\nTo: <sip:{server}>\r\nCall-ID: {unique}\r\nCSeq: 1 OPTIONS\r\n"
    "Max-Forwards: 5\r\nContent-Length: 0\r\n\r\n"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, Node, Node]]:
    home: Path = tmp_path_factory.mktemp("moving")
    with Network() as network:
        wan, office = network.switch("wan"), network.switch("office")
        server, peer = network.node("server"), network.node("peer")
        server.plug(wan, f"{BEFORE}/24", f"{IPV6}/64")
        server.plug(office, f"{SECOND}/24")
        server.route("203.0.113.1")
        peer.plug(wan, f"{PEER}/24", f"{PEER_IPV6}/64")
        with product(server, home, "::") as running:
            yield running, server, peer


def answers(peer: Node, server: str) -> bool:
    with peer.udp(PEER) as asking:
        asking.settimeout(0.5)
        unique = f"{time.monotonic_ns():x}"
        own = "{}:{}".format(*asking.getsockname())
        asking.sendto(OPTIONS.format(server=server, own=own, unique=unique).encode(), (server, 5060))
        try:
            return asking.recv(4000).startswith(b"SIP/2.0 ")
        except TimeoutError:
            return False


def until_answers(peer: Node, server: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not answers(peer, server):
        assert time.monotonic() < end, f"no answer from {server}"
        time.sleep(0.2)


def test_pages_and_sip_on_both_families(site: tuple[Product, Node, Node]) -> None:
    running, _, peer = site
    for address, own in ((BEFORE, PEER), (f"[{IPV6}]", PEER_IPV6)):
        visitor = Visitor(peer, f"https://{address}:8088", running.authority)
        try:
            assert visitor.get("/api/v1/system/info").json()["domain"] == BEFORE  # links have room for one
        finally:
            visitor.close()
        assert f'"address":"{own}"' in running.log("nginx-access.log")
    until_answers(peer, BEFORE)
    with peer.tcp(PEER_IPV6, (IPV6, 5060)), peer.tcp(PEER_IPV6, (IPV6, 5061)):
        pass


def test_the_edge_follows_and_a_new_address_beside_the_old_ends_nothing(site: tuple[Product, Node, Node]) -> None:
    running, server, peer = site
    until_answers(peer, BEFORE)
    edge = running.record["parts"]["kamailio"]["pid"]
    link = server.links[0].add(f"{AFTER}/24")
    supervisor = running.record["pid"]
    os.kill(supervisor, signal.SIGUSR1)  # check the addresses now
    time.sleep(1.5)
    assert running.record["parts"]["kamailio"]["pid"] == edge
    link.remove(f"{BEFORE}/24")
    if f"{AFTER}/24" not in server.run("ip", "address", "show", "dev", link.name):
        link.add(f"{AFTER}/24")  # the kernel removes the second address of a network with the first
    server.route("203.0.113.1")
    os.kill(supervisor, signal.SIGUSR1)
    until_answers(peer, AFTER)
    end = time.monotonic() + 30
    while AFTER not in running.record["addresses"] or running.record["parts"]["linkus"]["state"] != "ready":
        assert time.monotonic() < end, running.record
        time.sleep(0.2)
    assert f"public/{AFTER}" in (running.home / "engine/run/rtpengine/rtpengine.conf").read_text()
    visitor = Visitor(peer, f"https://{AFTER}:8088", running.authority)
    try:
        assert visitor.get("/api/v1/system/info").json()["domain"] == AFTER
    finally:
        visitor.close()


def test_the_edge_starts_again_though_an_address_is_gone(site: tuple[Product, Node, Node]) -> None:
    running, server, peer = site
    server.links[1].remove(f"{SECOND}/24")
    edge = running.record["parts"]["kamailio"]["pid"]
    os.kill(edge, signal.SIGKILL)
    end = time.monotonic() + 20
    while running.record["parts"]["kamailio"]["pid"] in (edge, None):
        assert time.monotonic() < end, running.log("kamailio.log")[-2000:]
        time.sleep(0.1)
    until_answers(peer, AFTER)
