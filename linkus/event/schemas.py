from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from pydantic import AwareDatetime, BaseModel

from linkus.event.kinds import EventCategory, EventKind, EventLevel
from linkus.kit.fields import SearchQuery


class EventItem(BaseModel):
    """An event. `name` and `text` are in the reader's language; `params` are the values in the text."""

    id: int
    kind: EventKind
    category: EventCategory
    level: EventLevel
    name: str
    text: str
    params: dict[str, Any]
    created_at: datetime


class EventKindChoice(BaseModel):
    """Offers a kind of event to filter by, with its name in the reader's language."""

    kind: EventKind
    name: str
    category: EventCategory


class EventChoices(BaseModel):
    kinds: list[EventKindChoice]


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
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> EventFilter:
    return EventFilter(kind=kind, category=category, level=level, search=search, since=since, until=until)


EventQuery = Annotated[EventFilter, Depends(_filter)]
