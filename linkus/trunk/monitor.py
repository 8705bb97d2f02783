"""Tells the pages what the edge knows of trunks. tasks.py installs the real monitor."""

from __future__ import annotations

from typing import Protocol

from linkus.kit.errors import Unavailable
from linkus.trunk.schemas import TrunkStatus


class TrunkMonitor(Protocol):
    def status(self, trunk_id: int) -> TrunkStatus:
        """Return the last reported status, or `unknown` without a report."""
        ...

    def addresses(self) -> frozenset[str]:
        """Return the resolved addresses of the trunks' hosts."""
        ...

    async def test(self, trunk_id: int) -> TrunkStatus:
        """Register now (or query the peer by OPTIONS) and wait some seconds for the answer. Return `unreachable`
        without one. Raise Unavailable("trunk_engine_off") if the edge itself does not answer."""
        ...


class NullTrunkMonitor:
    """Stands in for the edge when the engine is off: the state of every trunk is unknown."""

    def status(self, trunk_id: int) -> TrunkStatus:
        return TrunkStatus()

    def addresses(self) -> frozenset[str]:
        return frozenset()

    async def test(self, trunk_id: int) -> TrunkStatus:
        raise Unavailable("trunk_engine_off")
