"""Tells features with rules or routes what is about to be deleted, so that they record and can undo what goes with it.

A rule loses what it names by a cascade of the database, and a route is deleted with what it leads to. Features with
such rows add a source to `Services.removal_sources`, so that whoever deletes something need not know them.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import NotFound
from linkus.kit.work import UnitOfWork
from linkus.organization.tree import Node

KEPT_SECONDS = 60.0  # pages offer an undo for ten
MAX_KEPT = 100


@dataclass(frozen=True)
class Removal:
    """Names what is deleted."""

    departments: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    extensions: frozenset[int] = frozenset()
    paging_groups: frozenset[int] = frozenset()
    trunks: frozenset[int] = frozenset()


class NamingRules(Protocol):
    """Holds the rules, or other rows, that named something, as they were before it was deleted."""

    async def record_removal(self, work: UnitOfWork) -> None:
        """Tell the audit log and open pages what the rules have lost, after the deletion."""

    async def restore(self, work: UnitOfWork) -> None:
        """Give the rules back what they have lost, after it is there again."""


@dataclass(frozen=True)
class RemovedDepartment:
    """Describes a deleted department. `moved_up` are those of its members who were not in the parent before."""

    node: Node
    place: int  # among its siblings
    children: Sequence[int]
    members: frozenset[int]
    moved_up: frozenset[int]
    rules: Sequence[NamingRules]


@dataclass(frozen=True)
class RemovedGroup:
    id: int
    name: str
    members: frozenset[int]
    rules: Sequence[NamingRules]


RemovedT = TypeVar("RemovedT")


@dataclass
class Kept(Generic[RemovedT]):
    """Keeps for a minute what was deleted, by id. After a restart of the server there is nothing to undo."""

    by_id: dict[int, tuple[float, RemovedT]] = field(default_factory=dict)

    def keep(self, object_id: int, removed: RemovedT) -> None:
        self.by_id.pop(object_id, None)
        self.by_id[object_id] = (time.monotonic(), removed)
        while len(self.by_id) > MAX_KEPT:
            del self.by_id[next(iter(self.by_id))]

    def find(self, object_id: int) -> RemovedT:
        kept_at, removed = self.by_id.get(object_id, (0.0, None))
        if removed is None or time.monotonic() - kept_at > KEPT_SECONDS:
            self.by_id.pop(object_id, None)
            raise NotFound("removal_undo_over")
        return removed

    def forget(self, object_id: int) -> None:
        self.by_id.pop(object_id, None)


@dataclass
class RecentRemovals:
    """Holds what was deleted in the last minute, for an undo."""

    departments: Kept[RemovedDepartment] = field(default_factory=Kept[RemovedDepartment])
    groups: Kept[RemovedGroup] = field(default_factory=Kept[RemovedGroup])


RemovalSource = Callable[[AsyncSession, Removal], Awaitable[NamingRules]]


async def rules_naming(db: AsyncSession, sources: Sequence[RemovalSource], removal: Removal) -> Sequence[NamingRules]:
    """Read the rules that name what is about to be deleted."""
    return [await source(db, removal) for source in sources]


async def record_all(work: UnitOfWork, rules: Iterable[NamingRules]) -> None:
    for each in rules:
        await each.record_removal(work)


async def restore_all(work: UnitOfWork, rules: Iterable[NamingRules]) -> None:
    for each in rules:
        await each.restore(work)
