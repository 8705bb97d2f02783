"""The events of the server."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event
from linkus.system.schemas import EdgeCountersView, PartSummary


class StatusChanged(Event):
    """The state of the server, as in `GET /admin/status` without the parts' `message`."""

    type: Literal["status.changed"] = "status.changed"
    ready: bool
    engine: Literal["on", "off"]
    parts: list[PartSummary]
    edge: EdgeCountersView
