from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field

from linkus.kit.fields import MAX_ID, Body, Moment, SearchQuery
from linkus.shared.event_log.kinds import EventCategory, EventKind, EventLevel


class EventItem(BaseModel):
    """An event. `name` and `text` are in the reader's language; `params` are the values in the text.

    `repeats`: how often the same has happened again within ten minutes; `last_at`: when it did for the last time."""

    id: int
    kind: EventKind
    category: EventCategory
    level: EventLevel
    name: str
    text: str
    params: dict[str, Any]
    created_at: datetime
    repeats: int
    last_at: datetime | None


class EventKindChoice(BaseModel):
    """Offers a kind of event to filter by, with its name in the reader's language."""

    kind: EventKind
    name: str
    category: EventCategory


class EventChoices(BaseModel):
    kinds: list[EventKindChoice]


class UnreadEvents(BaseModel):
    """Counts warnings and alerts that the administrator has not seen yet, up to 100. `level`: the gravest of them."""

    count: int
    level: EventLevel | None


class SeenEvents(Body):
    event_id: Annotated[int, Field(ge=0, le=MAX_ID)]


class EventFilter(BaseModel):
    kind: EventKind | None
    category: EventCategory | None
    level: EventLevel | None
    search: str
    since: datetime | None
    until: datetime | None


def _filter(
    kind: EventKind | None = None,
    category: EventCategory | None = None,
    level: EventLevel | None = None,
    search: SearchQuery = "",
    since: Moment | None = None,
    until: Moment | None = None,
) -> EventFilter:
    return EventFilter(kind=kind, category=category, level=level, search=search, since=since, until=until)


EventQuery = Annotated[EventFilter, Depends(_filter)]
