"""Queries for permission rules and for whom they concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.rules.catalogue import Kind, expand
from linkus.client_permission.rules.models import PermissionRule, PermissionSubject
from linkus.client_permission.rules.resolution import Rule, Subject
from linkus.organization.queries import departments_of, groups_of
from linkus.organization.removal import Removal

_ID_COLUMN = {"extension": "extension_id", "group": "group_id", "department": "department_id"}


def rule_of(row: PermissionRule, subjects: Iterable[Subject] = ()) -> Rule:
    """Return a stored rule. It needs no subjects where it is known to concern an extension."""
    return Rule(row.id, row.is_allowing, frozenset(subjects), expand(row.targets), row.enabled)


async def rows(db: AsyncSession, kind: Kind) -> list[PermissionRule]:
    query = select(PermissionRule).where(PermissionRule.kind == kind).order_by(PermissionRule.id)
    return list((await db.scalars(query.execution_options(populate_existing=True))).all())


async def count(db: AsyncSession, kind: Kind) -> int:
    return await db.scalar(select(func.count()).where(PermissionRule.kind == kind)) or 0


async def subjects_by_rule(db: AsyncSession, rule_ids: Collection[int] | None = None) -> dict[int, list[Subject]]:
    """Return the subjects of each rule in the order in which they were chosen."""
    query = select(
        PermissionSubject.rule_id,
        PermissionSubject.kind,
        func.coalesce(PermissionSubject.extension_id, PermissionSubject.group_id, PermissionSubject.department_id, 0),
    ).order_by(PermissionSubject.id)
    if rule_ids is not None:
        query = query.where(PermissionSubject.rule_id.in_(rule_ids))
    found: defaultdict[int, list[Subject]] = defaultdict(list)
    for rule_id, kind, subject_id in await db.execute(query):
        found[rule_id].append(Subject(kind, subject_id))
    return found


async def rules(db: AsyncSession, kind: Kind) -> list[Rule]:
    subjects = await subjects_by_rule(db)
    return [rule_of(row, subjects.get(row.id, ())) for row in await rows(db, kind)]


async def set_subjects(db: AsyncSession, rule_id: int, subjects: Sequence[Subject]) -> None:
    await db.execute(delete(PermissionSubject).where(PermissionSubject.rule_id == rule_id))
    values = [
        {"rule_id": rule_id, "kind": subject.kind, **dict.fromkeys(_ID_COLUMN.values())}
        | ({_ID_COLUMN[subject.kind]: subject.id} if subject.id else {})
        for subject in subjects
    ]
    if values:
        await db.execute(insert(PermissionSubject), values)


def _naming(extension_id: int) -> Select[int]:
    """Select the ids of the rules that name an extension, directly or through a group or a department."""
    subject = PermissionSubject
    return select(subject.rule_id).where(
        or_(
            subject.extension_id == extension_id,
            subject.group_id.in_(groups_of(extension_id)),
            subject.department_id.in_(departments_of(extension_id)),
            (subject.kind != "extension") & subject.group_id.is_(None) & subject.department_id.is_(None),
        )
    )


async def rules_concerning(db: AsyncSession, kind: Kind, extension_id: int) -> list[PermissionRule]:
    """Return the enabled rules that name an extension, by one query."""
    query = select(PermissionRule).where(
        PermissionRule.kind == kind, PermissionRule.enabled, PermissionRule.id.in_(_naming(extension_id))
    )
    return list((await db.scalars(query)).all())


async def naming(db: AsyncSession, kind: Kind, extension_id: int) -> set[int]:
    """Return the ids of the rules that name an extension, enabled or not."""
    query = select(PermissionRule.id).where(PermissionRule.kind == kind, PermissionRule.id.in_(_naming(extension_id)))
    return set((await db.scalars(query)).all())


def _names_any(
    department_ids: Collection[int], group_ids: Collection[int], extension_ids: Collection[int]
) -> ColumnElement[bool]:
    return or_(
        PermissionSubject.department_id.in_(department_ids),
        PermissionSubject.group_id.in_(group_ids),
        PermissionSubject.extension_id.in_(extension_ids),
    )


async def ids_naming(db: AsyncSession, removal: Removal) -> set[int]:
    """Return the ids of the rules that name any of these themselves, enabled or not."""
    named = _names_any(removal.departments, removal.groups, removal.extensions)
    return set((await db.scalars(select(PermissionSubject.rule_id).where(named).distinct())).all())


async def rows_naming(
    db: AsyncSession, department_ids: Collection[int], group_ids: Collection[int], extension_ids: Collection[int]
) -> list[tuple[PermissionRule, int | None]]:
    """Return the enabled rules that name any of these, each with every department of them, and once for the others."""
    query = (
        select(PermissionRule, PermissionSubject.department_id)
        .join(PermissionSubject, PermissionSubject.rule_id == PermissionRule.id)
        .where(PermissionRule.enabled, _names_any(department_ids, group_ids, extension_ids))
        .order_by(PermissionRule.id, PermissionSubject.id)
    )
    found = {(row[0].id, row[1]): (row[0], row[1]) for row in await db.execute(query)}
    return list(found.values())


async def remove(db: AsyncSession, kind: Kind, rule_ids: Collection[int]) -> None:
    await db.execute(delete(PermissionRule).where(PermissionRule.kind == kind, PermissionRule.id.in_(rule_ids)))
