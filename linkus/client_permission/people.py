"""Says where extensions belong, which is what rules refer to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.rules.events import PermissionRuleChanged
from linkus.client_permission.visibility.events import VisibilityRuleChanged
from linkus.kit.bus import DIRECTORY, Bus
from linkus.kit.database import Database
from linkus.organization import repository as organization
from linkus.organization.impact import Change
from linkus.organization.models import DepartmentMember, ExtensionGroupMember
from linkus.organization.tree import Tree
from linkus.shared.models.extension import Extension

_NONE: frozenset[int] = frozenset()
_RULE_CHANGES = (PermissionRuleChanged, VisibilityRuleChanged)  # events of DIRECTORY that move nobody


@dataclass(frozen=True, slots=True)
class Person:
    """Describes where an extension belongs. `departments` has those that it is in, and all above them."""

    extension_id: int
    departments: frozenset[int] = _NONE
    groups: frozenset[int] = _NONE


@dataclass(frozen=True, slots=True)
class People:
    """Holds where every extension belonged at one moment, and the ids of the extensions by number."""

    persons: Mapping[int, Person] = field(default_factory=dict)
    ids: Mapping[str, int] = field(default_factory=dict)


async def person(db: AsyncSession, extension_id: int) -> Person:
    tree = await organization.tree(db)
    departments = {owner for _one, owner in await organization.memberships(db, DepartmentMember, [extension_id])}
    groups = {owner for _one, owner in await organization.memberships(db, ExtensionGroupMember, [extension_id])}
    return Person(extension_id, tree.up_ids(departments), frozenset(groups))


async def read_people(db: AsyncSession) -> People:
    """Read all extensions. A thread builds the result: ten thousand objects would hold the event loop for long."""
    tree = await organization.tree(db)
    departments = await organization.all_memberships(db, DepartmentMember)
    groups = await organization.all_memberships(db, ExtensionGroupMember)
    numbers = (await db.execute(select(Extension.id, Extension.number))).all()
    return await asyncio.to_thread(build_people, tree, departments, groups, [(row[0], row[1]) for row in numbers])


def build_people(
    tree: Tree,
    departments: Sequence[tuple[int, int]],
    groups: Sequence[tuple[int, int]],
    numbers: Sequence[tuple[int, str]],
) -> People:
    """Put memberships, given as (extension, owner), together. Pure."""
    departments_of, groups_of = _by_extension(departments), _by_extension(groups)
    above: dict[frozenset[int], frozenset[int]] = {_NONE: _NONE}  # many extensions are in the same departments
    persons: dict[int, Person] = {}
    for extension_id, _number in numbers:
        own = frozenset(departments_of.get(extension_id, ()))
        if own not in above:
            above[own] = tree.up_ids(own)
        persons[extension_id] = Person(extension_id, above[own], frozenset(groups_of.get(extension_id, ())))
    return People(persons, {number: extension_id for extension_id, number in numbers})


def _by_extension(pairs: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
    owners: dict[int, set[int]] = {}
    for extension_id, owner in pairs:
        owners.setdefault(extension_id, set()).add(owner)
    return owners


async def people_around(db: AsyncSession, change: Change) -> tuple[Mapping[int, Person], Mapping[int, Person]]:
    """Return where everybody belongs before and after a change of the organization that is not made yet."""
    numbers = [(row[0], row[1]) for row in await db.execute(select(Extension.id, Extension.number))]

    def built() -> tuple[People, People]:
        before, after = (
            build_people(layout.tree, list(layout.departments), list(layout.groups), numbers)
            for layout in (change.before, change.after)
        )
        return before, after

    before, after = await asyncio.to_thread(built)
    return before.persons, after.persons


class PeopleDirectory:
    """Keeps in memory where extensions belong, so that all who need it share one reading after a change."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._changes = bus.subscribe([DIRECTORY])
        self._reading = asyncio.Lock()
        self._moves = 0  # counts the changes that may have moved somebody
        self._moves_read: int | None = None  # of them, those that `_people` has
        self._people = People()

    async def current(self) -> People:
        """Return where everybody belongs, with every change committed so far."""
        while self._is_stale():
            async with self._reading:
                if self._is_stale():
                    await self._read()
        return self._people

    def _is_stale(self) -> bool:
        """Return whether anybody may have moved since the last reading began. A changed rule moves nobody."""
        if self._changes.overflowed:
            self._changes.overflowed = False
            self._moves += 1
        while not self._changes.queue.empty():
            self._moves += not isinstance(self._changes.queue.get_nowait().event, _RULE_CHANGES)
        return self._moves_read != self._moves

    async def _read(self) -> None:
        moves = self._moves  # a later one may be missing from what is read
        async with self._database.transaction(write=False) as db:
            self._people = await read_people(db)
        self._moves_read = moves
