"""Decides for many extensions at once. Pure: plain values in, plain values out.

Most extensions share their rules with many others, so each combination of rules is resolved once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from linkus.client_permission.rules.resolution import Rule, Subject, decide

Combination = frozenset[Rule]


def combinations(rules: Iterable[Rule], subjects: Mapping[int, Collection[Subject]]) -> dict[int, Combination]:
    """Return the enabled rules that name each extension of `subjects`, by its id."""
    rules_of: defaultdict[Subject, list[Rule]] = defaultdict(list)
    for rule in rules:
        for subject in rule.subjects if rule.is_enabled else ():
            rules_of[subject].append(rule)
    return {
        extension_id: frozenset(rule for subject in own for rule in rules_of.get(subject, ()))
        for extension_id, own in subjects.items()
    }


def count_concerned(rules: Iterable[Rule], subjects: Mapping[int, Collection[Subject]]) -> dict[int, int]:
    """Return the number of extensions that each rule names, by the rule's id, also for disabled rules."""
    rules = [replace(rule, is_enabled=True) for rule in rules]
    counts = dict.fromkeys((rule.id for rule in rules), 0)
    for combination, extensions in Counter(combinations(rules, subjects).values()).items():
        for rule in combination:
            counts[rule.id] += extensions
    return counts


def allowed_by_extension(
    targets: Sequence[str], rules: Iterable[Rule], subjects: Mapping[int, Collection[Subject]]
) -> dict[int, frozenset[str]]:
    """Return the allowed targets of each extension of `subjects`, by its id."""
    concerning = combinations(rules, subjects)
    allowed = {combination: _allowed(targets, combination) for combination in set(concerning.values())}
    return {extension_id: allowed[combination] for extension_id, combination in concerning.items()}


def rules_without_effect(
    targets: Sequence[str], rules: Sequence[Rule], subjects: Mapping[int, Collection[Subject]]
) -> frozenset[int]:
    """Return the ids of the rules whose removal nobody would notice: they name nobody, or others decide the same."""
    noticed: set[int] = set()
    for combination in set(combinations(rules, subjects).values()):
        allowed = _allowed(targets, combination)
        noticed.update(
            rule.id
            for rule in combination
            if rule.id not in noticed and _allowed(targets, combination - {rule}) != allowed
        )
    return frozenset(rule.id for rule in rules) - noticed


def _allowed(targets: Sequence[str], combination: Combination) -> frozenset[str]:
    decisions = decide(targets, combination)
    return frozenset(target for target in targets if decisions[target].is_allowed)
