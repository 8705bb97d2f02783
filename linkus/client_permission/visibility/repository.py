"""Queries for visibility rules, and conditions on whom a rule names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, delete, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.visibility.models import VisibilityRule, VisibilityRuleItem
from linkus.client_permission.visibility.resolution import Rule, Scope
from linkus.organization.queries import in_departments, in_groups
from linkus.organization.removal import Removal
from linkus.shared.models.extension import Extension

SUBJECT, TARGET = "subject", "target"


def covers(scope: Scope) -> ColumnElement[bool]:
    """Match the extensions that a scope names."""
    if scope.has_everyone:
        return true()
    return or_(
        Extension.id.in_(scope.extensions),
        in_groups(Extension.id, scope.groups),
        in_departments(Extension.id, scope.departments),
    )


def scope_of(items: Iterable[VisibilityRuleItem]) -> Scope:
    found = list(items)
    return Scope(
        extensions=frozenset(item.extension_id for item in found if item.extension_id is not None),
        groups=frozenset(item.group_id for item in found if item.group_id is not None),
        departments=frozenset(item.department_id for item in found if item.department_id is not None),
        has_everyone=any(_is_everyone(item) for item in found),
    )


def _is_everyone(item: VisibilityRuleItem) -> bool:
    return item.extension_id is None and item.group_id is None and item.department_id is None


async def all_rows(db: AsyncSession) -> list[VisibilityRule]:
    return list((await db.scalars(select(VisibilityRule).order_by(VisibilityRule.id))).all())


async def items(db: AsyncSession, rule_ids: Collection[int] | None = None) -> dict[int, list[VisibilityRuleItem]]:
    """Return the items by rule; of all rules without `rule_ids`."""
    query = select(VisibilityRuleItem).order_by(VisibilityRuleItem.id)
    if rule_ids is not None:
        query = query.where(VisibilityRuleItem.rule_id.in_(rule_ids))
    found: dict[int, list[VisibilityRuleItem]] = {}
    for item in await db.scalars(query):
        found.setdefault(item.rule_id, []).append(item)
    return found


async def rules(db: AsyncSession) -> list[Rule]:
    """Return the enabled rules."""
    by_rule = await items(db)
    return [rule_of(row, by_rule.get(row.id, [])) for row in await all_rows(db) if row.enabled]


def rule_of(row: VisibilityRule, found: Sequence[VisibilityRuleItem]) -> Rule:
    subjects = scope_of(item for item in found if item.side == SUBJECT)
    return Rule(row.id, subjects, scope_of(item for item in found if item.side == TARGET), row.only_self)


async def set_items(db: AsyncSession, rule_id: int, side: str, scope: Scope) -> None:
    statement = delete(VisibilityRuleItem).where(VisibilityRuleItem.rule_id == rule_id, VisibilityRuleItem.side == side)
    await db.execute(statement, execution_options={"synchronize_session": False})
    db.add_all(VisibilityRuleItem(rule_id=rule_id, side=side, extension_id=one) for one in sorted(scope.extensions))
    db.add_all(VisibilityRuleItem(rule_id=rule_id, side=side, group_id=one) for one in sorted(scope.groups))
    db.add_all(VisibilityRuleItem(rule_id=rule_id, side=side, department_id=one) for one in sorted(scope.departments))
    if scope.has_everyone:
        db.add(VisibilityRuleItem(rule_id=rule_id, side=side))
    await db.flush()


async def ids_naming(db: AsyncSession, removal: Removal) -> set[int]:
    """Return the ids of the rules that name any of these themselves, enabled or not."""
    named = _names_any(removal.departments, removal.groups, removal.extensions)
    return set((await db.scalars(select(VisibilityRuleItem.rule_id).where(named).distinct())).all())


def _names_any(
    department_ids: Collection[int], group_ids: Collection[int], extension_ids: Collection[int]
) -> ColumnElement[bool]:
    item = VisibilityRuleItem
    return or_(
        item.department_id.in_(department_ids), item.group_id.in_(group_ids), item.extension_id.in_(extension_ids)
    )


async def rows_naming(
    db: AsyncSession, department_ids: Collection[int], group_ids: Collection[int], extension_ids: Collection[int]
) -> list[tuple[VisibilityRule, VisibilityRuleItem]]:
    """Return the enabled rules that name any of these, with every item of a department that does, and with one item of
    each side for the others."""
    item = VisibilityRuleItem
    query = select(VisibilityRule, item).join(item, item.rule_id == VisibilityRule.id)
    query = query.where(VisibilityRule.enabled, _names_any(department_ids, group_ids, extension_ids))
    rows = [(row[0], row[1]) for row in await db.execute(query.order_by(VisibilityRule.id, item.id))]
    return list({(rule.id, item.side, item.department_id): (rule, item) for rule, item in rows}.values())
