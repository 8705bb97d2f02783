"""The events of the event log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from linkus.event.kinds import EventCategory, EventKind, EventLevel
from linkus.kit.bus import Event


class EventLogged(Event):
    """An event of the event log, as in `GET /admin/events` without `name` and `text`."""

    type: Literal["event.logged"] = "event.logged"
    id: int
    kind: EventKind
    category: EventCategory
    level: EventLevel
    params: dict[str, Any]
    created_at: datetime
