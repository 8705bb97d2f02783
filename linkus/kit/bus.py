"""Publishes events to the connections that are open now. Delivery is best-effort: a page that missed an event reads the
state again."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel

PORTAL = "portal"  # every signed-in administrator
CLIENTS = "clients"  # every signed-in extension user
DIRECTORY = "directory"  # code of this server that keeps in memory which extensions there are, and where they belong
MAX_QUEUED_EVENTS = 1000
_EXTENSION = "extension:"


def extension_topic(extension_id: int) -> str:
    return f"{_EXTENSION}{extension_id}"


def session_topic(session_id: int) -> str:
    return f"session:{session_id}"


class Event(BaseModel):
    """The payload of an event. Each feature has its own in `events.py`; `linkus/event_catalogue.py` lists them all."""

    optional_fields: ClassVar[frozenset[str]] = frozenset()  # left out when they are None
    type: Any  # a literal text in each event, which no attribute of type str may become


@dataclass(frozen=True)
class Message:
    """An event for the given topics. `body` becomes the JSON frame, `{"type": ..., ...}`.

    `about` is the number of the extension that the event reveals to others: who may not see it is not told.
    """

    topics: frozenset[str]
    event: Event
    about: str | None = None

    @functools.cached_property
    def body(self) -> dict[str, Any]:
        event = self.event
        absent = {name for name in event.optional_fields if getattr(event, name) is None}
        return event.model_dump(mode="json", by_alias=True, exclude=absent)

    @functools.cached_property
    def text(self) -> str:
        """Return the JSON frame. It is serialised once for all connections."""
        return orjson.dumps(self.body).decode()


@dataclass(eq=False)
class Subscription:
    topics: set[str]
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(MAX_QUEUED_EVENTS))
    overflowed: bool = False  # the reader is too slow: the gateway closes the connection and the page reloads its state


class Bus:
    """Publish and subscribe within one process."""

    def __init__(self) -> None:
        self._by_topic: dict[str, set[Subscription]] = {}

    def publish(self, topics: Iterable[str], event: Event, about: str | None = None) -> None:
        message = Message(frozenset(topics), event, about)
        for subscription in {s for topic in message.topics for s in self._by_topic.get(topic, ())}:
            try:
                subscription.queue.put_nowait(message)
            except asyncio.QueueFull:
                subscription.overflowed = True

    def listened_extensions(self) -> set[int]:
        """Return the ids of the extensions that have at least one subscriber."""
        extension_ids = (topic.removeprefix(_EXTENSION) for topic in self._by_topic if topic.startswith(_EXTENSION))
        return {int(extension_id) for extension_id in extension_ids}

    def count(self, topic: str) -> int:
        """Return the number of subscribers of a topic."""
        return len(self._by_topic.get(topic, ()))

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        subscription = Subscription(set(topics))
        for topic in subscription.topics:
            self._by_topic.setdefault(topic, set()).add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        for topic in subscription.topics:
            members = self._by_topic.get(topic, set())
            members.discard(subscription)
            if not members:
                self._by_topic.pop(topic, None)
