"""Follows what happens to departments, groups and extensions that permission rules name: before, at, and after a
deletion."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import Person, people_around
from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import TARGETS, Kind
from linkus.client_permission.rules.effective import allowed_by_extension
from linkus.client_permission.rules.models import PermissionRule
from linkus.client_permission.rules.resolution import Rule, Subject
from linkus.client_permission.rules.service import OBJECTS, publish, told
from linkus.client_permission.rules.subjects import subjects_by_extension
from linkus.kit.work import UnitOfWork
from linkus.organization.impact import Change, Effect, RuleImpact
from linkus.organization.removal import NamingRules, Removal
from linkus.organization.schemas import AffectedRule
from linkus.shared.audit.kinds import AuditAction
from linkus.shared.audit.record import record


async def impact(db: AsyncSession, change: Change) -> RuleImpact:
    """Return the rules that begin or cease to count for the extensions of a department or group that is moved or
    deleted, or that are deleted themselves, and whose permissions that changes."""
    rows = await repository.rows_naming(
        db, change.left_departments | change.joined_departments, change.left_groups, change.removed.extensions
    )
    if not rows:
        return RuleImpact()
    removed = _subjects_of(change.removed)
    named = await repository.subjects_by_rule(db, {row.id for row, _department_id in rows})
    affected = [
        AffectedRule(
            kind=row.kind,
            id=row.id,
            name=row.name,
            side="subject",
            effect="joins" if department_id in change.joined_departments else "leaves",
            ends="no_subjects" if removed and removed.issuperset(named[row.id]) else None,
        )
        for row, department_id in rows
    ]
    if change.removed.extensions:  # a rule that loses an extension concerns no other one
        return RuleImpact(affected)
    before, after = await people_around(db, change)
    effects = [
        await asyncio.to_thread(_effect, kind, await repository.rules(db, kind), removed, before, after)
        for kind in TARGETS
    ]
    return RuleImpact(affected, effects)


def _subjects_of(removal: Removal) -> frozenset[Subject]:
    return frozenset(
        [
            *(Subject("department", department_id) for department_id in removal.departments),
            *(Subject("group", group_id) for group_id in removal.groups),
            *(Subject("extension", extension_id) for extension_id in removal.extensions),
        ]
    )


def _effect(
    kind: Kind,
    rules: Sequence[Rule],
    removed: frozenset[Subject],
    before: Mapping[int, Person],
    after: Mapping[int, Person],
) -> Effect:
    """Compare what everybody may use. Pure: a thread runs it."""
    left = [replace(rule, subjects=rule.subjects - removed) for rule in rules]
    was = allowed_by_extension(TARGETS[kind], rules, subjects_by_extension(before))
    will_be = allowed_by_extension(TARGETS[kind], left, subjects_by_extension(after))
    return Effect(
        kind,
        gaining=frozenset(one for one in was if will_be[one] - was[one]),
        losing=frozenset(one for one in was if was[one] - will_be[one]),
    )


async def rules_naming(db: AsyncSession, removal: Removal) -> NamingRules:
    removed = _subjects_of(removal)
    naming = await repository.ids_naming(db, removal)
    subjects = await repository.subjects_by_rule(db, naming)
    rows = [row for kind in TARGETS for row in await repository.rows(db, kind) if row.id in subjects]
    return _NamingRules(removed, subjects, rows, await told(db, rows))


@dataclass(frozen=True)
class _NamingRules:
    """Holds the rules that name what is deleted, with all their subjects as they were."""

    removed: frozenset[Subject]
    subjects: Mapping[int, Sequence[Subject]]
    rows: Sequence[PermissionRule]
    before: Mapping[int, dict[str, Any]]

    async def record_removal(self, work: UnitOfWork) -> None:
        after = await told(work.db, self.rows)
        for row in self.rows:
            row.version += 1
            values = {"before": self.before[row.id], "after": after[row.id]}
            record(work.db, AuditAction.CHANGED, OBJECTS[row.kind], row.id, row.name, **values)
        _publish(work, self.rows)

    async def restore(self, work: UnitOfWork) -> None:
        rows = [row for kind in TARGETS for row in await repository.rows(work.db, kind) if row.id in self.subjects]
        before = await told(work.db, rows)
        present = await repository.subjects_by_rule(work.db, [row.id for row in rows])
        for row in rows:
            now = present.get(row.id, [])
            had = [subject for subject in self.subjects[row.id] if subject in self.removed or subject in now]
            had += [subject for subject in now if subject not in had]
            await repository.set_subjects(work.db, row.id, had)
            row.version += 1
        after = await told(work.db, rows)
        for row in rows:
            values = {"before": before[row.id], "after": after[row.id]}
            record(work.db, AuditAction.UNDONE, OBJECTS[row.kind], row.id, row.name, **values)
        _publish(work, rows)


def _publish(work: UnitOfWork, rows: Sequence[PermissionRule]) -> None:
    for kind in TARGETS:
        if any(row.kind == kind for row in rows):
            publish(work, kind)
