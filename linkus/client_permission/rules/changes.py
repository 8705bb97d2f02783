"""Tells signed-in clients what their users gain or lose, whatever changed it: a rule, a group, a department (PM-3)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from linkus.client_permission.people import PeopleDirectory, Person
from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import MENUS, SETTINGS, TARGETS, Kind
from linkus.client_permission.rules.effective import allowed_by_extension
from linkus.client_permission.rules.enforcement import permissions_of
from linkus.client_permission.rules.events import PermissionsChanged, PermissionsOfClients
from linkus.client_permission.rules.resolution import Rule
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.client_permission.rules.subjects import subjects_by_extension
from linkus.kit.bus import DIRECTORY, Bus, extension_topic
from linkus.kit.database import Database
from linkus.session.schemas import LinkusClientKind


@dataclass(frozen=True, slots=True)
class Allowed:
    """Holds the menus that an extension sees and the items that it may change."""

    menus: frozenset[str]
    items: frozenset[str]


EVERYTHING = Allowed(frozenset(MENUS), frozenset(SETTINGS))  # without rules


@dataclass(frozen=True, slots=True)
class Look:
    """Holds what decides who may use what, as it was at one moment. Without rules it needs no persons."""

    rules: Mapping[Kind, Sequence[Rule]] = field(default_factory=dict)
    persons: Mapping[int, Person] = field(default_factory=dict)
    _decided: dict[int, Allowed] = field(default_factory=dict, compare=False, repr=False)

    def allowed(self, extension_ids: Collection[int]) -> dict[int, Allowed]:
        """Decide for these extensions, once for each: a look is compared with the one before it and the one after."""
        self._decided.update(self._decide([one for one in extension_ids if one not in self._decided]))
        return {one: self._decided[one] for one in extension_ids if one in self._decided}

    def _decide(self, extension_ids: Collection[int]) -> dict[int, Allowed]:
        subjects = subjects_by_extension(self.persons, extension_ids)

        def of(kind: Kind) -> dict[int, frozenset[str]]:
            return allowed_by_extension(TARGETS[kind], self.rules[kind], subjects)

        if not subjects:
            return {}
        menus, items = of("menu"), of("setting")
        return {extension_id: Allowed(menus[extension_id], items[extension_id]) for extension_id in subjects}


def changed_for(before: Look, after: Look, extension_ids: Collection[int]) -> dict[Allowed, list[int]]:
    """Return the extensions whose permissions differ, by what they may use now. Pure: a thread runs it."""
    was, will_be = before.allowed(extension_ids), after.allowed(extension_ids)
    changed: defaultdict[Allowed, list[int]] = defaultdict(list)
    for extension_id in extension_ids:
        allowed = will_be.get(extension_id, EVERYTHING)
        if allowed != was.get(extension_id, EVERYTHING):
            changed[allowed].append(extension_id)
    return changed


class PermissionsWatch:
    """Publishes the permissions of users with a signed-in client when they change. Others read them when they sign
    in."""

    def __init__(self, database: Database, bus: Bus, people: PeopleDirectory) -> None:
        self._database, self._bus, self._people = database, bus, people
        self._look = Look()

    async def run(self) -> None:
        changes = self._bus.subscribe([DIRECTORY])
        try:
            self._look = await self._read()
            while True:
                await changes.queue.get()
                while not changes.queue.empty():  # many changes at once need one look
                    changes.queue.get_nowait()
                changes.overflowed = False
                await self._publish()
        finally:
            self._bus.unsubscribe(changes)

    async def _publish(self) -> None:
        """Publish what has changed since the last look: one event for all extensions that may use the same."""
        before, self._look = self._look, await self._read()
        if not before.persons and not self._look.persons:
            return
        listened = self._bus.listened_extensions()
        for allowed, extension_ids in (await asyncio.to_thread(changed_for, before, self._look, listened)).items():
            self._bus.publish(map(extension_topic, extension_ids), _event(allowed))

    async def _read(self) -> Look:
        async with self._database.transaction(write=False) as db:
            rules: dict[Kind, Sequence[Rule]] = {kind: await repository.rules(db, kind) for kind in TARGETS}
        if not any(rules.values()):
            return Look()
        return Look(rules, (await self._people.current()).persons)


def _event(allowed: Allowed) -> PermissionsChanged:
    """Return the event for all clients of a user. What is locked differs by the kind of client."""

    def of(client_kind: LinkusClientKind) -> OwnPermissions:
        return permissions_of(allowed.menus, allowed.items, client_kind)

    return PermissionsChanged(clients=PermissionsOfClients(mobile=of("mobile"), web=of("web"), desktop=of("desktop")))
