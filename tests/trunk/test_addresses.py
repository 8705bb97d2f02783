"""Addresses of a trunk."""

from __future__ import annotations

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


def test_contact_is_nobody_else_s_and_stays() -> None:
    own = contact_of(trunk(), "key")
    assert len(own) == 32
    assert own == contact_of(trunk(host="other.example"), "key")
    others = {
        contact_of(trunk(id=8), "key"),
        contact_of(trunk(), "other key"),
        # an id that is given again after a deletion
        contact_of(trunk(created_at=datetime(2026, 1, 2, tzinfo=UTC)), "key"),
    }
    assert len(others | {own}) == 4


@pytest.mark.parametrize(
    ("host", "version", "found"),
    [
        ("127.0.0.1", 4, ("127.0.0.1",)),
        ("[2001:db8::1]", 6, ("2001:db8::1",)),
        ("2001:db8::1", 4, ()),
        ("localhost", 4, ("127.0.0.1",)),
        ("no-such-name.invalid", 4, ()),
        (f"{'a' * 64}.example", 4, ()),
    ],
)
async def test_addresses(host: str, version: int, found: tuple[str, ...]) -> None:
    assert await addresses_of(host, version=version) == found
