"""Visibility: the pure function against a slow and obvious model."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from linkus.call.types import DELETED
from linkus.client_permission.people import Person
from linkus.client_permission.visibility.directory import Directory
from linkus.client_permission.visibility.effective import compare, count_subjects
from linkus.client_permission.visibility.resolution import Rule, Scope, may_see, visible_scope
from linkus.organization.tree import Node, Tree


@dataclass
class World:
    """A company as somebody would draw it on paper."""

    parents: dict[int, int]  # department -> the one above it; 0 is the company
    departments: dict[int, set[int]]  # extension -> its own departments
    groups: dict[int, set[int]]
    rules: list[tuple[Scope, Scope, bool]] = field(default_factory=list)  # subjects, targets, only themselves

    def members(self, scope: Scope) -> set[int]:
        """Write down everybody whom a scope names."""
        if scope.has_everyone:
            return set(self.departments)
        named = {extension for extension in self.departments if extension in scope.extensions}
        for extension, own in self.groups.items():
            for group in own:
                if group in scope.groups:
                    named.add(extension)
        for extension, own in self.departments.items():
            for department in own:
                while department != 0:
                    if department in scope.departments:
                        named.add(extension)
                    department = self.parents[department]
        return named

    def sees(self, viewer: int) -> set[int]:
        found = [
            self.members(targets)
            for subjects, targets, only_self in self.rules
            if viewer in self.members(subjects) and (only_self or targets != Scope())
        ]
        return {viewer}.union(*found) if found else set(self.departments)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count, people = draw(st.integers(0, 6)), draw(st.integers(1, 6))
    parents = {number: draw(st.integers(0, number - 1)) for number in range(1, count + 1)}
    owned = st.sets(st.integers(1, count), max_size=3) if count else st.just(set())
    departments = {extension: draw(owned) for extension in range(1, people + 1)}
    groups = {extension: draw(st.sets(st.integers(1, 3), max_size=2)) for extension in range(1, people + 1)}

    def ids(most: int) -> st.SearchStrategy[frozenset[int]]:
        return st.frozensets(st.integers(1, most), max_size=2) if most else st.just(frozenset())

    scopes = st.builds(Scope, ids(people), ids(3), ids(count), st.sampled_from([False, False, False, True]))
    return World(parents, departments, groups, draw(st.lists(st.tuples(scopes, scopes, st.booleans()), max_size=4)))


def persons(world: World) -> dict[int, Person]:
    tree = Tree(Node(number, parent, str(number)) for number, parent in world.parents.items())
    return {
        extension: Person(extension, tree.up_ids(own), frozenset(world.groups[extension]))
        for extension, own in world.departments.items()
    }


def rules(world: World) -> list[Rule]:
    return [
        Rule(number, subjects, targets, only_self) for number, (subjects, targets, only_self) in enumerate(world.rules)
    ]


@given(worlds())
def test_everybody_sees_whom_the_model_says(world: World) -> None:
    people, made = persons(world), rules(world)
    directory = Directory(made, people, {str(extension): extension for extension in people})
    for viewer in people.values():
        expected = world.sees(viewer.extension_id)
        assert {other.extension_id for other in people.values() if may_see(viewer, other, made)} == expected
        for other in people:
            assert directory.hides(viewer.extension_id, other) == (other not in expected)
            assert directory.may_hear_of(viewer.extension_id, str(other)) == (other in expected)


@given(worlds())
def test_the_order_of_rules_does_not_matter(world: World) -> None:
    people, made = persons(world), rules(world)
    turned = made[::-1]
    for viewer in people.values():
        assert visible_scope(viewer, made) == visible_scope(viewer, turned)


@given(worlds())
def test_another_rule_for_a_restricted_viewer_hides_nobody(world: World) -> None:
    people, made = persons(world), rules(world)
    for viewer in people.values():
        if visible_scope(viewer, made[:-1]) is None:
            continue
        for other in people.values():
            assert may_see(viewer, other, made) or not may_see(viewer, other, made[:-1])


@given(worlds(), worlds())
def test_who_sees_more_or_less_is_whom_the_model_says(before: World, after: World) -> None:
    after.departments, after.groups, after.parents = before.departments, before.groups, before.parents
    people = persons(before)
    difference = compare(rules(before), rules(after), people)
    assert difference.gaining == tuple(one for one in people if after.sees(one) - before.sees(one))
    assert difference.losing == tuple(one for one in people if before.sees(one) - after.sees(one))
    assert difference.changed == tuple(one for one in people if before.sees(one) != after.sees(one))
    counts = count_subjects(rules(before), people)
    assert counts == {number: len(before.members(subjects)) for number, (subjects, *_) in enumerate(before.rules)}


@given(worlds())
def test_moved_extensions_are_compared_as_well(world: World) -> None:
    people = persons(world)
    nowhere = {extension: Person(extension) for extension in people}
    made = rules(world)
    difference = compare(made, made, people, nowhere)
    moved = World({}, {one: set() for one in people}, {one: set() for one in people}, world.rules)
    assert difference.gaining == tuple(one for one in people if moved.sees(one) - world.sees(one))
    assert difference.losing == tuple(one for one in people if world.sees(one) - moved.sees(one))


def test_everybody_sees_everybody_by_default() -> None:
    assert visible_scope(Person(1), []) is None
    assert Directory().may_hear_of(1, "1002")


def test_a_rule_for_only_oneself_hides_all_others() -> None:
    made = [Rule(1, Scope(has_everyone=True), Scope(), only_self=True)]
    assert may_see(Person(1), Person(1), made)
    assert not may_see(Person(1), Person(2), made)


def test_a_rule_that_lost_its_last_target_hides_nobody() -> None:
    made = [Rule(1, Scope(has_everyone=True), Scope())]
    assert visible_scope(Person(1), made) is None
    assert may_see(Person(1), Person(2), made)


class TestDirectory:
    RULES = (Rule(1, Scope(extensions=frozenset({1})), Scope(groups=frozenset({7}))),)
    PERSONS = {1: Person(1), 2: Person(2, groups=frozenset({7})), 3: Person(3)}  # noqa: RUF012 - nothing changes it
    IDS = {"1001": 1, "1002": 2, "1003": 3}  # noqa: RUF012

    def test_outside_numbers_are_not_hidden_in_records_and_not_heard_of(self) -> None:
        directory = Directory(self.RULES, self.PERSONS, self.IDS)
        assert not directory.hides_number(1, "13800000000")
        assert not directory.hides(1, None)
        assert not directory.hides_number(1, "")
        assert not directory.may_hear_of(1, "13800000000")
        assert directory.may_hear_of(3, "13800000000")

    def test_deleted_extension_is_hidden_from_who_does_not_see_everybody(self) -> None:
        seen = Rule(2, Scope(extensions=frozenset({2})), Scope(has_everyone=True))
        directory = Directory((*self.RULES, seen), self.PERSONS, self.IDS)
        assert [directory.hides(viewer, DELETED) for viewer in (1, 2, 3)] == [True, False, False]
        assert not Directory().hides(1, DELETED)

    def test_who_saw_a_deleted_extension_hears_that_it_is_gone(self) -> None:
        before = Directory(self.RULES, self.PERSONS, self.IDS)
        without = (Rule(1, Scope(extensions=frozenset({1})), Scope(), only_self=True),)
        after = Directory(without, {1: Person(1)}, {"1001": 1}).after(before)
        assert after.may_hear_of(1, "1002")
        assert not after.may_hear_of(1, "1003")
        assert not Directory(without, {1: Person(1)}, {"1001": 1}).after(after).may_hear_of(1, "1002")

    def test_a_number_that_somebody_else_has_now(self) -> None:
        before = Directory(self.RULES, self.PERSONS, self.IDS)
        after = Directory(self.RULES, {1: Person(1), 9: Person(9)}, {"1001": 1, "1002": 9}).after(before)
        assert not after.may_hear_of(1, "1002")
