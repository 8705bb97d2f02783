"""What the edge and the portal are told of a changed trunk: apart from the service, which decides."""

from __future__ import annotations

from linkus.kit.bus import PORTAL
from linkus.kit.work import UnitOfWork


def trunk_changed(work: UnitOfWork, trunk_id: int) -> None:
    """After adding, changing or removing it. Only the id travels: no password lies in the outbox."""
    work.enqueue("edge.trunk", {"trunk_id": trunk_id})
    work.publish([PORTAL], {"type": "trunk.changed", "id": trunk_id})
