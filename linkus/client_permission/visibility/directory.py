"""Keeps in memory who may see whom, because events of thousands of clients cannot each ask the database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from linkus.client_permission.people import PeopleDirectory, Person
from linkus.client_permission.visibility import repository
from linkus.client_permission.visibility.resolution import Rule, Scope, visible_scope
from linkus.kit.bus import DIRECTORY, Bus
from linkus.kit.database import Database


class Directory:
    """Answers who may see whom, as it was at one moment. Without rules it knows nobody, because all see all."""

    def __init__(
        self,
        rules: Sequence[Rule] = (),
        persons: Mapping[int, Person] | None = None,
        ids: Mapping[str, int] | None = None,
        before: Directory | None = None,
    ) -> None:
        self._rules = rules
        self._persons = persons or {}
        self._ids = ids or {}
        self._before = before
        self._scopes: dict[int, Scope | None] = {}

    def scope(self, viewer_id: int) -> Scope | None:
        """Return whom an extension may see; None: everybody."""
        if not self._rules:
            return None
        if viewer_id not in self._scopes:
            viewer = self._persons.get(viewer_id, Person(viewer_id))
            self._scopes[viewer_id] = visible_scope(viewer, self._rules)
        return self._scopes[viewer_id]

    def hides(self, viewer_id: int, extension_id: int | None) -> bool:
        """Return whether the viewer may not see this extension. What is no extension (None), such as an outside number,
        is not hidden. An extension that was deleted, whose id is unknown, belongs to no department or
        group any more, so only who sees everybody sees it."""
        scope = self.scope(viewer_id)
        if scope is None or extension_id is None:
            return False
        return not scope.covers(self._persons.get(extension_id, Person(extension_id)))

    def hides_number(self, viewer_id: int, number: str) -> bool:
        return self.hides(viewer_id, self._ids.get(number))

    def may_hear_of(self, viewer_id: int, number: str) -> bool:
        """Return whether an event about an extension may be sent to the viewer. Who does not see everybody hears of
        numbers that exist, or that are gone and were seen before."""
        if self.scope(viewer_id) is None:
            return True
        if number in self._ids:
            return not self.hides_number(viewer_id, number)
        return self._before is not None and self._before.may_hear_of(viewer_id, number)

    def after(self, before: Directory) -> Directory:
        """Add what was so before, for events about extensions that are gone. Only one earlier directory is kept."""
        earlier = Directory(before._rules, before._persons, before._ids)
        return Directory(self._rules, self._persons, self._ids, earlier)


class Visibility:
    """Serves the present directory to the rest of the server."""

    def __init__(self, database: Database, bus: Bus, people: PeopleDirectory) -> None:
        self._database, self._bus, self._people = database, bus, people
        self._changes = bus.subscribe([DIRECTORY])
        self._reading = asyncio.Lock()
        self._is_unread = True
        self._directory = Directory()

    @property
    def latest(self) -> Directory:
        """Return the directory as it was read last, for code that cannot wait."""
        return self._directory

    def hides(self, viewer_id: int, extension_id: int | None) -> bool:
        """Answer by the directory as it was read last."""
        return self._directory.hides(viewer_id, extension_id)

    async def current(self) -> Directory:
        """Return a directory that has every change committed so far."""
        while self._is_stale:
            async with self._reading:
                if self._is_stale:
                    await self._read()
        return self._directory

    @property
    def _is_stale(self) -> bool:
        return self._is_unread or not self._changes.queue.empty() or self._changes.overflowed

    async def _read(self) -> None:
        self._is_unread = True
        self._changes.overflowed = False
        while not self._changes.queue.empty():
            self._changes.queue.get_nowait()
        async with self._database.transaction(write=False) as db:
            rules = await repository.rules(db)
        found = Directory()
        if rules:
            people = await self._people.current()
            found = Directory(rules, people.persons, people.ids)
        self._directory = found.after(self._directory)
        self._is_unread = False

    async def follow(self) -> None:
        """Keep `latest` up to date."""
        changes = self._bus.subscribe([DIRECTORY])
        try:
            while True:
                await self.current()
                await changes.queue.get()
        finally:
            self._bus.unsubscribe(changes)
