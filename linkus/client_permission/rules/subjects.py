"""Says as which subjects of permission rules an extension counts. Pure."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping

from linkus.client_permission.people import Person
from linkus.client_permission.rules.resolution import Rule, Subject
from linkus.organization.naming import COMPANY_ID, EVERYONE_ID

EVERYBODY = (Subject("group", EVERYONE_ID), Subject("department", COMPANY_ID))
Subjects = Mapping[int, Collection[Subject]]  # by extension


def subjects_of(person: Person) -> frozenset[Subject]:
    """Return the extension itself, its groups, its departments with those above them, and everybody."""
    return frozenset(
        (
            Subject("extension", person.extension_id),
            *EVERYBODY,
            *map(_group, person.groups),
            *map(_department, person.departments),
        )
    )


@functools.cache
def _group(group_id: int) -> Subject:
    return Subject("group", group_id)


@functools.cache
def _department(department_id: int) -> Subject:
    return Subject("department", department_id)


def subjects_by_extension(persons: Mapping[int, Person], extension_ids: Iterable[int] | None = None) -> Subjects:
    """Return the subjects of every extension, or of those of `extension_ids` that exist."""
    chosen = persons if extension_ids is None else [one for one in extension_ids if one in persons]
    return {extension_id: subjects_of(persons[extension_id]) for extension_id in chosen}


def named_by(rules: Iterable[Rule | None], persons: Mapping[int, Person]) -> list[Person]:
    """Return the extensions that one of these rules names, whether it is enabled or not."""
    named = frozenset[Subject]().union(*(rule.subjects for rule in rules if rule is not None))
    if not named.isdisjoint(EVERYBODY):
        return list(persons.values())
    extensions, groups, departments = (
        frozenset(subject.id for subject in named if subject.kind == kind)
        for kind in ("extension", "group", "department")
    )
    return [
        person
        for person in persons.values()
        if person.extension_id in extensions
        or not groups.isdisjoint(person.groups)
        or not departments.isdisjoint(person.departments)
    ]


def subjects_of_named(rules: Iterable[Rule | None], persons: Mapping[int, Person]) -> Subjects:
    """Return the subjects of the extensions that one of these rules names."""
    return {person.extension_id: subjects_of(person) for person in named_by(rules, persons)}
