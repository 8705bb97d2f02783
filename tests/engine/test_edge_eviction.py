"""The choice of connections to close when strangers hold too many places, without Kamailio."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import eviction

Peer = eviction.Peer

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
IPV4 = (
    "   0: 3200007F:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n"
    "   1: 3200007F:13C4 077100CB:C001 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0\n"
    "   2: 3200007F:1F98 077100CB:C002 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0\n"
    "   3: 3200007F:13C5 077100CB:C003 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0\n"
)
OWN = ("127.0.0.50", "2001:db8::1")
IPV6 = (
    "   0: B80D0120000000000000000001000000:13C5 B80D0120CDAB000000000000EFBE0000:0FA0 01 00000000:00000000 "
    "00:00000000 00000000     0        0 2 1 0\n"
)


class TestWhatTheKernelSays:
    def test_connections_are_read_when_established_to_our_ports(self) -> None:
        assert eviction.parse_connections((HEAD + IPV4).splitlines(), OWN, (5060, 5061)) == [
            Peer("203.0.113.7", 49153, 5060)
        ]
        assert eviction.parse_connections((HEAD + IPV6).splitlines(), OWN, (5060, 5061)) == [
            Peer("2001:db8:0:abcd::beef", 4000, 5061)
        ]

    def test_connections_to_other_addresses_are_left_out(self) -> None:
        """Two instances on one machine have the same ports."""
        lines = (HEAD + IPV4 + IPV6).splitlines()
        assert eviction.parse_connections(lines, ("127.0.0.51",), (5060, 5061)) == []
        assert [peer.own_port for peer in eviction.parse_connections(lines, ("2001:db8::1",), (5060, 5061))] == [5061]

    def test_connections_are_none_when_nothing_is_open(self) -> None:
        assert eviction.parse_connections(HEAD.splitlines(), OWN, (5060,)) == []
        assert eviction.parse_connections([], OWN, (5060,)) == []


def crowd(*sizes: int) -> list[Peer]:
    return [Peer(f"203.0.113.{host}", port, 5060) for host, size in enumerate(sizes) for port in range(size)]


def kept(found: list[Peer], room: int) -> Counter[str]:
    closed = eviction.peers_to_close(found, room)
    assert len(set(closed)) == len(closed)
    return Counter(eviction.group_of(peer.address) for peer in set(found) - set(closed))


class TestSurplus:
    def test_eviction_begins_with_the_address_that_holds_most(self) -> None:
        assert sorted(kept(crowd(500, 500, 3, 1), 104).values()) == [1, 3, 50, 50]

    def test_eviction_takes_nothing_while_there_is_room(self) -> None:
        assert eviction.peers_to_close(crowd(40, 60), 100) == []

    def test_eviction_leaves_every_address_one_connection(self) -> None:
        assert set(kept(crowd(9, 2, 1), 0).values()) == {1}

    def test_eviction_counts_an_ipv6_48_as_one_address(self) -> None:
        many = [Peer(f"2001:db8:7:{network:x}::1", 5060, 5060) for network in range(200)]
        assert kept([*many, Peer("2001:db8:8::1", 5060, 5060)], 11) == {"2001:db8:7::/48": 10, "2001:db8:8::/48": 1}

    @given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.integers(0, 500))
    def test_eviction_frees_enough_and_no_more(self, sizes: list[int], room: int) -> None:
        left = kept(crowd(*sizes), room)
        assert len(left) == len(sizes)
        assert sum(left.values()) <= max(room, len(sizes))
        if room >= len(sizes):
            cut = [host for host, size in enumerate(sizes) if left[f"203.0.113.{host}"] < size]
            assert not cut or sum(left.values()) + len(cut) > room
