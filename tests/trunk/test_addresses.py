"""Addresses of a trunk."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from linkus.trunk.addresses import addresses_of, contact_of, domain_of
from linkus.trunk.models import Trunk


def trunk(**values: object) -> Trunk:
    given: dict[str, object] = {
        "id": 7, "host": "sip.provider.example", "port": 5060, "transport": "udp", "domain": "",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return Trunk(**{**given, **values})


@pytest.mark.parametrize(
    ("values", "domain"),
    [
        ({}, "sip.provider.example"),
        ({"port": 5080}, "sip.provider.example:5080"),
        ({"port": 5061, "transport": "tls"}, "sip.provider.example"),
        ({"port": 5060, "transport": "tls"}, "sip.provider.example:5060"),
        ({"domain": "provider.example", "port": 5080}, "provider.example"),
        ({"host": "2001:db8::1"}, "[2001:db8::1]"),
        ({"host": "[2001:db8::1]", "port": 5080}, "[2001:db8::1]:5080"),
    ],
)
def test_domain(values: dict[str, object], domain: str) -> None:
    assert domain_of(trunk(**values)) == domain


def test_contact_is_unique_and_stays() -> None:
    own = contact_of(trunk(), "key")
    assert len(own) == 32
    assert own == contact_of(trunk(host="other.example"), "key")
    others = {
        contact_of(trunk(id=8), "key"),
        contact_of(trunk(), "other key"),
        # an id that is reused after a deletion
        contact_of(trunk(created_at=datetime(2026, 1, 2, tzinfo=UTC)), "key"),
    }
    assert len(others | {own}) == 4


@pytest.mark.parametrize(
    ("host", "versions", "found"),
    [
        ("127.0.0.1", (4,), ("127.0.0.1",)),
        ("127.0.0.1", (6,), ()),
        ("[2001:db8::1]", (6,), ("2001:db8::1",)),
        ("2001:DB8:0:0::1", (4, 6), ("2001:db8::1",)),  # as the edge compares it
        ("2001:db8::1", (4,), ()),
        ("localhost", (4,), ("127.0.0.1",)),
        ("no-such-name.invalid", (4, 6), ()),
        (f"{'a' * 64}.example", (4,), ()),
    ],
)
async def test_addresses(host: str, versions: tuple[int, ...], found: tuple[str, ...]) -> None:
    assert await addresses_of(host, versions=versions) == found


async def test_addresses_put_ipv4_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET6, 2, 17, "", ("2001:db8::1", 0, 0, 0)), (socket.AF_INET, 2, 17, "", ("192.0.2.1", 0))]

    def look_up(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
        return answers

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert await addresses_of("sip.example", versions=(4, 6)) == ("192.0.2.1", "2001:db8::1")
    assert await addresses_of("sip.example", versions=(6,)) == ("2001:db8::1",)


async def test_addresses_stay_in_order_when_a_name_server_shuffles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another order would look like a change, and the trunk would be written to the edge again and again."""
    answers = [(socket.AF_INET, 2, 17, "", (f"192.0.2.{number}", 0)) for number in (10, 9, 1, 9)]

    def look_up(*_: object, **__: object) -> list[tuple[socket.AddressFamily, int, int, str, tuple[str, int]]]:
        answers.reverse()
        return answers

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    found = [await addresses_of("sip.example", versions=(4,)) for _ in range(2)]
    assert found == [("192.0.2.1", "192.0.2.9", "192.0.2.10")] * 2
