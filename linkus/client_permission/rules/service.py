"""Adds, changes and removes permission rules."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import TARGETS, Kind
from linkus.client_permission.rules.effective import count_concerned, rules_without_effect
from linkus.client_permission.rules.models import PermissionRule
from linkus.client_permission.rules.names import labels
from linkus.client_permission.rules.resolution import Subject
from linkus.client_permission.rules.schemas import (
    MAX_RULES,
    PermissionRules,
    PermissionRuleUpdate,
    PermissionRuleValues,
    PermissionRuleView,
    PermissionType,
    SubjectView,
)
from linkus.event_catalogue import PermissionRuleChanged
from linkus.kit.bus import DIRECTORY, PORTAL
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.work import UnitOfWork
from linkus.organization.impact import Change
from linkus.organization.schemas import AffectedRule


def values_errors(kind: Kind, values: PermissionRuleValues) -> dict[str, FieldError]:
    """Return the errors that the values alone show. Pure."""
    errors: dict[str, FieldError] = {}
    if not values.name:
        errors["name"] = FieldError("field_required")
    if not values.targets:
        errors["targets"] = FieldError("permission_targets_empty")
    elif unknown := [target for target in values.targets if target not in TARGETS[kind]]:
        errors["targets"] = FieldError("permission_target_unknown", {"target": unknown[0]})
    if not values.subjects:
        errors["subjects"] = FieldError("permission_subjects_empty")
    return errors


async def _check(db: AsyncSession, kind: Kind, values: PermissionRuleValues) -> None:
    errors = values_errors(kind, values)
    chosen = subjects_of(values)
    if "subjects" not in errors and set(chosen) - set(await labels(db, chosen)):
        errors["subjects"] = FieldError("permission_subject_gone")
    if errors:
        raise ValidationFailed(fields=errors)


def subjects_of(values: PermissionRuleValues) -> list[Subject]:
    return [Subject(subject.kind, subject.id) for subject in values.subjects]


async def all_rules(db: AsyncSession, kind: Kind, extension_id: int | None = None) -> PermissionRules:
    """List the rules; with `extension_id` only those that concern this extension, enabled or not."""
    return PermissionRules(items=await _views(db, kind, extension_id), targets=list(TARGETS[kind]))


async def _views(db: AsyncSession, kind: Kind, extension_id: int | None = None) -> list[PermissionRuleView]:
    rows = await repository.rows(db, kind)
    subjects = await repository.subjects_by_rule(db, [row.id for row in rows])
    members = await repository.subjects_by_extension(db)
    rules = [repository.rule_of(row, subjects.get(row.id, ())) for row in rows]
    counts = count_concerned(rules, members)
    idle = rules_without_effect(TARGETS[kind], rules, members)
    label = await labels(db, {subject for chosen in subjects.values() for subject in chosen})
    own = None if extension_id is None else members.get(extension_id, frozenset())
    return [
        PermissionRuleView(
            id=row.id,
            kind=kind,
            name=row.name,
            note=row.note,
            permission=PermissionType.ALLOW if row.is_allowing else PermissionType.DISALLOW,
            targets=row.targets,
            subjects=[
                SubjectView(kind=subject.kind, id=subject.id, label=label[subject])
                for subject in subjects.get(row.id, ())
            ],
            enabled=row.enabled,
            version=row.version,
            extensions=counts[row.id],
            without_effect=row.id in idle,
        )
        for row, rule in zip(rows, rules, strict=True)
        if own is None or not rule.subjects.isdisjoint(own)
    ]


async def get(db: AsyncSession, kind: Kind, rule_id: int) -> PermissionRuleView:
    for view in await _views(db, kind):
        if view.id == rule_id:
            return view
    raise NotFound("permission_rule_not_found")


async def create(work: UnitOfWork, kind: Kind, values: PermissionRuleValues) -> PermissionRuleView:
    await _check(work.db, kind, values)
    if await repository.count(work.db, kind) >= MAX_RULES:
        raise ValidationFailed(fields={"name": FieldError("permission_rules_too_many", {"max": MAX_RULES})})
    rule = PermissionRule(kind=kind, version=1)
    work.db.add(rule)
    await _write(work, rule, values)
    return await get(work.db, kind, rule.id)


async def update(work: UnitOfWork, kind: Kind, rule_id: int, values: PermissionRuleUpdate) -> PermissionRuleView:
    """Change a rule. Raise `version_conflict` with the present values if somebody else has changed it meanwhile."""
    rule = await work.db.get(PermissionRule, rule_id, with_for_update=True)
    if rule is None or rule.kind != kind:
        raise NotFound("permission_rule_not_found")
    if rule.version != values.version:
        raise VersionConflict(await get(work.db, kind, rule_id))
    await _check(work.db, kind, values)
    rule.version += 1
    await _write(work, rule, values)
    return await get(work.db, kind, rule_id)


async def _write(work: UnitOfWork, rule: PermissionRule, values: PermissionRuleValues) -> None:
    rule.name, rule.note, rule.enabled = values.name, values.note, values.enabled
    rule.is_allowing = values.permission is PermissionType.ALLOW
    rule.targets = [target for target in TARGETS[rule.kind] if target in values.targets]
    await work.db.flush()
    await repository.set_subjects(work.db, rule.id, subjects_of(values))
    _publish(work, rule.kind)


async def remove(work: UnitOfWork, kind: Kind, rule_ids: list[int]) -> None:
    """Delete rules. Those that are gone already are ignored."""
    await repository.remove(work.db, kind, rule_ids)
    _publish(work, kind)


def _publish(work: UnitOfWork, kind: Kind) -> None:
    """Notify the portal, and the watch that notifies the clients, after the commit."""
    work.publish([PORTAL, DIRECTORY], PermissionRuleChanged(kind=kind))


async def affected_rules(db: AsyncSession, change: Change) -> list[AffectedRule]:
    """Return the rules that begin or cease to count for the extensions of a department or group that is moved or
    deleted."""
    joined = change.joined_departments
    return [
        AffectedRule(
            kind=rule.kind,
            id=rule.id,
            name=rule.name,
            side="subject",
            effect="joins" if department_id in joined else "leaves",
        )
        for rule, department_id in await repository.rows_naming(
            db, change.left_departments | joined, change.left_groups
        )
    ]
