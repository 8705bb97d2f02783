"""Decides what an extension may use or change, and which rules say so. Pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

SubjectKind = Literal["extension", "group", "department"]
Reason = Literal["default", "allowed", "not_allowed", "disallowed"]


class Subject(NamedTuple):
    """Names whom a rule concerns, by the id of an extension, an extension group or a department. A tuple, because sets
    of tens of thousands of them are made at once."""

    kind: SubjectKind
    id: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one kind, for menus or for settings. `targets` includes the parts of each item that the rule names."""

    id: int
    is_allowing: bool
    subjects: frozenset[Subject]
    targets: frozenset[str]
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """Says whether a target is allowed, why, and which rules say so, by id in ascending order.

    `default`: no rule decides it. `allowed`: these rules allow it. `not_allowed`: these rules allow only other targets.
    `disallowed`: these rules disallow it, even if others allow it.
    """

    is_allowed: bool
    reason: Reason
    rule_ids: tuple[int, ...] = ()


def concerns(rule: Rule, subjects: Collection[Subject]) -> bool:
    """Return whether a rule names an extension. `subjects` holds the extension itself, its groups, and its departments
    with all departments above them, because a rule for a department covers everything below it (PM-2)."""
    return rule.is_enabled and not rule.subjects.isdisjoint(subjects)


def resolve(targets: Sequence[str], rules: Iterable[Rule], subjects: Collection[Subject]) -> dict[str, Decision]:
    """Decide each target for the extension that has these subjects."""
    return decide(targets, [rule for rule in rules if concerns(rule, subjects)])


def decide(targets: Sequence[str], rules: Collection[Rule]) -> dict[str, Decision]:
    """Decide each target by the rules that name an extension. The allowing rules define together what it may use
    (everything if there are none); the disallowing rules then remove what they name (PM-2, PS-2). The order of rules
    does not matter."""
    in_order = sorted(rules, key=lambda rule: rule.id)
    allowing = [rule for rule in in_order if rule.is_allowing]
    disallowing = [rule for rule in in_order if not rule.is_allowing]
    return {target: _decide(target, allowing, disallowing) for target in targets}


def _decide(target: str, allowing: Sequence[Rule], disallowing: Sequence[Rule]) -> Decision:
    if against := _naming(target, disallowing):
        return Decision(False, "disallowed", against)
    if not allowing:
        return Decision(True, "default")
    if in_favour := _naming(target, allowing):
        return Decision(True, "allowed", in_favour)
    return Decision(False, "not_allowed", tuple(rule.id for rule in allowing))


def _naming(target: str, rules: Sequence[Rule]) -> tuple[int, ...]:
    return tuple(rule.id for rule in rules if target in rule.targets)
