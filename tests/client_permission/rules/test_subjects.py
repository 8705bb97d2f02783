"""Finds the subjects of rules for a few extensions, as for all: the answers must be the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkus.client_permission.people import Person
from linkus.client_permission.rules.changes import EVERYTHING, Look, changed_for
from linkus.client_permission.rules.effective import is_without_effect, rules_without_effect
from linkus.client_permission.rules.resolution import Rule, Subject
from linkus.client_permission.rules.subjects import (
    named_by,
    subjects_by_extension,
    subjects_of,
    subjects_of_named,
)
from tests.client_permission.rules.strategies import TARGETS, rule_lists

persons_by_id = st.dictionaries(
    st.integers(1, 5), st.tuples(st.frozensets(st.integers(1, 3)), st.frozensets(st.integers(1, 3)))
).map(lambda found: {one: Person(one, departments, groups) for one, (departments, groups) in found.items()})
everybody = st.sampled_from([Subject("group", 0), Subject("department", 0)])


def test_an_extension_counts_as_itself_its_places_and_everybody() -> None:
    assert subjects_of(Person(7, frozenset({2, 3}), frozenset({4}))) == {
        Subject("extension", 7), Subject("department", 2), Subject("department", 3), Subject("group", 4),
        Subject("group", 0), Subject("department", 0),
    }  # fmt: skip


@given(rule_lists, persons_by_id, st.booleans(), everybody)
def test_those_whom_rules_name(
    rules: list[Rule], persons: dict[int, Person], with_everybody: bool, all_of_them: Subject
) -> None:
    if with_everybody:
        rules = [*rules, Rule(100, True, frozenset({all_of_them}), frozenset())]
    named = frozenset[Subject]().union(*(rule.subjects for rule in rules))
    expected = {one: subjects_of(person) for one, person in persons.items() if subjects_of(person) & named}
    assert subjects_of_named([None, *rules], persons) == expected


@given(rule_lists, persons_by_id)
def test_each_rule_without_effect(rules: list[Rule], persons: dict[int, Person]) -> None:
    members = subjects_by_extension(persons)
    idle = {
        rule.id
        for rule in rules
        if is_without_effect(TARGETS, rules, rule, map(subjects_of, named_by([rule], persons)))
    }
    assert idle == rules_without_effect(TARGETS, rules, members)


@given(rule_lists, rule_lists, persons_by_id, persons_by_id, st.sets(st.integers(1, 6)))
def test_those_who_listen_hear_exactly_what_changes_for_them(
    before: list[Rule], after: list[Rule], was: dict[int, Person], will_be: dict[int, Person], listening: set[int]
) -> None:
    first, second = Look({"menu": before, "setting": []}, was), Look({"menu": after, "setting": []}, will_be)
    told = {one: allowed for allowed, ids in changed_for(first, second, listening).items() for one in ids}
    had, has = first.allowed(range(7)), second.allowed(range(7))
    assert told == {
        one: has.get(one, EVERYTHING) for one in listening if had.get(one, EVERYTHING) != has.get(one, EVERYTHING)
    }
