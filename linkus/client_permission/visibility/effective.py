"""Decides for all extensions at once whom each of them sees. Pure: plain values in, plain values out.

Sets of extensions are bits of one number: ten thousand sets of ten thousand members would take gigabytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from linkus.client_permission.people import Person
from linkus.client_permission.visibility.resolution import Rule, Scope


@dataclass(frozen=True, slots=True)
class Difference:
    """Says who sees more and who sees less than before, by extension id in ascending order."""

    gaining: tuple[int, ...]
    losing: tuple[int, ...]

    @property
    def changed(self) -> tuple[int, ...]:
        return tuple(sorted({*self.gaining, *self.losing}))


class Members:
    """Turns scopes into sets of extensions, each a number with one bit for each of `persons`."""

    def __init__(self, persons: Mapping[int, Person], ids: Sequence[int]) -> None:
        self.everybody = (1 << len(ids)) - 1
        self._extensions = {extension_id: 1 << at for at, extension_id in enumerate(ids)}
        self._groups: defaultdict[int, int] = defaultdict(int)
        self._departments: defaultdict[int, int] = defaultdict(int)
        for extension_id, bit in self._extensions.items():
            person = persons.get(extension_id, Person(extension_id))
            for group_id in person.groups:
                self._groups[group_id] |= bit
            for department_id in person.departments:
                self._departments[department_id] |= bit

    def of(self, scope: Scope) -> int:
        if scope.has_everyone:
            return self.everybody
        found = 0
        for known, named in (
            (self._extensions, scope.extensions),
            (self._groups, scope.groups),
            (self._departments, scope.departments),
        ):
            for one in named:
                found |= known.get(one, 0)
        return found


def seen_by_all(rules: Iterable[Rule], persons: Mapping[int, Person], ids: Sequence[int]) -> list[int]:
    """Return whom each of `ids` sees, as bits in the order of `ids`."""
    members = Members(persons, ids)
    seen: dict[int, int] = {}
    for rule in rules:
        if not rule.is_in_force:
            continue
        targets = members.of(rule.targets)
        for at in positions(members.of(rule.subjects)):
            seen[at] = seen.get(at, 1 << at) | targets
    return [seen.get(at, members.everybody) for at in range(len(ids))]


def count_subjects(rules: Iterable[Rule], persons: Mapping[int, Person]) -> dict[int, int]:
    """Return the number of extensions that each rule is for, by the rule's id."""
    members = Members(persons, sorted(persons))
    return {rule.id: members.of(rule.subjects).bit_count() for rule in rules}


def positions(bits: int) -> list[int]:
    """Return the places of the bits that are set, from the lowest one."""
    return [at for at, digit in enumerate(reversed(f"{bits:b}")) if digit == "1"] if bits else []


def compare(
    before: Iterable[Rule],
    after: Iterable[Rule],
    persons: Mapping[int, Person],
    persons_after: Mapping[int, Person] | None = None,
) -> Difference:
    """Compare whom everybody sees before and after a change of the rules, or of where extensions belong."""
    ids = sorted(persons)
    was = seen_by_all(before, persons, ids)
    will_be = seen_by_all(after, persons if persons_after is None else persons_after, ids)
    pairs = list(zip(ids, was, will_be, strict=True))
    return Difference(
        gaining=tuple(extension_id for extension_id, old, new in pairs if new & ~old),
        losing=tuple(extension_id for extension_id, old, new in pairs if old & ~new),
    )
