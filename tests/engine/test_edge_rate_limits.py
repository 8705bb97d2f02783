"""The rate limits for messages of a source, without Kamailio."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import rate_limits

MAX_KNOWN_ADDRESS_MESSAGES = rate_limits.MAX_KNOWN_ADDRESS_MESSAGES
MAX_KNOWN_SOURCE_MESSAGES = rate_limits.MAX_KNOWN_SOURCE_MESSAGES
MAX_MESSAGES_OF_ALL_STRANGERS = rate_limits.MAX_MESSAGES_OF_ALL_STRANGERS
MAX_NEW_WEBSOCKET_MESSAGES = rate_limits.MAX_NEW_WEBSOCKET_MESSAGES
MAX_PROVIDER_MESSAGES = rate_limits.MAX_PROVIDER_MESSAGES
MAX_STRANGER_MESSAGES = rate_limits.MAX_STRANGER_MESSAGES
MessageRateLimiter = rate_limits.MessageRateLimiter
OutputLimiter = rate_limits.OutputLimiter
SKETCH_COLUMNS = rate_limits.SKETCH_COLUMNS
SKETCH_ROWS = rate_limits.SKETCH_ROWS
Source = rate_limits.Source
WINDOW_SECONDS = rate_limits.WINDOW_SECONDS

NOW = 1_700_000_000.0
OFFICE = "198.51.100.1"


def stranger(address: str = "203.0.113.7", port: int = 5060) -> Source:
    return Source(address, port, is_known_source=False, is_known_address=False)


def passed(limiter: MessageRateLimiter, source: Source, times: int, now: float = NOW) -> int:
    return sum(limiter.allows(source, now) for _ in range(times))


def heard_of_flood(limiter: MessageRateLimiter, address: str, *, is_known_address: bool = True) -> int:
    """Return how many datagrams are accepted from a sender who forges this address with all ports."""
    ports = range(1024, 21_024)
    return sum(limiter.allows(Source(address, each, False, is_known_address), NOW) for each in ports)


class TestMessageRateLimiter:
    def test_stranger_is_limited_and_heard_again_in_the_next_window(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        assert passed(limiter, stranger(), 1000) == MAX_STRANGER_MESSAGES
        assert passed(limiter, stranger(), 1000, NOW + WINDOW_SECONDS) == MAX_STRANGER_MESSAGES

    def test_stranger_is_one_source_over_all_ports(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        assert sum(limiter.allows(stranger(port=port), NOW) for port in range(1000)) == MAX_STRANGER_MESSAGES

    def test_stranger_is_one_source_over_an_ipv6_64(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        heard = sum(limiter.allows(stranger(f"2001:db8::{n:x}"), NOW) for n in range(1, 1000))
        assert heard == MAX_STRANGER_MESSAGES
        assert limiter.allows(stranger("2001:db8:0:1::1"), NOW)

    def test_known_phone_is_heard_during_a_flood_from_its_office(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        phone = Source(OFFICE, 5060, is_known_source=True, is_known_address=True)
        assert heard_of_flood(limiter, OFFICE) == MAX_KNOWN_ADDRESS_MESSAGES
        assert passed(limiter, phone, 100) == 100

    def test_provider_address_has_a_limit_of_its_own(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        provider = Source("198.51.100.1", 5060, is_known_source=False, is_known_address=False, is_provider=True)
        assert passed(limiter, provider, 10_000) == MAX_PROVIDER_MESSAGES
        assert limiter.allows(provider._replace(address="198.51.100.2"), NOW)
        assert limiter.allows(stranger("198.51.100.1"), NOW)

    def test_one_port_does_not_use_up_its_offices_budget(self) -> None:
        """The port is that of a faulty device, known or not, or an attacker forges address and port."""
        limiter = MessageRateLimiter(b"salt")
        mad = Source(OFFICE, 6000, is_known_source=False, is_known_address=True)
        known = Source(OFFICE, 5060, is_known_source=True, is_known_address=True)
        restarted = Source(OFFICE, 5061, is_known_source=False, is_known_address=True)
        assert passed(limiter, mad, 10_000) == MAX_STRANGER_MESSAGES
        assert passed(limiter, known, 10_000) == MAX_KNOWN_SOURCE_MESSAGES + MAX_STRANGER_MESSAGES
        assert passed(limiter, restarted, 100) == 100

    @pytest.mark.parametrize("is_known_address", [True, False])
    def test_proven_sender_is_heard_during_a_flood_from_its_forged_address(self, is_known_address: bool) -> None:
        limiter = MessageRateLimiter(b"salt")
        heard_of_flood(limiter, OFFICE, is_known_address=is_known_address)
        restarted = Source(OFFICE, 5061, is_known_source=False, is_known_address=is_known_address)
        assert not limiter.allows(restarted, NOW)
        proven = sum(limiter.allows_proven(restarted, NOW) for _ in range(10_000))
        assert proven == (MAX_KNOWN_ADDRESS_MESSAGES if is_known_address else MAX_STRANGER_MESSAGES)
        assert limiter.allows_proven(restarted, NOW + WINDOW_SECONDS)

    def test_proven_strangers_have_a_limit_together(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        sources = (stranger(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}") for n in range(30_000))
        assert sum(limiter.allows_proven(source, NOW) for source in sources) <= MAX_MESSAGES_OF_ALL_STRANGERS
        office = Source(OFFICE, 5061, is_known_source=False, is_known_address=True)
        assert limiter.allows_proven(office, NOW)

    def test_strangers_have_a_limit_together_and_cost_known_sources_nothing(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        heard = sum(limiter.allows(stranger(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"), NOW) for n in range(30_000))
        assert heard <= MAX_MESSAGES_OF_ALL_STRANGERS
        phone = Source("198.51.100.1", 5060, is_known_source=True, is_known_address=True)
        assert passed(limiter, phone, 100) == 100

    @given(st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=50, unique=True))
    def test_quiet_source_is_always_heard(self, addresses: list[str]) -> None:
        limiter = MessageRateLimiter(b"salt")
        assert all(limiter.allows(stranger(address), NOW) for address in addresses)

    def test_memory_stays_the_same_with_many_sources(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        for n in range(5000):
            limiter.allows(stranger(f"10.0.{n >> 8}.{n & 255}"), NOW)
            limiter.allows_proven(stranger(f"10.0.{n >> 8}.{n & 255}"), NOW)
        for counter in (limiter._sources, limiter._sites, limiter._ports, limiter._proven):
            assert [len(row) for row in counter._rows] == [SKETCH_COLUMNS] * SKETCH_ROWS


class TestOutputLimiter:
    def test_output_is_limited_by_name_and_in_all(self) -> None:
        lines = OutputLimiter(20, 5, b"salt")
        assert sum(lines.allows("one", NOW) for _ in range(100)) == 5
        assert sum(lines.allows(f"name {n}", NOW) for n in range(100)) == 15
        assert lines.held_back == 95 + 85
        assert lines.allows("one", NOW + WINDOW_SECONDS)


class TestWebSockets:
    def test_unregistered_websocket_is_limited(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        passed = [limiter.allows_websocket("127.0.0.1 5", 600, NOW, is_known=False) for _ in range(500)]
        assert passed == [True] * MAX_NEW_WEBSOCKET_MESSAGES + [False] * (500 - MAX_NEW_WEBSOCKET_MESSAGES)
        assert limiter.allows_websocket("127.0.0.1 6", 600, NOW, is_known=False)
        assert limiter.allows_websocket("127.0.0.1 5", 600, NOW + WINDOW_SECONDS, is_known=False)

    def test_long_message_counts_as_several(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        passed = sum(limiter.allows_websocket("127.0.0.1 5", 12_700, NOW, is_known=False) for _ in range(300))
        assert passed == MAX_NEW_WEBSOCKET_MESSAGES // 7

    def test_new_websockets_leave_registered_ones_their_budget(self) -> None:
        limiter = MessageRateLimiter(b"salt")
        passed = sum(limiter.allows_websocket(f"127.0.0.1 {port}", 0, NOW, is_known=False) for port in range(20_000))
        assert passed == MAX_MESSAGES_OF_ALL_STRANGERS
        assert limiter.allows_websocket("127.0.0.1 30000", 0, NOW, is_known=True)
