"""What the trunks' pages need to know of the edge; tasks.py puts what really asks it on `app.state.trunk_lines`."""

from __future__ import annotations

from typing import Protocol

from linkus.kit.errors import Unavailable
from linkus.trunk.schemas import TrunkStatus


class TrunkLines(Protocol):
    def status(self, trunk_id: int) -> TrunkStatus:
        """As last heard; `unknown` when nothing was."""
        ...

    def addresses(self) -> frozenset[str]:
        """Return where the trunks' hosts are, as far as name servers have said so."""
        ...

    async def test(self, trunk_id: int) -> TrunkStatus:
        """Registers (or asks the peer by OPTIONS) now and waits for the answer, for some seconds; `unreachable`
        without one. Raises Unavailable("trunk_engine_off") when the edge itself does not answer."""
        ...


class NoLines:
    """Without the engine nothing is known."""

    def status(self, trunk_id: int) -> TrunkStatus:
        return TrunkStatus()

    def addresses(self) -> frozenset[str]:
        return frozenset()

    async def test(self, trunk_id: int) -> TrunkStatus:
        raise Unavailable("trunk_engine_off")
