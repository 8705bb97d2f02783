"""Queries for paging groups."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.pages import PageRows, Paging, SortColumns, by_value, fetch_page, like_pattern, order
from linkus.paging.schemas import PagingGroupSort, PagingMode
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup, PagingGroupCaller, PagingGroupMember
from linkus.shared.models.route import InboundRoute

Listed = type[PagingGroupMember] | type[PagingGroupCaller]
_LISTED: tuple[Listed, ...] = (PagingGroupMember, PagingGroupCaller)


def _count(listed: Listed) -> ColumnElement[int]:
    return select(func.count()).where(listed.group_id == PagingGroup.id).scalar_subquery()


_SORT_COLUMNS: SortColumns = {
    "number": by_value(PagingGroup.number),
    "name": PagingGroup.name,
    "mode": PagingGroup.mode,
    "members": _count(PagingGroupMember),
}


async def page(
    db: AsyncSession, search: str, mode: PagingMode | None, sort: PagingGroupSort, paging: Paging
) -> PageRows[PagingGroup]:
    query = select(PagingGroup)
    if search:
        pattern = like_pattern(search.lower())
        matches = [func.lower(column).like(pattern, escape="\\") for column in (PagingGroup.number, PagingGroup.name)]
        query = query.where(or_(*matches))
    if mode is not None:
        query = query.where(PagingGroup.mode == mode.value)
    return await fetch_page(db, order(query, sort, _SORT_COLUMNS, PagingGroup.id), paging)


async def counts(db: AsyncSession, listed: Listed, group_ids: Collection[int]) -> dict[int, int]:
    query = select(listed.group_id, func.count()).where(listed.group_id.in_(group_ids)).group_by(listed.group_id)
    return {row[0]: row[1] for row in (await db.execute(query)).all()}


async def extensions(db: AsyncSession, listed: Listed, group_id: int) -> list[Extension]:
    """Return the extensions of a group, ordered by number."""
    query = select(Extension).join(listed, listed.extension_id == Extension.id).where(listed.group_id == group_id)
    return list((await db.scalars(query.order_by(func.length(Extension.number), Extension.number))).all())


async def inbound_routes(db: AsyncSession, group_id: int) -> list[InboundRoute]:
    query = select(InboundRoute).where(InboundRoute.paging_group_id == group_id).order_by(InboundRoute.position)
    return list((await db.scalars(query)).all())


async def naming(db: AsyncSession, extension_ids: Collection[int]) -> list[PagingGroup]:
    """Return the groups that have one of these extensions as a member or as a chosen caller."""
    if not extension_ids:
        return []
    listed = [select(each.group_id).where(each.extension_id.in_(extension_ids)) for each in _LISTED]
    query = select(PagingGroup).where(or_(*(PagingGroup.id.in_(ids) for ids in listed))).order_by(PagingGroup.id)
    return list((await db.scalars(query)).all())


async def set_extensions(db: AsyncSession, listed: Listed, group_id: int, extension_ids: Collection[int]) -> None:
    """Set the group's extensions to exactly the wanted ones that exist."""
    existing = set((await db.scalars(select(Extension.id).where(Extension.id.in_(extension_ids)))).all())
    query = select(listed.extension_id).where(listed.group_id == group_id)
    present = set((await db.scalars(query)).all())
    if removed_ids := present - existing:
        statement = delete(listed).where(listed.group_id == group_id, listed.extension_id.in_(removed_ids))
        await db.execute(statement, execution_options={"synchronize_session": False})
    if fresh := existing - present:
        await db.execute(
            insert(listed), [{"group_id": group_id, "extension_id": extension_id} for extension_id in sorted(fresh)]
        )
