"""Tells signed-in clients what their users gain or lose, whatever changed it: a rule, a group, a department (PM-3)."""

from __future__ import annotations

from dataclasses import dataclass

from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import MENUS, SETTINGS, TARGETS, Kind
from linkus.client_permission.rules.effective import allowed_by_extension
from linkus.client_permission.rules.enforcement import permissions_of
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.event_catalogue import PermissionsChanged, PermissionsOfClients
from linkus.kit.bus import DIRECTORY, Bus, extension_topic
from linkus.kit.database import Database
from linkus.session.schemas import LinkusClientKind


@dataclass(frozen=True, slots=True)
class Allowed:
    """Holds the menus that an extension sees and the items that it may change."""

    menus: frozenset[str]
    items: frozenset[str]


EVERYTHING = Allowed(frozenset(MENUS), frozenset(SETTINGS))  # without rules


class PermissionsWatch:
    """Publishes the permissions of users with a signed-in client when they change. Others read them when they sign
    in."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database, self._bus = database, bus
        self._allowed: dict[int, Allowed] = {}  # by extension; empty while there are no rules

    async def run(self) -> None:
        changes = self._bus.subscribe([DIRECTORY])
        try:
            self._allowed = await self._read()
            while True:
                await changes.queue.get()
                while not changes.queue.empty():  # many changes at once need one look
                    changes.queue.get_nowait()
                changes.overflowed = False
                await self._publish()
        finally:
            self._bus.unsubscribe(changes)

    async def _publish(self) -> None:
        """Publish what has changed since the last look."""
        before, self._allowed = self._allowed, await self._read()
        for extension_id in self._bus.listened_extensions() if before or self._allowed else ():
            allowed = self._allowed.get(extension_id, EVERYTHING)
            if allowed != before.get(extension_id, EVERYTHING):
                self._bus.publish([extension_topic(extension_id)], _event(allowed))

    async def _read(self) -> dict[int, Allowed]:
        async with self._database.transaction(write=False) as db:
            rules = {kind: await repository.rules(db, kind) for kind in TARGETS}
            if not any(rules.values()):
                return {}
            subjects = await repository.subjects_by_extension(db)

        def of(kind: Kind) -> dict[int, frozenset[str]]:
            return allowed_by_extension(TARGETS[kind], rules[kind], subjects)

        menus, items = of("menu"), of("setting")
        return {extension_id: Allowed(menus[extension_id], items[extension_id]) for extension_id in subjects}


def _event(allowed: Allowed) -> PermissionsChanged:
    """Return the event for all clients of a user. What is locked differs by the kind of client."""

    def of(client_kind: LinkusClientKind) -> OwnPermissions:
        return permissions_of(allowed.menus, allowed.items, client_kind)

    return PermissionsChanged(clients=PermissionsOfClients(mobile=of("mobile"), web=of("web"), desktop=of("desktop")))
