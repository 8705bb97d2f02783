"""The address of ours that a peer gets: the edge's rules, and that the brain's are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.engine.layout import Layout
from linkus.engine.reach import edge_addresses, media_interfaces, told_to
from linkus.kit.addresses import Addresses, Endpoint
from tests.engine.edge_modules import addresses as edge

NAT = Addresses(
    ("0.0.0.0", "::"),
    (
        Endpoint("10.0.0.5", "203.0.113.50"),
        Endpoint("192.168.9.1", "192.168.9.1"),
        Endpoint("2001:db8::5", "2001:db8::5"),
    ),
)


def parameters(**values: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "endpoints": [
            {"local": "10.0.0.5", "public": "203.0.113.50", "interface": "public"},
            {"local": "2001:db8::5", "public": "2001:db8::5", "interface": "public"},
            {"local": "192.168.9.1", "public": "192.168.9.1", "interface": "at-2"},
        ],
        "browser_interface": "both", "local_interface": "local", "gateways": ["10.0.0.1"], "local_networks": [],
    }  # fmt: skip
    return {**given, **values}


@pytest.mark.parametrize(
    ("peer", "own", "told"),
    [
        ("198.51.100.7", "10.0.0.5", ("10.0.0.5", "203.0.113.50", "public")),
        ("10.0.0.77", "10.0.0.5", ("10.0.0.5", "10.0.0.5", "local")),
        ("10.8.0.2", "10.0.0.5", ("10.0.0.5", "10.0.0.5", "local")),  # through a VPN
        ("10.0.0.1", "10.0.0.5", ("10.0.0.5", "203.0.113.50", "public")),  # the router: a host behind NAT
        ("100.64.0.9", "10.0.0.5", ("10.0.0.5", "203.0.113.50", "public")),  # a carrier's customer
        ("192.168.9.20", "192.168.9.1", ("192.168.9.1", "192.168.9.1", "at-2")),
        ("2001:db8:7::7", "2001:db8::5", ("2001:db8::5", "2001:db8::5", "public")),
        ("198.51.100.7", "", ("10.0.0.5", "203.0.113.50", "public")),
        ("2001:db8:7::7", "", ("2001:db8::5", "2001:db8::5", "public")),
        ("", "", ("10.0.0.5", "203.0.113.50", "public")),
    ],
)
def test_own_address_is_chosen_by_the_peer(peer: str, own: str, told: tuple[str, str, str]) -> None:
    addresses = edge.Addresses(parameters())
    assert addresses.own_address_for(peer, own) == told
    # Kamailio's socket shows the outside address; the local one must be written into the message
    assert addresses.is_advertised_by_socket(addresses.own_address_for(peer, own)) is (told[2] != "local")


def test_own_address_follows_the_operators_networks() -> None:
    addresses = edge.Addresses(parameters(local_networks=["10.0.0.0/24"]))
    assert addresses.own_address_for("10.0.0.77", "10.0.0.5").address == "10.0.0.5"
    assert addresses.own_address_for("10.0.1.77", "10.0.0.5").address == "203.0.113.50"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2001:DB8:0:0:0:0:0:5", "2001:db8::5"),  # as Kamailio writes it
        ("[2001:db8::5]", "2001:db8::5"),
        ("192.0.2.1", "192.0.2.1"),
        (None, ""),
        ("2001:db8::x", "2001:db8::x"),
    ],
)
def test_address_is_written_in_canonical_form(written: str | None, read: str) -> None:
    assert edge.canonical(written) == read


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("sip:1003@192.0.2.7:5066;transport=tcp", "192.0.2.7"),
        ("sip:192.0.2.7", "192.0.2.7"),
        ("sip:1003@[2001:DB8::7]:5066", "2001:db8::7"),
        ("udp:[2001:db8::7]:5060", "2001:db8::7"),
        ("udp:10.0.0.5:5060", "10.0.0.5"),
        ("sip:1003@phone.example", ""),
        ("sip:1003@[2001:db8", ""),
        (None, ""),
    ],
)
def test_host_of(uri: str | None, host: str) -> None:
    assert edge.host_of(uri) == host


@pytest.mark.parametrize(
    ("via", "host"),
    [
        ("SIP/2.0/UDP 10.0.0.77:5060;branch=z9hG4bK1;rport=5060;received=198.51.100.7", "198.51.100.7"),
        ("SIP/2.0/UDP 10.0.0.77:5060;branch=z9hG4bK1;rport", "10.0.0.77"),
        ("SIP/2.0/TCP [2001:db8::7]:5060;branch=z9hG4bK1", "2001:db8::7"),
        ("SIP/2.0/UDP phone.example;branch=z9hG4bK1", ""),
        (None, ""),
    ],
)
def test_host_in_via(via: str | None, host: str) -> None:
    assert edge.host_in_via(via) == host


@given(st.text())
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for read in (edge.canonical, edge.host_of, edge.host_in_via):
        assert isinstance(read(text), str)


@given(
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str),
    st.lists(st.ip_addresses(v=4, network="10.0.0.0/28").map(str), max_size=2),
    st.lists(st.sampled_from(["10.0.0.0/8", "198.51.100.0/24", "fd00::/8"]), max_size=2),
)
def test_own_address_is_the_same_for_brain_and_edge(peer: str, gateways: list[str], local_networks: list[str]) -> None:
    told = edge.Addresses(parameters(gateways=gateways, local_networks=local_networks)).own_address_for(peer)
    assert told_to(peer, NAT, gateways, local_networks) == (told.local, told.address)


def test_media_interfaces_cover_every_address() -> None:
    assert media_interfaces(NAT, "127.0.0.1") == (
        "public/10.0.0.5!203.0.113.50;at-1/192.168.9.1;public/2001:db8::5;local/10.0.0.5;local/2001:db8::5;"
        "both/10.0.0.5!203.0.113.50;both/2001:db8::5;both/10.0.0.5;internal/127.0.0.1"
    )
    alone = Addresses(("127.0.0.3",), (Endpoint("127.0.0.3", "127.0.0.3"),))
    assert media_interfaces(alone, "127.0.0.3") == "127.0.0.3"


def test_own_address_names_an_interface_of_the_relay(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path, host="10.0.0.5,2001:db8::5,127.0.0.1", public="203.0.113.50")
    given = edge_addresses(layout)
    interfaces = {each.partition("/")[0] for each in media_interfaces(layout.addresses, layout.internal).split(";")}
    named = {each["interface"] for each in given["endpoints"]} | {given["browser_interface"], given["local_interface"]}
    assert named <= interfaces
    assert edge.Addresses(given).own_address_for("127.0.0.1", "127.0.0.1") == ("127.0.0.1", "127.0.0.1", "internal")
