"""Creates, changes and deletes visibility rules, and says what they do."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, true
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import person
from linkus.client_permission.visibility import repository
from linkus.client_permission.visibility.models import VisibilityRule, VisibilityRuleItem
from linkus.client_permission.visibility.repository import SUBJECT, TARGET
from linkus.client_permission.visibility.resolution import Scope, rules_for, visible_scope
from linkus.client_permission.visibility.schemas import (
    MAX_NAME_CHARACTERS,
    MAX_RULES,
    NamedDepartment,
    RuleScope,
    RuleScopeView,
    VisibilityOf,
    VisibilityRuleCreate,
    VisibilityRules,
    VisibilityRuleUpdate,
    VisibilityRuleView,
)
from linkus.event_catalogue import VisibilityRuleChanged
from linkus.extension.models import Extension
from linkus.extension.notify import colleagues_changed
from linkus.extension.repository import by_ids
from linkus.extension.schemas import NamedExtension
from linkus.extension.service import get as get_extension
from linkus.kit.bus import DIRECTORY, PORTAL
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.organization import repository as organization
from linkus.organization.impact import MAX_NAMED_EXTENSIONS, Change
from linkus.organization.naming import COMPANY_ID, EVERYONE_ID, Named, everyone_name
from linkus.organization.schemas import AffectedRule
from linkus.organization.tree import Tree

DEFAULT_ID = 0
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


async def _views(db: AsyncSession, rows: Sequence[VisibilityRule], language: Language) -> list[VisibilityRuleView]:
    items = await repository.items(db, [row.id for row in rows])
    renderer = await _renderer(db, [item for found in items.values() for item in found], language)
    views = []
    for row in rows:
        rule = repository.rule_of(row.id, items.get(row.id, []))
        subjects, targets = renderer.scope(rule.subjects), renderer.scope(rule.targets)
        views.append(
            VisibilityRuleView(id=row.id, name=row.name, subjects=subjects, targets=targets, version=row.version)
        )
    return views


async def list_rules(db: AsyncSession, language: Language) -> VisibilityRules:
    everyone = (await _renderer(db, [], language)).scope(Scope(has_everyone=True))
    default = VisibilityRuleView(
        id=DEFAULT_ID, name="", is_default=True, subjects=everyone, targets=everyone, version=1
    )
    return VisibilityRules(items=[default, *await _views(db, await repository.all_rows(db), language)])


async def view(db: AsyncSession, rule_id: int, language: Language) -> VisibilityRuleView:
    row = await db.get(VisibilityRule, rule_id)
    if row is None:
        raise NotFound("visibility_rule_not_found")
    return (await _views(db, [row], language))[0]


async def create(work: UnitOfWork, body: VisibilityRuleCreate, language: Language) -> VisibilityRuleView:
    await organization.lock(work.db)
    await _check(work.db, body)
    if len(await repository.all_rows(work.db)) >= MAX_RULES:
        raise ValidationFailed(fields={"name": FieldError("visibility_rule_too_many", {"max": MAX_RULES})})
    row = VisibilityRule(version=1)
    work.db.add(row)
    return await _write(work, row, body, language)


async def update(work: UnitOfWork, rule_id: int, body: VisibilityRuleUpdate, language: Language) -> VisibilityRuleView:
    await organization.lock(work.db)
    row = await work.db.get(VisibilityRule, rule_id, with_for_update=True)
    if row is None:
        raise NotFound("visibility_rule_not_found")
    if row.version != body.version:
        raise VersionConflict((await _views(work.db, [row], language))[0])
    await _check(work.db, body)
    row.version += 1
    return await _write(work, row, body, language)


async def _write(
    work: UnitOfWork, row: VisibilityRule, body: VisibilityRuleCreate, language: Language
) -> VisibilityRuleView:
    row.name = body.name
    await work.db.flush()
    for side, scope in ((SUBJECT, body.subjects), (TARGET, body.targets)):
        await repository.set_items(work.db, row.id, side, await _scope(work.db, scope))
    _publish(work, row.id)
    return (await _views(work.db, [row], language))[0]


async def remove(work: UnitOfWork, rule_id: int) -> None:
    await organization.lock(work.db)
    row = await work.db.get(VisibilityRule, rule_id)
    if row is None:
        raise NotFound("visibility_rule_not_found")
    await work.db.delete(row)
    await work.db.flush()
    _publish(work, rule_id)


def _publish(work: UnitOfWork, rule_id: int) -> None:
    work.publish([PORTAL, DIRECTORY], VisibilityRuleChanged(id=rule_id))
    colleagues_changed(work)


async def _scope(db: AsyncSession, body: RuleScope) -> Scope:
    """Return the scope without extensions that were deleted since the page was opened."""
    return Scope(
        extensions=frozenset(await organization.existing_extensions(db, set(body.extension_ids))),
        groups=frozenset(body.group_ids) - _ALL,
        departments=frozenset(body.department_ids) - _ALL,
        has_everyone=EVERYONE_ID in body.group_ids or COMPANY_ID in body.department_ids,
    )


async def _check(db: AsyncSession, body: VisibilityRuleCreate) -> None:
    errors: dict[str, FieldError] = {}
    if len(body.name) > MAX_NAME_CHARACTERS:
        errors["name"] = FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS})
    subjects = body.subjects
    if not (subjects.extension_ids or subjects.group_ids or subjects.department_ids):
        errors["subjects"] = FieldError("visibility_rule_without_subjects")
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


async def affected_rules(db: AsyncSession, change: Change) -> list[AffectedRule]:
    """Return the rules that begin or cease to count for the extensions of a department or group that is moved or
    deleted."""
    left, joined = change.left_departments, change.joined_departments
    found = []
    for row, item in await repository.rows_naming(db, left | joined, change.left_groups):
        found.append(
            AffectedRule(
                kind="visibility",
                id=row.id,
                name=row.name,
                side="subject" if item.side == SUBJECT else "target",
                effect="joins" if item.department_id in joined else "leaves",
            )
        )
    return found
