from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.pages import by_value
from linkus.organization.models import Department, DepartmentMember, ExtensionGroup, ExtensionGroupMember
from linkus.organization.naming import COMPANY_ID, Named
from linkus.organization.tree import Node, Tree
from linkus.shared.models.extension import Extension

Membership = type[DepartmentMember] | type[ExtensionGroupMember]
_LOCK = 714_202  # an arbitrary number that nothing else locks
_UNSYNCHRONIZED = {"synchronize_session": False}


async def lock(db: AsyncSession) -> None:
    """Lock departments and groups until the commit, because two moves together could make a cycle. SQLite's writers
    wait for each other anyway."""
    if db.get_bind().dialect.name == "postgresql":
        await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def tree(db: AsyncSession) -> Tree:
    columns = (Department.id, Department.parent_id, Department.name, Department.position, Department.version)
    rows = await db.execute(select(*columns))
    return Tree(Node(row[0], row[1] or COMPANY_ID, row[2], row[3], row[4]) for row in rows)


async def groups(db: AsyncSession) -> list[ExtensionGroup]:
    return list((await db.scalars(select(ExtensionGroup).order_by(ExtensionGroup.name_key))).all())


async def count_extensions(db: AsyncSession) -> int:
    return await db.scalar(select(func.count(Extension.id))) or 0


async def count_placed(db: AsyncSession) -> int:
    """Return the number of extensions in any department."""
    return await db.scalar(select(func.count(DepartmentMember.extension_id.distinct()))) or 0


async def direct_counts(db: AsyncSession, of: ColumnElement[bool] | None = None) -> dict[int, int]:
    """Return the number of members of each department that has any, without those below it: of all extensions, or of
    those that `of` matches."""
    column = DepartmentMember.department_id
    query = select(column, func.count()).group_by(column)
    if of is not None:
        query = query.join(Extension, Extension.id == DepartmentMember.extension_id).where(of)
    return {row[0]: row[1] for row in await db.execute(query)}


async def counts_with_below(db: AsyncSession) -> dict[int, int]:
    """Return the number of different extensions in each department and everything below it."""
    pairs = select(Department.id.label("top"), Department.id.label("id")).cte("pairs", recursive=True)
    step = select(pairs.c.top, Department.id).where(Department.parent_id == pairs.c.id)
    closure = pairs.union_all(step)
    query = (
        select(closure.c.top, func.count(DepartmentMember.extension_id.distinct()))
        .join(DepartmentMember, DepartmentMember.department_id == closure.c.id)
        .group_by(closure.c.top)
    )
    return {row[0]: row[1] for row in await db.execute(query)}


async def group_counts(db: AsyncSession) -> dict[int, int]:
    column = ExtensionGroupMember.group_id
    return {row[0]: row[1] for row in await db.execute(select(column, func.count()).group_by(column))}


async def set_positions(db: AsyncSession, ids: Iterable[int]) -> None:
    rows = [{"id": department_id, "position": position} for position, department_id in enumerate(ids)]
    await db.execute(update(Department), rows)


async def place_below(db: AsyncSession, ids: Collection[int], parent_id: int | None) -> None:
    statement = update(Department).where(Department.id.in_(ids)).values(parent_id=parent_id)
    await db.execute(statement, execution_options=_UNSYNCHRONIZED)


# ---------------------------------------------------------------------- members of departments and groups alike
def _owner(model: Membership) -> Any:
    return model.department_id if model is DepartmentMember else model.group_id  # type: ignore[union-attr]


async def members(db: AsyncSession, model: Membership, owner_id: int) -> list[int]:
    query = select(model.extension_id).where(_owner(model) == owner_id).order_by(model.extension_id)
    return list((await db.scalars(query)).all())


async def memberships(db: AsyncSession, model: Membership, extension_ids: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs (extension, department or group) of these extensions."""
    query = select(model.extension_id, _owner(model)).where(model.extension_id.in_(extension_ids))
    return {(row[0], row[1]) for row in await db.execute(query)}


async def all_memberships(db: AsyncSession, model: Membership) -> list[tuple[int, int]]:
    """Return all pairs (extension, department or group)."""
    return [(row[0], row[1]) for row in await db.execute(select(model.extension_id, _owner(model)))]


async def add(db: AsyncSession, model: Membership, pairs: Collection[tuple[int, int]]) -> None:
    if pairs:
        key = _owner(model).key
        await db.execute(insert(model), [{"extension_id": one, key: owner} for one, owner in sorted(pairs)])


async def remove(db: AsyncSession, model: Membership, pairs: Collection[tuple[int, int]]) -> None:
    by_owner: dict[int, list[int]] = {}
    for extension_id, owner_id in pairs:
        by_owner.setdefault(owner_id, []).append(extension_id)
    for owner_id, extension_ids in by_owner.items():
        statement = delete(model).where(_owner(model) == owner_id, model.extension_id.in_(extension_ids))
        await db.execute(statement, execution_options=_UNSYNCHRONIZED)


async def names_of_departments(db: AsyncSession, extension_ids: Collection[int]) -> dict[int, list[Named]]:
    query = (
        select(DepartmentMember.extension_id, Department.id, Department.name)
        .join(Department, Department.id == DepartmentMember.department_id)
        .where(DepartmentMember.extension_id.in_(extension_ids))
        .order_by(Department.name_key, Department.id)
    )
    return _named((await db.execute(query)).all())


async def names_of_groups(db: AsyncSession, extension_ids: Collection[int]) -> dict[int, list[Named]]:
    query = (
        select(ExtensionGroupMember.extension_id, ExtensionGroup.id, ExtensionGroup.name)
        .join(ExtensionGroup, ExtensionGroup.id == ExtensionGroupMember.group_id)
        .where(ExtensionGroupMember.extension_id.in_(extension_ids))
        .order_by(ExtensionGroup.name_key)
    )
    return _named((await db.execute(query)).all())


def _named(rows: Iterable[Any]) -> dict[int, list[Named]]:
    found: dict[int, list[Named]] = {}
    for extension_id, owner_id, name in rows:
        found.setdefault(extension_id, []).append(Named(id=owner_id, name=name))
    return found


async def existing_extensions(db: AsyncSession, ids: Collection[int]) -> set[int]:
    """Return those of the extensions that exist, and keep them from being deleted until the commit."""
    query = select(Extension.id).where(Extension.id.in_(ids)).with_for_update(read=True, key_share=True)
    return set((await db.scalars(query)).all())


async def extensions(db: AsyncSession, ids: Collection[int]) -> list[Extension]:
    return list((await db.scalars(select(Extension).where(Extension.id.in_(ids)))).all())


async def numbers(db: AsyncSession, extension_ids: Collection[int]) -> list[str]:
    """Return the numbers of these extensions."""
    query = select(Extension.number).where(Extension.id.in_(extension_ids)).order_by(*by_value(Extension.number))
    return list((await db.scalars(query)).all())


async def raise_versions(db: AsyncSession, extension_ids: Collection[int]) -> None:
    """Make a save of an extension's page stale that was opened before its departments or groups changed."""
    statement = update(Extension).where(Extension.id.in_(extension_ids)).values(version=Extension.version + 1)
    await db.execute(statement, execution_options=_UNSYNCHRONIZED)


async def first_extensions(db: AsyncSession, condition: Any, limit: int) -> tuple[int, list[Extension]]:
    """Return how many extensions match, and the first of them by number."""
    count = await db.scalar(select(func.count(Extension.id)).where(condition)) or 0
    query = select(Extension).where(condition).order_by(func.length(Extension.number), Extension.number).limit(limit)
    return count, list((await db.scalars(query)).all())
