"""Adds, changes and removes permission rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import PeopleDirectory
from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import TARGETS, Kind
from linkus.client_permission.rules.events import PermissionRuleChanged
from linkus.client_permission.rules.listing import get
from linkus.client_permission.rules.models import PermissionRule
from linkus.client_permission.rules.names import labels
from linkus.client_permission.rules.resolution import Subject
from linkus.client_permission.rules.schemas import (
    MAX_RULES,
    PermissionRuleUpdate,
    PermissionRuleValues,
    PermissionRuleView,
    PermissionType,
)
from linkus.kit.bus import DIRECTORY, PORTAL
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.work import UnitOfWork
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record


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


OBJECTS: dict[Kind, AuditObject] = {"menu": AuditObject.MENU_RULE, "setting": AuditObject.SETTING_RULE}


def subjects_of(values: PermissionRuleValues) -> list[Subject]:
    return [Subject(subject.kind, subject.id) for subject in values.subjects]


async def create(
    work: UnitOfWork, people: PeopleDirectory, kind: Kind, values: PermissionRuleValues
) -> PermissionRuleView:
    await _check(work.db, kind, values)
    if await repository.count(work.db, kind) >= MAX_RULES:
        raise ValidationFailed(fields={"name": FieldError("permission_rules_too_many", {"max": MAX_RULES})})
    rule = await add(work, kind, values)
    publish(work, kind)
    return await get(work.db, people, kind, rule.id)


async def add(work: UnitOfWork, kind: Kind, values: PermissionRuleValues) -> PermissionRule:
    """Add a rule of checked values. The caller publishes that rules have changed."""
    rule = PermissionRule(kind=kind, version=1)
    work.db.add(rule)
    await _write(work, rule, values)
    after = (await told(work.db, [rule]))[rule.id]
    record(work.db, AuditAction.CREATED, OBJECTS[kind], rule.id, rule.name, after=after)
    return rule


async def update(
    work: UnitOfWork, people: PeopleDirectory, kind: Kind, rule_id: int, values: PermissionRuleUpdate
) -> PermissionRuleView:
    """Change a rule. Raise `version_conflict` with the present values if somebody else has changed it meanwhile."""
    rule = await work.db.get(PermissionRule, rule_id, with_for_update=True)
    if rule is None or rule.kind != kind:
        raise NotFound("permission_rule_not_found")
    if rule.version != values.version:
        raise VersionConflict(await get(work.db, people, kind, rule_id))
    await _check(work.db, kind, values)
    await change(work, rule, values)
    publish(work, kind)
    return await get(work.db, people, kind, rule_id)


async def change(work: UnitOfWork, rule: PermissionRule, values: PermissionRuleValues) -> None:
    """Give a rule checked values. The caller publishes that rules have changed."""
    before = (await told(work.db, [rule]))[rule.id]
    rule.version += 1
    await _write(work, rule, values)
    after = (await told(work.db, [rule]))[rule.id]
    record(work.db, AuditAction.CHANGED, OBJECTS[rule.kind], rule.id, rule.name, before=before, after=after)


async def _write(work: UnitOfWork, rule: PermissionRule, values: PermissionRuleValues) -> None:
    rule.name, rule.note, rule.enabled = values.name, values.note, values.enabled
    rule.is_allowing = values.permission is PermissionType.ALLOW
    rule.targets = [target for target in TARGETS[rule.kind] if target in values.targets]
    await work.db.flush()
    await repository.set_subjects(work.db, rule.id, subjects_of(values))


async def remove(work: UnitOfWork, kind: Kind, rule_ids: Collection[int]) -> None:
    """Delete rules. Those that are gone already are ignored."""
    await delete(work, kind, rule_ids)
    publish(work, kind)


async def delete(work: UnitOfWork, kind: Kind, rule_ids: Collection[int]) -> None:
    rows = [row for row in await repository.rows(work.db, kind) if row.id in rule_ids]
    before = await told(work.db, rows)
    for row in rows:
        record(work.db, AuditAction.DELETED, OBJECTS[kind], row.id, row.name, before=before[row.id])
    await repository.remove(work.db, kind, rule_ids)


async def told(db: AsyncSession, rows: Sequence[PermissionRule]) -> dict[int, dict[str, Any]]:
    """Return what the audit log tells of each rule: its values, and its subjects by name."""
    subjects = await repository.subjects_by_rule(db, [row.id for row in rows])
    label = await labels(db, {subject for chosen in subjects.values() for subject in chosen})
    return {
        row.id: {
            "name": row.name,
            "note": row.note,
            "permission": PermissionType.ALLOW if row.is_allowing else PermissionType.DISALLOW,
            "targets": row.targets,
            "subjects": [label[subject] or f"{subject.kind}_all" for subject in subjects.get(row.id, ())],
            "enabled": row.enabled,
        }
        for row in rows
    }


def publish(work: UnitOfWork, kind: Kind) -> None:
    """Notify the portal, and the watch that notifies the clients, after the commit."""
    work.publish([PORTAL, DIRECTORY], PermissionRuleChanged(kind=kind))
