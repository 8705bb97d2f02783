"""Networks made by the tests: addresses other than loopback, NAT, several uplinks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.network.topology import Network


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as network:
        yield network
