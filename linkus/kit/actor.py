"""Knows on whose behalf code runs: of the request that is answered now, or of the system itself."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession


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
StillMay = Callable[[AsyncSession], Awaitable[None]]  # raises if the sender may not go on
_current: ContextVar[Actor] = ContextVar("linkus_actor", default=SYSTEM)
_still_may: ContextVar[StillMay | None] = ContextVar("linkus_still_may", default=None)


def current_actor() -> Actor:
    return _current.get()


@contextlib.contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Run a block, and the tasks that it starts, on behalf of `actor`."""
    token, no_check = _current.set(actor), _still_may.set(None)
    try:
        yield
    finally:
        _still_may.reset(no_check)
        _current.reset(token)


def identify(kind: ActorKind, actor_id: int, name: str, still_may: StillMay | None = None) -> None:
    """Say who sends the present request, once that is known. The address stays, and an administrator's way.
    `still_may` is asked again by each transaction that writes."""
    visitor = _current.get()
    way = visitor.way if kind is ActorKind.ADMINISTRATOR else None
    _current.set(Actor(kind, actor_id, name, visitor.address, way))
    _still_may.set(still_may)


async def check_still_may(db: AsyncSession) -> None:
    """Raise if the sender of the request was removed, signed out or given a lesser role since their session was read:
    meanwhile the request may have hashed a password, or waited for its turn to write. Call it first in a
    transaction."""
    if (still_may := _still_may.get()) is not None:
        await still_may(db)
        db.expunge_all()  # else later queries of this transaction would return these objects unread


def context_of_task() -> Context:
    """Return the context of a task that a request leaves behind. It acts for the sender of the request, and goes on
    when the sender has signed out."""
    context = copy_context()
    context.run(_still_may.set, None)
    return context


def change_way(header: str | None) -> ChangeWay | None:
    """Return what the header of a request says. What this version does not know is a plain change."""
    return next((way for way in ChangeWay if way == header), None)
