"""Exports visibility rules as a file, and imports such files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.importing import ImportPlan, carry_out, check_count, plan_import
from linkus.client_permission.people import PeopleDirectory
from linkus.client_permission.rules.portable import Directory, read_directory
from linkus.client_permission.rules.resolution import Subject
from linkus.client_permission.rules.schemas import PortableSubject
from linkus.client_permission.visibility import repository, service
from linkus.client_permission.visibility.effective import compare
from linkus.client_permission.visibility.models import VisibilityRule
from linkus.client_permission.visibility.resolution import Rule, Scope
from linkus.client_permission.visibility.schemas import (
    MAX_NAME_CHARACTERS,
    MAX_RULES,
    PortableVisibilityRule,
    PortableVisibilityRules,
    RuleScope,
    VisibilityImport,
    VisibilityImported,
    VisibilityRuleCreate,
)
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.organization import repository as organization
from linkus.organization.naming import COMPANY_ID, EVERYONE_ID

Errors = dict[str, FieldError]  # by the place in the file


async def export(db: AsyncSession, people: PeopleDirectory) -> PortableVisibilityRules:
    directory = await read_directory(db, people)
    return PortableVisibilityRules(kind="visibility", rules=[rule for _row, rule in await _present(db, directory)])


async def _present(db: AsyncSession, directory: Directory) -> list[tuple[VisibilityRule, PortableVisibilityRule]]:
    items = await repository.items(db)
    present = []
    for row in await repository.all_rows(db):
        rule = repository.rule_of(row, items.get(row.id, []))
        written = PortableVisibilityRule(
            name=row.name,
            enabled=row.enabled,
            only_self=row.only_self,
            subjects=_written(directory, rule.subjects),
            targets=_written(directory, rule.targets),
        )
        present.append((row, written))
    return present


def _written(directory: Directory, scope: Scope) -> list[PortableSubject]:
    subjects = [
        *([Subject("group", EVERYONE_ID)] if scope.has_everyone else []),
        *(Subject("extension", one) for one in sorted(scope.extensions)),
        *(Subject("group", one) for one in sorted(scope.groups)),
        *(Subject("department", one) for one in sorted(scope.departments)),
    ]
    return [directory.written(subject) for subject in subjects]


async def import_rules(
    work: UnitOfWork, people: PeopleDirectory, body: VisibilityImport, language: Language
) -> VisibilityImported:
    """Import a file: all of its rules, or none if anything in it is wrong. A dry run only tells what would happen."""
    await organization.lock(work.db)
    directory = await read_directory(work.db, people)
    chosen = _checked(body.document, directory)
    present = await _present(work.db, directory)
    before = {row.id: _values(written, directory, "", {}) for row, written in present}
    plan: ImportPlan[VisibilityRule, VisibilityRuleCreate] = plan_import(
        [row for row, _written in present],
        chosen,
        lambda row, values: before[row.id] == values,
        delete_others=body.delete_others,
    )
    check_count(plan, len(present), MAX_RULES, "visibility_rule_too_many")
    persons = (await people.current()).persons
    rules = await repository.rules(work.db)
    effect = await asyncio.to_thread(compare, rules, _rules_after(rules, plan), persons)
    told = plan.told()
    if not body.dry_run:
        await carry_out(plan, _Writer(work, language))
    return VisibilityImported(dry_run=body.dry_run, **told, gaining=len(effect.gaining), losing=len(effect.losing))


def _rules_after(rules: Sequence[Rule], plan: ImportPlan[VisibilityRule, VisibilityRuleCreate]) -> list[Rule]:
    """Return the enabled rules as the import leaves them. Pure."""
    gone = {row.id for row in plan.deleted} | {row.id for row, _values in plan.changed}
    new = [(0, values) for values in plan.added] + [(row.id, values) for row, values in plan.changed]
    return [rule for rule in rules if rule.id not in gone] + [
        service.rule_of_values(rule_id, values) for rule_id, values in new if values.enabled
    ]


@dataclass(frozen=True)
class _Writer:
    """Writes visibility rules."""

    work: UnitOfWork
    language: Language

    async def delete(self, rows: Sequence[VisibilityRule]) -> None:
        for row in rows:
            await service.delete(self.work, row)

    async def change(self, row: VisibilityRule, values: VisibilityRuleCreate) -> None:
        await service.put(self.work, row, values, self.language)

    async def add(self, values: VisibilityRuleCreate) -> None:
        await service.put(self.work, None, values, self.language)

    def publish(self) -> None:
        service.publish(self.work, None)


def _checked(document: PortableVisibilityRules, directory: Directory) -> list[VisibilityRuleCreate]:
    """Return the values of the rules with ids in place of names. Every error names its field in the file."""
    errors: Errors = {}
    checked = []
    for number, rule in enumerate(document.rules):
        place = f"document.rules.{number}"
        if len(rule.name) > MAX_NAME_CHARACTERS:
            errors[f"{place}.name"] = FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS})
        if not rule.subjects:
            errors[f"{place}.subjects"] = FieldError("visibility_rule_without_subjects")
        if rule.enabled and rule.only_self is False and not rule.targets:
            errors[f"{place}.targets"] = FieldError("visibility_rule_without_targets")
        checked.append(_values(rule, directory, place, errors))
    if errors:
        raise ValidationFailed(fields=errors)
    return checked


def _values(rule: PortableVisibilityRule, directory: Directory, place: str, errors: Errors) -> VisibilityRuleCreate:
    return VisibilityRuleCreate(
        name=rule.name,
        enabled=rule.enabled,
        only_self=rule.only_self if rule.only_self is not None else not rule.targets,
        subjects=_scope(rule.subjects, directory, f"{place}.subjects", errors),
        targets=_scope(rule.targets, directory, f"{place}.targets", errors),
    )


def _scope(subjects: Sequence[PortableSubject], directory: Directory, place: str, errors: Errors) -> RuleScope:
    """Return the ids of what is named, each once and in order, so that two scopes can be compared."""
    ids: dict[str, set[int]] = {"extension": set(), "group": set(), "department": set()}
    for found in directory.find_all(subjects, place, errors):
        if found in (Subject("group", EVERYONE_ID), Subject("department", COMPANY_ID)):
            ids["group"].add(EVERYONE_ID)
        else:
            ids[found.kind].add(found.id)
    return RuleScope(
        extension_ids=sorted(ids["extension"]),
        group_ids=sorted(ids["group"]),
        department_ids=sorted(ids["department"]),
    )
