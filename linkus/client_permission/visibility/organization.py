"""Follows what happens to departments, groups and extensions that visibility rules name: before, at, and after a
deletion."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import Person, people_around
from linkus.client_permission.visibility import repository
from linkus.client_permission.visibility.effective import compare
from linkus.client_permission.visibility.models import VisibilityRule
from linkus.client_permission.visibility.repository import SUBJECT, TARGET
from linkus.client_permission.visibility.resolution import Rule, Scope
from linkus.client_permission.visibility.schemas import VisibilityRuleView
from linkus.client_permission.visibility.service import publish, told
from linkus.kit.work import UnitOfWork
from linkus.organization.impact import Change, Effect, RuleImpact
from linkus.organization.removal import NamingRules, Removal
from linkus.organization.schemas import AffectedRule
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record


async def impact(db: AsyncSession, change: Change) -> RuleImpact:
    """Return the rules that begin or cease to count for the extensions of a department or group that is moved or
    deleted, or that are deleted themselves, and who sees other colleagues by that."""
    left, joined, gone = change.left_departments, change.joined_departments, change.removed.extensions
    rows = await repository.rows_naming(db, left | joined, change.left_groups, gone)
    if not rows:
        return RuleImpact()
    rules = await repository.rules(db)
    after_rules = {rule.id: without(rule, change.removed) for rule in rules}
    affected = [
        AffectedRule(
            kind="visibility",
            id=row.id,
            name=row.name,
            side="subject" if item.side == SUBJECT else "target",
            effect="joins" if item.department_id in joined else "leaves",
            ends=_end(after_rules[row.id]),
        )
        for row, item in rows
    ]
    before, after = (_without(people, gone) for people in await people_around(db, change))
    difference = await asyncio.to_thread(compare, rules, list(after_rules.values()), before, after)
    effect = Effect("visibility", frozenset(difference.gaining), frozenset(difference.losing))
    return RuleImpact(affected, [effect])


def _without(people: Mapping[int, Person], gone: frozenset[int]) -> Mapping[int, Person]:
    return {one: person for one, person in people.items() if one not in gone} if gone else people


def without(rule: Rule, removal: Removal) -> Rule:
    """Return the rule as a deletion leaves it."""

    def left(scope: Scope) -> Scope:
        return replace(
            scope,
            groups=scope.groups - removal.groups,
            departments=scope.departments - removal.departments,
            extensions=scope.extensions - removal.extensions,
        )

    return replace(rule, subjects=left(rule.subjects), targets=left(rule.targets))


def _end(rule: Rule) -> Literal["no_subjects", "no_targets"] | None:
    if rule.subjects.is_empty:
        return "no_subjects"
    return None if rule.is_in_force else "no_targets"


async def rules_naming(db: AsyncSession, removal: Removal) -> NamingRules:
    items = await repository.items(db, await repository.ids_naming(db, removal))
    scopes: dict[int, dict[str, Scope]] = {}
    rows = []
    for row in await repository.all_rows(db):
        if row.id in items:
            rule = repository.rule_of(row, items[row.id])
            rows.append(row)
            scopes[row.id] = {SUBJECT: rule.subjects, TARGET: rule.targets}
    return _NamingRules(removal, scopes, rows, await told(db, rows))


@dataclass(frozen=True)
class _NamingRules:
    """Holds the rules that name what is deleted, with all that they named."""

    removal: Removal
    scopes: Mapping[int, Mapping[str, Scope]]
    rows: Sequence[VisibilityRule]
    before: Mapping[int, VisibilityRuleView]

    async def record_removal(self, work: UnitOfWork) -> None:
        for row in self.rows:
            row.version += 1
        self._record(work, AuditAction.CHANGED, self.rows, self.before, await told(work.db, self.rows))

    async def restore(self, work: UnitOfWork) -> None:
        rows = [row for row in await repository.all_rows(work.db) if row.id in self.scopes]
        before = await told(work.db, rows)
        items = await repository.items(work.db, [row.id for row in rows])
        for row in rows:
            rule = repository.rule_of(row, items.get(row.id, []))
            for side, now in ((SUBJECT, rule.subjects), (TARGET, rule.targets)):
                if side == SUBJECT or not row.only_self:
                    await repository.set_items(work.db, row.id, side, now | self._lost(self.scopes[row.id][side]))
            row.version += 1
        self._record(work, AuditAction.UNDONE, rows, before, await told(work.db, rows))

    def _lost(self, scope: Scope) -> Scope:
        return Scope(
            groups=scope.groups & self.removal.groups, departments=scope.departments & self.removal.departments
        )

    def _record(
        self,
        work: UnitOfWork,
        action: AuditAction,
        rows: Sequence[VisibilityRule],
        before: Mapping[int, VisibilityRuleView],
        after: Mapping[int, VisibilityRuleView],
    ) -> None:
        for row in rows:
            values = {"before": before[row.id], "after": after[row.id]}
            record(work.db, action, AuditObject.VISIBILITY_RULE, row.id, row.name, **values)
        if rows:
            publish(work, rows[0].id if len(rows) == 1 else None)
