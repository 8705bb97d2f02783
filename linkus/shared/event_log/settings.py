"""Holds what an administrator has chosen for each kind of event (OV-8): its level, and whether contacts are told."""

from __future__ import annotations

from pydantic import BaseModel

from linkus.shared.event_log.kinds import KINDS, EventKind, EventLevel

EVENT_TYPES = "event_types"  # the group of settings


class EventType(BaseModel):
    level: EventLevel
    notified: bool = True


class EventTypes(BaseModel):
    """Holds the choices that differ from the defaults, so that a new kind of event needs no migration."""

    kinds: dict[str, EventType] = {}

    def of(self, kind: EventKind) -> EventType:
        return self.kinds.get(kind.value) or default_of(kind)


def default_of(kind: EventKind) -> EventType:
    return EventType(level=KINDS[kind].level)
