"""Exports permission rules as a file, and imports such files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.importing import ImportPlan, carry_out, check_count, plan_import
from linkus.client_permission.people import PeopleDirectory, Person
from linkus.client_permission.rules import repository, service
from linkus.client_permission.rules.catalogue import TARGETS, Kind, expand
from linkus.client_permission.rules.models import PermissionRule
from linkus.client_permission.rules.portable import Directory, read_directory
from linkus.client_permission.rules.preview import compare
from linkus.client_permission.rules.resolution import Rule, Subject
from linkus.client_permission.rules.schemas import (
    MAX_RULES,
    PermissionRuleValues,
    PermissionType,
    PortableRule,
    PortableRules,
    RulesImport,
    RulesImported,
    SubjectRef,
)
from linkus.client_permission.rules.subjects import subjects_of_named
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.work import UnitOfWork

_NEW_RULE_ID = 0
_Plan = ImportPlan[PermissionRule, PermissionRuleValues]


async def export(db: AsyncSession, people: PeopleDirectory, kind: Kind) -> PortableRules:
    directory = await read_directory(db, people)
    rows = await repository.rows(db, kind)
    subjects = await repository.subjects_by_rule(db, [row.id for row in rows])
    rules = [
        PortableRule(
            name=row.name,
            note=row.note,
            permission=PermissionType.ALLOW if row.is_allowing else PermissionType.DISALLOW,
            targets=row.targets,
            subjects=[directory.written(subject) for subject in subjects.get(row.id, ())],
            enabled=row.enabled,
        )
        for row in rows
    ]
    return PortableRules(kind=kind, rules=rules)


async def import_rules(work: UnitOfWork, people: PeopleDirectory, kind: Kind, body: RulesImport) -> RulesImported:
    """Import a file: all of its rules, or none if anything in it is wrong. A dry run only tells what would happen."""
    rows = await repository.rows(work.db, kind)
    present = await repository.subjects_by_rule(work.db, [row.id for row in rows])
    values = _checked(kind, body.document, await read_directory(work.db, people))
    plan: _Plan = plan_import(
        rows,
        values,
        lambda row, values: _is_same(row, present.get(row.id, ()), values),
        delete_others=body.delete_others,
    )
    check_count(plan, len(rows), MAX_RULES, "permission_rules_too_many")
    before = [repository.rule_of(row, present.get(row.id, ())) for row in rows]
    persons = (await people.current()).persons
    gaining, losing = await asyncio.to_thread(_effect, kind, before, plan, persons)
    if not body.dry_run:
        await carry_out(plan, _Writer(work, kind))
    return RulesImported(dry_run=body.dry_run, **plan.told(), gaining=gaining, losing=losing)


def _checked(kind: Kind, document: PortableRules, directory: Directory) -> list[PermissionRuleValues]:
    """Return the values of the rules with ids in place of names. Every error names its field in the file."""
    errors: dict[str, FieldError] = {}
    if document.kind != kind:
        errors["document.kind"] = FieldError("permission_rules_other_kind")
    checked = []
    for number, rule in enumerate(document.rules):
        found = directory.find_all(rule.subjects, f"document.rules.{number}.subjects", errors)
        subjects = [SubjectRef(kind=subject.kind, id=subject.id) for subject in found]
        values = PermissionRuleValues(**rule.model_dump(exclude={"subjects"}), subjects=subjects)
        own = service.values_errors(kind, values)
        if rule.subjects:
            own.pop("subjects", None)  # they have errors of their own
        errors |= {f"document.rules.{number}.{name}": error for name, error in own.items()}
        checked.append(values)
    if errors:
        raise ValidationFailed(fields=errors)
    return checked


def _is_same(row: PermissionRule, subjects: Sequence[Subject], values: PermissionRuleValues) -> bool:
    return (
        (row.note, row.enabled, row.is_allowing) == (values.note, values.enabled, _is_allowing(values))
        and set(row.targets) == set(values.targets)
        and set(subjects) == set(service.subjects_of(values))
    )


def _is_allowing(values: PermissionRuleValues) -> bool:
    return values.permission is PermissionType.ALLOW


def _rule(values: PermissionRuleValues, rule_id: int) -> Rule:
    subjects = frozenset(service.subjects_of(values))
    return Rule(rule_id, _is_allowing(values), subjects, expand(values.targets), values.enabled)


def _effect(kind: Kind, before: Sequence[Rule], plan: _Plan, persons: Mapping[int, Person]) -> tuple[int, int]:
    """Count the extensions that gain and lose something. Looks only at those whom a rule of the plan names."""
    gone = {row.id for row in plan.deleted} | {row.id for row, _values in plan.changed}
    new = [_rule(values, _NEW_RULE_ID) for values in plan.added]
    new += [_rule(values, row.id) for row, values in plan.changed]
    old = [rule for rule in before if rule.id in gone]
    after = [rule for rule in before if rule.id not in gone] + new
    difference = compare(TARGETS[kind], before, after, subjects_of_named([*old, *new], persons), None)
    return len(difference.gaining), len(difference.losing)


@dataclass(frozen=True)
class _Writer:
    """Writes permission rules of a kind."""

    work: UnitOfWork
    kind: Kind

    async def delete(self, rows: Sequence[PermissionRule]) -> None:
        await service.delete(self.work, self.kind, [row.id for row in rows])

    async def change(self, row: PermissionRule, values: PermissionRuleValues) -> None:
        await service.change(self.work, row, values)

    async def add(self, values: PermissionRuleValues) -> None:
        await service.add(self.work, self.kind, values)

    def publish(self) -> None:
        service.publish(self.work, self.kind)
