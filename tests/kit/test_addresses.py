"""The addresses that an instance listens on and announces, on machines of all kinds."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.addresses import Addresses, Endpoint, arrange, is_loopback
from linkus.kit.interfaces import OwnAddress, default_gateways, own_addresses

LOOPBACK = (OwnAddress("lo", "127.0.0.1"), OwnAddress("lo", "::1"))
OFFICE = (*LOOPBACK, OwnAddress("eth0", "10.0.0.5"), OwnAddress("eth0", "fe80::5"))
TWO_NETWORKS = (*OFFICE, OwnAddress("eth1", "192.168.9.1"), OwnAddress("eth0", "2001:db8::5"))
PRIVACY = (*TWO_NETWORKS, OwnAddress("eth0", "2001:db8::9999", is_short_lived=True))


def place(
    hosts: str, public: str = "", own: tuple[OwnAddress, ...] = OFFICE, ipv4: str = "10.0.0.5", ipv6: str = "::1"
) -> Addresses:
    outgoing = {"0.0.0.0": ipv4, "::": ipv6}
    return arrange(hosts.split(","), [each for each in public.split(",") if each], own, outgoing.__getitem__)


def test_one_address_is_arranged() -> None:
    assert place("192.0.2.1") == Addresses(("192.0.2.1",), (Endpoint("192.0.2.1", "192.0.2.1"),))


def test_public_address_is_advertised_behind_nat() -> None:
    addresses = place("0.0.0.0", "203.0.113.50")
    assert addresses.listen == ("0.0.0.0",)
    assert addresses.main == (Endpoint("10.0.0.5", "203.0.113.50"),)
    assert addresses.advertised == "203.0.113.50"
    # a peer on this machine gets no other address
    assert addresses.endpoints[-1] == Endpoint("127.0.0.1", "127.0.0.1")


def test_public_address_of_this_machine_is_no_nat() -> None:
    addresses = place("0.0.0.0", "192.168.9.1", TWO_NETWORKS)
    assert addresses.advertised == "192.168.9.1"
    assert not any(endpoint.is_behind_nat for endpoint in addresses.endpoints)


def test_all_addresses_are_of_both_families() -> None:
    addresses = place("::", "203.0.113.50,2001:db8:5::1", PRIVACY, ipv6="2001:db8::5")
    assert addresses.listen == ("0.0.0.0", "::")
    assert addresses.main == (Endpoint("10.0.0.5", "203.0.113.50"), Endpoint("2001:db8::5", "2001:db8:5::1"))
    # the second network's too, but no short-lived address and no link-local one
    assert {endpoint.local for endpoint in addresses.endpoints} == {
        "10.0.0.5", "192.168.9.1", "2001:db8::5", "127.0.0.1"
    }  # fmt: skip


def test_ipv6_only_machine() -> None:
    own = (*LOOPBACK, OwnAddress("eth0", "2001:db8::5"))
    addresses = place("::", "", own, ipv4="127.0.0.1", ipv6="2001:db8::5")
    assert addresses.main == (Endpoint("2001:db8::5", "2001:db8::5"),)


def test_machine_without_ipv6_listens_on_ipv4() -> None:
    addresses = place("::", "", (LOOPBACK[0], OwnAddress("eth0", "10.0.0.5")))
    assert addresses.listen == ("0.0.0.0",)


def test_machine_without_network_has_loopback() -> None:
    assert place("0.0.0.0", "", LOOPBACK, ipv4="127.0.0.1").advertised == "127.0.0.1"


@pytest.mark.parametrize("public", ["2001:db8::50", "203.0.113.50"])
def test_public_address_belongs_to_its_family(public: str) -> None:
    addresses = place("10.0.0.5,2001:db8::5", public)
    for endpoint in addresses.endpoints:
        assert ip_address(endpoint.local).version == ip_address(endpoint.public).version
    assert public in {endpoint.public for endpoint in addresses.endpoints}


def test_public_address_of_another_family_is_ignored() -> None:
    assert place("10.0.0.5", "2001:db8::50") == place("10.0.0.5")


_ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)


@given(
    st.lists(_ADDRESSES | st.sampled_from(["0.0.0.0", "::"]), min_size=1, max_size=4),
    st.lists(_ADDRESSES.filter(lambda each: not ip_address(each).is_unspecified), max_size=2),
    st.lists(_ADDRESSES.filter(lambda each: not ip_address(each).is_unspecified), max_size=6),
)
def test_arranged_addresses_are_never_empty(hosts: list[str], public: list[str], own: list[str]) -> None:
    outgoing = {"0.0.0.0": "10.0.0.5", "::": "::1"}
    addresses = arrange(hosts, public, [OwnAddress("eth0", each) for each in own], outgoing.__getitem__)
    local = [endpoint.local for endpoint in addresses.endpoints]
    assert addresses.main
    assert len(set(local)) == len(local)
    assert not any(ip_address(each).is_unspecified for each in local)
    assert sorted(local, key=is_loopback) == local
    for host in hosts:
        assert ip_address(host).is_unspecified or host in local
    versions = [ip_address(endpoint.local).version for endpoint in addresses.main]
    assert versions == sorted(set(versions))


def test_addresses_of_this_machine_are_found() -> None:
    found = own_addresses()
    assert OwnAddress("lo", "127.0.0.1") in found
    assert not any(each.is_reachable for each in found if is_loopback(each.address))
    for gateway in default_gateways():
        ip_address(gateway)
