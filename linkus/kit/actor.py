"""Knows on whose behalf code runs: of the request that is answered now, or of the system itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    ADMINISTRATOR = "administrator"
    USER = "user"  # of an extension
    VISITOR = "visitor"  # who sends a request and is not signed in
    SYSTEM = "system"
    COMMAND_LINE = "command_line"


class ChangeWay(StrEnum):
    """Says how an administrator makes a change, other than by a form: the portal tells it in a header."""

    RESTORE = "restore"  # a past value, from the history of a setting
    UNDO = "undo"  # of what they have just done


WAY_HEADER = "X-Linkus-Change"


@dataclass(frozen=True, slots=True)
class Actor:
    """Describes who acts. `id` is that of the administrator or the extension."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    address: str = ""
    way: ChangeWay | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
_current: ContextVar[Actor] = ContextVar("linkus_actor", default=SYSTEM)


def current_actor() -> Actor:
    return _current.get()


@contextlib.contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Run a block, and the tasks that it starts, on behalf of `actor`."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def identify(kind: ActorKind, actor_id: int, name: str) -> None:
    """Say who sends the present request, once that is known. The address stays, and an administrator's way."""
    visitor = _current.get()
    way = visitor.way if kind is ActorKind.ADMINISTRATOR else None
    _current.set(Actor(kind, actor_id, name, visitor.address, way))


def change_way(header: str | None) -> ChangeWay | None:
    """Return what the header of a request says. What this version does not know is a plain change."""
    return next((way for way in ChangeWay if way == header), None)
