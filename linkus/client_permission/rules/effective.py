"""Decides for many extensions at once. Pure: plain values in, plain values out.

Most extensions share their rules with many others, so each combination of rules is resolved once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from linkus.client_permission.rules.resolution import Rule, Subject

Combination = frozenset[int]  # rules by id: hashing whole rules takes most of the time


def combinations(rules: Iterable[Rule], subjects: Mapping[int, Collection[Subject]]) -> dict[int, Combination]:
    """Return the enabled rules that name each extension of `subjects`, by its id."""
    ids_of = _by_subject(rules)
    return {extension_id: _combination(ids_of, own) for extension_id, own in subjects.items()}


def _by_subject(rules: Iterable[Rule]) -> dict[Subject, list[int]]:
    ids_of: defaultdict[Subject, list[int]] = defaultdict(list)
    for rule in rules:
        for subject in rule.subjects if rule.is_enabled else ():
            ids_of[subject].append(rule.id)
    return ids_of


def _combination(ids_of: Mapping[Subject, Sequence[int]], own: Collection[Subject]) -> Combination:
    return frozenset().union(*[ids_of[subject] for subject in own if subject in ids_of])


def count_concerned(rules: Iterable[Rule], subjects: Mapping[int, Collection[Subject]]) -> dict[int, int]:
    """Return the number of extensions that each rule names, by the rule's id, also for disabled rules."""
    rules = [replace(rule, is_enabled=True) for rule in rules]
    counts = dict.fromkeys((rule.id for rule in rules), 0)
    for combination, extensions in Counter(combinations(rules, subjects).values()).items():
        for rule_id in combination:
            counts[rule_id] += extensions
    return counts


def allowed_by_extension(
    targets: Sequence[str], rules: Iterable[Rule], subjects: Mapping[int, Collection[Subject]]
) -> dict[int, frozenset[str]]:
    """Return the allowed targets of each extension of `subjects`, by its id."""
    by_id = {rule.id: rule for rule in rules}
    concerning = combinations(by_id.values(), subjects)
    allowed = {combination: _allowed(targets, by_id, combination) for combination in set(concerning.values())}
    return {extension_id: allowed[combination] for extension_id, combination in concerning.items()}


def rules_without_effect(
    targets: Sequence[str], rules: Sequence[Rule], subjects: Mapping[int, Collection[Subject]]
) -> frozenset[int]:
    """Return the ids of the rules whose removal nobody would notice: they name nobody, or others decide the same."""
    by_id = {rule.id: rule for rule in rules}
    ids = by_id.keys()
    noticed: set[int] = set()
    for combination in set(combinations(rules, subjects).values()):
        if ids <= noticed:
            break
        allowed = _allowed(targets, by_id, combination)
        noticed.update(
            rule_id for rule_id in combination - noticed if _allowed(targets, by_id, combination - {rule_id}) != allowed
        )
    return frozenset(ids - noticed)


def is_without_effect(
    targets: Sequence[str], rules: Iterable[Rule], rule: Rule, named: Iterable[Collection[Subject]]
) -> bool:
    """Return whether nobody would notice the removal of one rule. `named` has the subjects of each extension that it
    names; the first one that notices ends the search."""
    if not rule.is_enabled:
        return True
    by_id = {each.id: each for each in rules}
    ids_of = _by_subject(by_id.values())
    for own in named:
        combination = _combination(ids_of, own)
        if _allowed(targets, by_id, combination - {rule.id}) != _allowed(targets, by_id, combination):
            return False
    return True


def _allowed(targets: Sequence[str], by_id: Mapping[int, Rule], combination: Combination) -> frozenset[str]:
    """Return what `decide` allows, without its reasons: ten thousand extensions have thousands of combinations."""
    rules = [by_id[rule_id] for rule_id in combination]
    allowing = [rule.targets for rule in rules if rule.is_allowing]
    disallowed = [rule.targets for rule in rules if not rule.is_allowing]
    allowed = frozenset(targets)
    if allowing:
        allowed = allowed.intersection(frozenset().union(*allowing))
    return allowed.difference(*disallowed)
