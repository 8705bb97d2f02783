"""Compares what extensions may use before and after a change of the rules. Pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from linkus.client_permission.rules.effective import allowed_by_extension
from linkus.client_permission.rules.resolution import Rule, Subject, concerns
from linkus.client_permission.rules.schemas import PreviewWarning


@dataclass(frozen=True, slots=True)
class Difference:
    """Says what a change of the rules would do. Extensions are given by id."""

    concerned: tuple[int, ...]  # those that the changed rule names
    gaining: frozenset[int]
    losing: frozenset[int]
    warnings: tuple[PreviewWarning, ...] = field(default=())

    @property
    def changed(self) -> frozenset[int]:
        return self.gaining | self.losing


def compare(
    targets: Sequence[str],
    before: Iterable[Rule],
    after: Iterable[Rule],
    subjects: Mapping[int, Collection[Subject]],
    rule: Rule | None,
) -> Difference:
    """Compare two sets of rules for all extensions of `subjects`. `rule` is the new or changed rule as in `after`."""
    after = list(after)
    was, will_be = allowed_by_extension(targets, before, subjects), allowed_by_extension(targets, after, subjects)
    gaining = frozenset(extension_id for extension_id in subjects if will_be[extension_id] - was[extension_id])
    losing = frozenset(extension_id for extension_id in subjects if was[extension_id] - will_be[extension_id])
    concerned = () if rule is None else tuple(each for each, own in subjects.items() if concerns(rule, own))
    warnings = []
    if rule is not None and not concerned:
        warnings.append(PreviewWarning.NOBODY)
    elif not gaining | losing:
        warnings.append(PreviewWarning.NO_EFFECT)
    if rule is not None and rule.is_allowing and _is_disallowed_elsewhere(rule, after, subjects, concerned):
        warnings.append(PreviewWarning.OTHER_RULE_DISALLOWS)
    return Difference(concerned, gaining, losing, tuple(warnings))


def _is_disallowed_elsewhere(
    rule: Rule, rules: Sequence[Rule], subjects: Mapping[int, Collection[Subject]], concerned: Sequence[int]
) -> bool:
    """Return whether other rules take away from somebody what the rule allows."""
    against = [other for other in rules if not other.is_allowing and other.targets & rule.targets]
    return any(concerns(other, subjects[extension_id]) for other in against for extension_id in concerned)
