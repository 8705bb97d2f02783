from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkus.client_permission.rules.resolution import Decision, Rule, Subject, resolve
from tests.client_permission.rules.strategies import TARGETS, rule_lists, subjects

ALICE = Subject("extension", 1)
SALES = Subject("department", 1)
NIGHT_SHIFT = Subject("group", 1)


def _rule(rule_id: int, targets: set[str], *, allow: bool, subject: Subject = ALICE, enabled: bool = True) -> Rule:
    return Rule(rule_id, allow, frozenset({subject}), frozenset(targets), enabled)


def test_everything_is_allowed_without_rules() -> None:
    assert resolve(TARGETS, [], [ALICE]) == dict.fromkeys(TARGETS, Decision(True, "default"))


def test_an_allowing_rule_restricts_to_what_it_names() -> None:
    decisions = resolve(TARGETS, [_rule(7, {"call_logs"}, allow=True)], [ALICE])
    assert decisions["call_logs"] == Decision(True, "allowed", (7,))
    assert decisions["voicemails"] == Decision(False, "not_allowed", (7,))


def test_allowing_rules_add_up() -> None:
    rules = [_rule(8, {"voicemails"}, allow=True, subject=SALES), _rule(7, {"call_logs"}, allow=True)]
    decisions = resolve(TARGETS, rules, [ALICE, SALES])
    assert [target for target in TARGETS if decisions[target].is_allowed] == ["call_logs", "voicemails"]
    assert decisions["extensions"] == Decision(False, "not_allowed", (7, 8))


def test_a_disallowing_rule_beats_an_allowing_rule() -> None:
    rules = [_rule(1, {"call_logs"}, allow=True), _rule(2, {"call_logs"}, allow=False, subject=NIGHT_SHIFT)]
    assert resolve(TARGETS, rules, [ALICE, NIGHT_SHIFT])["call_logs"] == Decision(False, "disallowed", (2,))


def test_a_disallowing_rule_removes_only_what_it_names() -> None:
    decisions = resolve(TARGETS, [_rule(2, {"call_logs"}, allow=False)], [ALICE])
    assert decisions["voicemails"] == Decision(True, "default")


def test_a_rule_for_others_and_a_disabled_rule_decide_nothing() -> None:
    rules = [_rule(1, {"call_logs"}, allow=False, subject=SALES), _rule(2, {"call_logs"}, allow=False, enabled=False)]
    assert resolve(TARGETS, rules, [ALICE]) == resolve(TARGETS, [], [ALICE])


def test_an_allowing_rule_without_targets_takes_everything() -> None:
    assert not any(
        decision.is_allowed for decision in resolve(TARGETS, [_rule(1, set(), allow=True)], [ALICE]).values()
    )


def _obvious(target: str, rules: list[Rule], own: set[Subject]) -> bool:
    """Model the rule as its sentence reads, one step at a time."""
    mine = [rule for rule in rules if rule.is_enabled and any(subject in own for subject in rule.subjects)]
    has_allowing = False
    allowed: set[str] = set()
    for rule in mine:
        if rule.is_allowing:
            has_allowing = True
            allowed |= rule.targets
    if not has_allowing:
        allowed = set(TARGETS)
    for rule in mine:
        if not rule.is_allowing:
            allowed -= rule.targets
    return target in allowed


@given(rule_lists, st.sets(subjects))
def test_resolve_agrees_with_the_obvious_model_in_any_order(rules: list[Rule], own: set[Subject]) -> None:
    decisions = resolve(TARGETS, rules, own)
    assert {target: decisions[target].is_allowed for target in TARGETS} == {
        target: _obvious(target, rules, own) for target in TARGETS
    }
    assert resolve(TARGETS, rules[::-1], own) == decisions


@given(rule_lists, st.sets(subjects))
def test_every_reason_names_the_rules_that_made_it(rules: list[Rule], own: set[Subject]) -> None:
    by_id = {rule.id: rule for rule in rules}
    for target, decision in resolve(TARGETS, rules, own).items():
        named = [by_id[rule_id] for rule_id in decision.rule_ids]
        assert list(decision.rule_ids) == sorted(decision.rule_ids)
        assert all(rule.is_allowing == (decision.reason != "disallowed") for rule in named)
        assert all((target in rule.targets) == (decision.reason != "not_allowed") for rule in named)
        assert (decision.reason == "default") == (not named)
