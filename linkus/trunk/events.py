"""The events of trunks."""

from __future__ import annotations

from typing import ClassVar, Literal

from linkus.kit.bus import Event
from linkus.trunk.schemas import TrunkStatus


class TrunkChanged(Event):
    """The settings or the state of a trunk have changed: read it again."""

    optional_fields: ClassVar[frozenset[str]] = frozenset({"status"})
    type: Literal["trunk.changed"] = "trunk.changed"
    id: int
    status: TrunkStatus | None = None
