"""Notifies the edge and the portal of changed trunks. Separate from the service, which decides on the change."""

from __future__ import annotations

from linkus.kit.bus import PORTAL
from linkus.kit.work import UnitOfWork
from linkus.trunk.events import TrunkChanged


def trunk_changed(work: UnitOfWork, trunk_id: int) -> None:
    """Notify of an added, changed or removed trunk. The outbox holds only its id, so that it contains no password."""
    work.enqueue("edge.trunk", {"trunk_id": trunk_id})
    work.publish([PORTAL], TrunkChanged(id=trunk_id))
