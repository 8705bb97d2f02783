"""Decides which extensions an extension may see (客户端权限 > 分机可见性). Pure.

Everybody sees everybody, unless a rule is for the one who looks. Then they see what the rules for them name, all
together, and themselves. The order of the rules does not matter. A rule whose last target was deleted is not in force:
nobody may lose all colleagues because a department was deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linkus.client_permission.people import Person

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Names extensions: one by one, by group, and by department with everything below it."""

    extensions: frozenset[int] = _NONE
    groups: frozenset[int] = _NONE
    departments: frozenset[int] = _NONE
    has_everyone: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.has_everyone or self.extensions or self.groups or self.departments)

    def covers(self, person: Person) -> bool:
        return (
            self.has_everyone
            or person.extension_id in self.extensions
            or not self.groups.isdisjoint(person.groups)
            or not self.departments.isdisjoint(person.departments)
        )

    def __or__(self, other: Scope) -> Scope:
        return Scope(
            self.extensions | other.extensions,
            self.groups | other.groups,
            self.departments | other.departments,
            self.has_everyone or other.has_everyone,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """Lets its subjects see its targets, and nothing else that no other rule lets them see. With `only_self` somebody
    chose that there are no targets; without it, empty targets are those of a rule that has lost them."""

    id: int
    subjects: Scope
    targets: Scope
    only_self: bool = False

    @property
    def is_in_force(self) -> bool:
        return self.only_self or not self.targets.is_empty


def rules_for(viewer: Person, rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.is_in_force and rule.subjects.covers(viewer)]


def visible_scope(viewer: Person, rules: Iterable[Rule]) -> Scope | None:
    """Return whom `viewer` may see; None if no rule is for them, so that they see everybody."""
    targets = [rule.targets for rule in rules_for(viewer, rules)]
    if not targets:
        return None
    scope = Scope(extensions=frozenset({viewer.extension_id}))
    for target in targets:
        scope |= target
    return scope


def may_see(viewer: Person, other: Person, rules: Iterable[Rule]) -> bool:
    scope = visible_scope(viewer, rules)
    return scope is None or scope.covers(other)
