from __future__ import annotations

from hypothesis import given

from linkus.client_permission.rules.effective import allowed_by_extension, count_concerned, rules_without_effect
from linkus.client_permission.rules.resolution import Rule, Subject, resolve
from tests.client_permission.rules.strategies import TARGETS, rule_lists, subject_sets_by_extension


@given(rule_lists, subject_sets_by_extension)
def test_many_extensions_are_decided_like_each_of_them(rules: list[Rule], own: dict[int, set[Subject]]) -> None:
    assert allowed_by_extension(TARGETS, rules, own) == {
        extension_id: {target for target, decision in resolve(TARGETS, rules, subjects).items() if decision.is_allowed}
        for extension_id, subjects in own.items()
    }


def test_an_extension_without_subjects_may_use_everything() -> None:
    rule = Rule(1, False, frozenset({Subject("group", 1)}), frozenset(TARGETS))
    assert allowed_by_extension(TARGETS, [rule], {5: []}) == {5: frozenset(TARGETS)}


@given(rule_lists, subject_sets_by_extension)
def test_rules_without_effect_are_those_whose_removal_nobody_notices(
    rules: list[Rule], own: dict[int, set[Subject]]
) -> None:
    allowed = allowed_by_extension(TARGETS, rules, own)
    unnoticed = {
        rule.id
        for rule in rules
        if allowed_by_extension(TARGETS, [other for other in rules if other is not rule], own) == allowed
    }
    assert rules_without_effect(TARGETS, rules, own) == unnoticed


@given(rule_lists, subject_sets_by_extension)
def test_a_rule_counts_those_whom_it_names_even_if_it_is_disabled(
    rules: list[Rule], own: dict[int, set[Subject]]
) -> None:
    counts = {rule.id: sum(bool(rule.subjects & subjects) for subjects in own.values()) for rule in rules}
    assert count_concerned(rules, own) == counts
