"""Creates, changes and deletes visibility rules, and says what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, true
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import PeopleDirectory, Person, person
from linkus.client_permission.visibility import repository
from linkus.client_permission.visibility.effective import count_subjects
from linkus.client_permission.visibility.events import VisibilityRuleChanged
from linkus.client_permission.visibility.models import VisibilityRule, VisibilityRuleItem
from linkus.client_permission.visibility.repository import SUBJECT, TARGET
from linkus.client_permission.visibility.resolution import Rule, Scope, rules_for, visible_scope
from linkus.client_permission.visibility.schemas import (
    MAX_NAME_CHARACTERS,
    MAX_RULES,
    IdleReason,
    NamedDepartment,
    RuleScope,
    RuleScopeView,
    VisibilityOf,
    VisibilityRuleCreate,
    VisibilityRules,
    VisibilityRuleUpdate,
    VisibilityRuleView,
)
from linkus.extension.repository import by_ids
from linkus.extension.service import get as get_extension
from linkus.kit.bus import DIRECTORY, PORTAL
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.messages import DEFAULT_LANGUAGE, Language
from linkus.kit.work import UnitOfWork
from linkus.organization import repository as organization
from linkus.organization.impact import MAX_NAMED_EXTENSIONS
from linkus.organization.naming import COMPANY_ID, EVERYONE_ID, Named, everyone_name
from linkus.organization.tree import Tree
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.extension_notify import colleagues_changed
from linkus.shared.extension_schemas import NamedExtension
from linkus.shared.models.extension import Extension

DEFAULT_ID = 0
Persons = Mapping[int, Person]
_ALL = {COMPANY_ID, EVERYONE_ID}


class _Renderer:
    """Renders scopes with the names of what they name, which are read once for all of them."""

    def __init__(
        self, tree: Tree, groups: dict[int, str], extensions: dict[int, Extension], language: Language
    ) -> None:
        self._tree = tree
        self._groups = groups
        self._extensions = extensions
        self._language: Language = language

    def scope(self, scope: Scope) -> RuleScopeView:
        extensions = [self._extensions[one] for one in scope.extensions if one in self._extensions]
        extensions.sort(key=lambda extension: (len(extension.number), extension.number))
        groups = sorted((self._groups[one], one) for one in scope.groups if one in self._groups)
        departments = sorted((self._tree.path(one), one) for one in scope.departments if one in self._tree)
        everyone = [Named(id=EVERYONE_ID, name=everyone_name(self._language))] if scope.has_everyone else []
        return RuleScopeView(
            extension_ids=[extension.id for extension in extensions],
            group_ids=[*(one.id for one in everyone), *(group_id for _name, group_id in groups)],
            department_ids=[department_id for _path, department_id in departments],
            extensions=[NamedExtension.model_validate(extension) for extension in extensions],
            groups=[*everyone, *(Named(id=group_id, name=name) for name, group_id in groups)],
            departments=[NamedDepartment(id=one, name=path[-1], path=path) for path, one in departments],
        )


async def _renderer(db: AsyncSession, items: Collection[VisibilityRuleItem], language: Language) -> _Renderer:
    ids = {item.extension_id for item in items if item.extension_id is not None}
    groups = {group.id: group.name for group in await organization.groups(db)}
    extensions = {extension.id: extension for extension in await by_ids(db, ids)}
    return _Renderer(await organization.tree(db), groups, extensions, language)


async def _views(
    db: AsyncSession, rows: Sequence[VisibilityRule], language: Language, persons: Persons | None = None
) -> list[VisibilityRuleView]:
    """Return rules by name. Only with `persons` it is counted whom they are for."""
    items = await repository.items(db, [row.id for row in rows])
    renderer = await _renderer(db, [item for found in items.values() for item in found], language)
    rules = [repository.rule_of(row, items.get(row.id, [])) for row in rows]
    counts = await asyncio.to_thread(count_subjects, rules, persons) if persons is not None else {}
    views = []
    for row, rule in zip(rows, rules, strict=True):
        subjects, targets = renderer.scope(rule.subjects), renderer.scope(rule.targets)
        views.append(
            VisibilityRuleView(
                id=row.id,
                name=row.name,
                enabled=row.enabled,
                subjects=subjects,
                targets=targets,
                version=row.version,
                only_self=row.only_self,
                extensions=counts.get(row.id, 0),
                idle=_idle(rule, counts.get(row.id)) if row.enabled else None,
            )
        )
    return views


def _idle(rule: Rule, extensions: int | None) -> IdleReason | None:
    """Return why a rule has no effect, if that is so. Pure."""
    if rule.subjects.is_empty:
        return "no_subjects"
    if not rule.is_in_force:
        return "no_targets"
    return "nobody" if extensions == 0 else None


async def told(db: AsyncSession, rows: Sequence[VisibilityRule]) -> dict[int, VisibilityRuleView]:
    """Return what the audit log tells of each rule."""
    return {view.id: view for view in await _views(db, rows, DEFAULT_LANGUAGE)}


async def list_rules(db: AsyncSession, people: PeopleDirectory, language: Language) -> VisibilityRules:
    everyone = (await _renderer(db, [], language)).scope(Scope(has_everyone=True))
    default = VisibilityRuleView(
        id=DEFAULT_ID, name="", is_default=True, subjects=everyone, targets=everyone, version=1
    )
    rows = await repository.all_rows(db)
    return VisibilityRules(items=[default, *await _views(db, rows, language, (await people.current()).persons)])


async def view(db: AsyncSession, people: PeopleDirectory, rule_id: int, language: Language) -> VisibilityRuleView:
    row = await db.get(VisibilityRule, rule_id)
    if row is None:
        raise NotFound("visibility_rule_not_found")
    return await _counted(db, people, row, language)


async def _counted(
    db: AsyncSession, people: PeopleDirectory, row: VisibilityRule, language: Language
) -> VisibilityRuleView:
    return (await _views(db, [row], language, (await people.current()).persons))[0]


async def create(
    work: UnitOfWork, people: PeopleDirectory, body: VisibilityRuleCreate, language: Language
) -> VisibilityRuleView:
    await organization.lock(work.db)
    await _check(work.db, body)
    if len(await repository.all_rows(work.db)) >= MAX_RULES:
        raise ValidationFailed(fields={"name": FieldError("visibility_rule_too_many", {"max": MAX_RULES})})
    row = await put(work, None, body, language)
    publish(work, row.id)
    return await _counted(work.db, people, row, language)


async def update(
    work: UnitOfWork, people: PeopleDirectory, rule_id: int, body: VisibilityRuleUpdate, language: Language
) -> VisibilityRuleView:
    await organization.lock(work.db)
    row = await work.db.get(VisibilityRule, rule_id, with_for_update=True)
    if row is None:
        raise NotFound("visibility_rule_not_found")
    if row.version != body.version:
        raise VersionConflict(await _counted(work.db, people, row, language))
    await _check(work.db, body)
    await put(work, row, body, language)
    publish(work, rule_id)
    return await _counted(work.db, people, row, language)


async def put(
    work: UnitOfWork, present: VisibilityRule | None, body: VisibilityRuleCreate, language: Language
) -> VisibilityRule:
    """Add a rule of checked values, or change one. The caller publishes that rules have changed."""
    row = present or VisibilityRule(version=0)
    before = None if present is None else (await _views(work.db, [row], language))[0]
    row.name, row.enabled, row.version = body.name, body.enabled, row.version + 1
    row.only_self = body.is_only_self
    work.db.add(row)
    await work.db.flush()
    targets = RuleScope() if body.is_only_self else body.targets
    for side, scope in ((SUBJECT, body.subjects), (TARGET, targets)):
        await repository.set_items(work.db, row.id, side, await _scope(work.db, scope))
    after = (await _views(work.db, [row], language))[0]
    action = AuditAction.CREATED if before is None else AuditAction.CHANGED
    record(work.db, action, AuditObject.VISIBILITY_RULE, row.id, row.name, before=before, after=after)
    return row


async def remove(work: UnitOfWork, rule_id: int) -> None:
    await organization.lock(work.db)
    row = await work.db.get(VisibilityRule, rule_id)
    if row is None:
        raise NotFound("visibility_rule_not_found")
    await delete(work, row)
    publish(work, rule_id)


async def delete(work: UnitOfWork, row: VisibilityRule) -> None:
    before = (await _views(work.db, [row], DEFAULT_LANGUAGE))[0]
    record(work.db, AuditAction.DELETED, AuditObject.VISIBILITY_RULE, row.id, row.name, before=before)
    await work.db.delete(row)
    await work.db.flush()


def publish(work: UnitOfWork, rule_id: int | None) -> None:
    """Notify everybody that a rule has changed; without an id, that many have."""
    work.publish([PORTAL, DIRECTORY], VisibilityRuleChanged(id=rule_id))
    colleagues_changed(work)


async def _scope(db: AsyncSession, body: RuleScope) -> Scope:
    """Return the scope without extensions that were deleted since the page was opened."""
    existing = await organization.existing_extensions(db, set(body.extension_ids))
    return replace(scope_of_ids(body), extensions=frozenset(existing))


def scope_of_ids(body: RuleScope) -> Scope:
    return Scope(
        extensions=frozenset(body.extension_ids),
        groups=frozenset(body.group_ids) - _ALL,
        departments=frozenset(body.department_ids) - _ALL,
        has_everyone=EVERYONE_ID in body.group_ids or COMPANY_ID in body.department_ids,
    )


def rule_of_values(rule_id: int, values: VisibilityRuleCreate) -> Rule:
    """Return the rule that the values describe, for a look at its effect. Pure."""
    targets = Scope() if values.is_only_self else scope_of_ids(values.targets)
    return Rule(rule_id, scope_of_ids(values.subjects), targets, values.is_only_self)


async def _check(db: AsyncSession, body: VisibilityRuleCreate) -> None:
    errors: dict[str, FieldError] = {}
    if len(body.name) > MAX_NAME_CHARACTERS:
        errors["name"] = FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS})
    subjects = body.subjects
    if not (subjects.extension_ids or subjects.group_ids or subjects.department_ids):
        errors["subjects"] = FieldError("visibility_rule_without_subjects")
    if body.enabled and not body.is_only_self and scope_of_ids(body.targets).is_empty:
        errors["targets"] = FieldError("visibility_rule_without_targets")
    tree = await organization.tree(db)
    groups = {group.id for group in await organization.groups(db)}
    for name, scope in (("subjects", subjects), ("targets", body.targets)):
        if set(scope.group_ids) - groups - _ALL:
            errors[name] = FieldError("extension_group_unknown")
        elif any(one not in tree for one in set(scope.department_ids) - _ALL):
            errors[name] = FieldError("department_unknown")
    if errors:
        raise ValidationFailed(fields=errors)


async def effect_on(db: AsyncSession, extension_id: int) -> VisibilityOf:
    """Return whom an extension sees, and why."""
    await get_extension(db, extension_id)
    viewer, rules = await person(db, extension_id), await repository.rules(db)
    scope = visible_scope(viewer, rules)
    seen = true() if scope is None else repository.covers(scope)
    count, first = await organization.first_extensions(
        db, and_(Extension.id != extension_id, seen), MAX_NAMED_EXTENSIONS
    )
    names = {row.id: row.name for row in await repository.all_rows(db)}
    return VisibilityOf(
        is_restricted=scope is not None,
        visible=count,
        first=[NamedExtension.model_validate(extension) for extension in first],
        rules=[Named(id=rule.id, name=names[rule.id]) for rule in rules_for(viewer, rules)],
    )
