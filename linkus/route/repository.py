"""Queries for routes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup
from linkus.shared.models.route import InboundRoute, OutboundRoute, OutboundRouteTrunk
from linkus.trunk.models import Trunk

Route = type[InboundRoute] | type[OutboundRoute]


@dataclass(frozen=True, slots=True)
class InboundRow:
    """Holds a route with the names of its trunk and destination."""

    route: InboundRoute
    trunk_name: str
    destination_number: str
    destination_name: str


def _inbound() -> Select[InboundRoute, str, str, str, str, str]:
    return (
        select(
            InboundRoute,
            Trunk.name,
            Extension.number,
            Extension.display_name,
            PagingGroup.number,
            PagingGroup.name,
        )
        .outerjoin(Trunk, Trunk.id == InboundRoute.trunk_id)
        .outerjoin(Extension, Extension.id == InboundRoute.extension_id)
        .outerjoin(PagingGroup, PagingGroup.id == InboundRoute.paging_group_id)
        .order_by(InboundRoute.position, InboundRoute.id)
    )


async def inbound(db: AsyncSession, route_id: int | None = None) -> list[InboundRow]:
    """Return all inbound routes in order, or only the one."""
    query = _inbound() if route_id is None else _inbound().where(InboundRoute.id == route_id)
    rows = (await db.execute(query.execution_options(populate_existing=True))).all()
    return [
        InboundRow(route, trunk or "", number or group or "", name or group_name or "")
        for route, trunk, number, name, group, group_name in rows
    ]


async def outbound(db: AsyncSession, route_id: int | None = None) -> list[OutboundRoute]:
    query = select(OutboundRoute).order_by(OutboundRoute.position, OutboundRoute.id)
    if route_id is not None:
        query = query.where(OutboundRoute.id == route_id)
    return list((await db.scalars(query.execution_options(populate_existing=True))).all())


async def trunks_of(db: AsyncSession, route_id: int | None = None) -> dict[int, list[Trunk]]:
    """Return the trunks of each outbound route, in the order in which they are tried."""
    query = (
        select(OutboundRouteTrunk.route_id, Trunk)
        .join(Trunk, Trunk.id == OutboundRouteTrunk.trunk_id)
        .order_by(OutboundRouteTrunk.route_id, OutboundRouteTrunk.position)
    )
    if route_id is not None:
        query = query.where(OutboundRouteTrunk.route_id == route_id)
    trunks_by_route: dict[int, list[Trunk]] = {}
    for of_route, trunk in (await db.execute(query)).all():
        trunks_by_route.setdefault(of_route, []).append(trunk)
    return trunks_by_route


async def set_trunks(db: AsyncSession, route_id: int, trunk_ids: Sequence[int]) -> None:
    await db.execute(delete(OutboundRouteTrunk).where(OutboundRouteTrunk.route_id == route_id))
    if trunk_ids:
        rows = [
            {"route_id": route_id, "trunk_id": trunk_id, "position": at} for at, trunk_id in enumerate(trunk_ids, 1)
        ]
        await db.execute(insert(OutboundRouteTrunk), rows)


async def inbound_for_update(db: AsyncSession, route_id: int) -> InboundRoute | None:
    """Return a route, locked until the commit on PostgreSQL. SQLite's writers wait for each other anyway."""
    return await db.get(InboundRoute, route_id, with_for_update=True)


async def outbound_for_update(db: AsyncSession, route_id: int) -> OutboundRoute | None:
    return await db.get(OutboundRoute, route_id, with_for_update=True)


async def ids_for_update(db: AsyncSession, model: Route) -> list[int]:
    """Return the present order and lock all rows, always in the same sequence, so that concurrent moves wait for each
    other."""
    rows = (await db.execute(select(model.id, model.position).order_by(model.id).with_for_update())).all()
    return [route_id for route_id, _ in sorted(rows, key=lambda row: (row[1], row[0]))]


async def names(db: AsyncSession, model: Route) -> dict[int, str]:
    return {row[0]: row[1] for row in await db.execute(select(model.id, model.name))}


async def set_order(db: AsyncSession, model: Route, ids: Sequence[int]) -> None:
    if ids:
        places = [{"id": route_id, "position": place} for place, route_id in enumerate(ids, 1)]
        await db.execute(update(model), places)


async def count(db: AsyncSession, model: Route) -> int:
    return await db.scalar(select(func.count()).select_from(model)) or 0


async def remove(db: AsyncSession, model: Route, ids: Collection[int]) -> int:
    deleted = await db.execute(delete(model).where(model.id.in_(list(ids))).returning(model.id))
    return len(deleted.all())


async def name_taken(db: AsyncSession, name: str, own_id: int | None) -> bool:
    """Return whether another outbound route has this name. Inbound routes may share a name: their numbers tell them
    apart."""
    query = select(OutboundRoute.id).where(OutboundRoute.name == name)
    if own_id is not None:
        query = query.where(OutboundRoute.id != own_id)
    return await db.scalar(query) is not None


async def known_trunks(db: AsyncSession, ids: Collection[int]) -> set[int]:
    return set((await db.scalars(select(Trunk.id).where(Trunk.id.in_(list(ids))))).all())


async def paging_group(db: AsyncSession, group_id: int) -> PagingGroup | None:
    return await db.get(PagingGroup, group_id)


async def paging_group_by_number(db: AsyncSession, number: str) -> PagingGroup | None:
    return await db.scalar(select(PagingGroup).where(PagingGroup.number == number))


async def last_position(db: AsyncSession, model: Route) -> int:
    return await db.scalar(select(func.max(model.position))) or 0


async def trunks_by_name(db: AsyncSession, names: Collection[str]) -> dict[str, int]:
    """Return trunk ids by name in lower case. All trunks are read: they are few, and SQLite lowers ASCII letters
    only."""
    rows = await db.execute(select(Trunk.name, Trunk.id))
    return {name.lower(): trunk_id for name, trunk_id in rows.all() if name.lower() in names}


async def paging_groups_by_number(db: AsyncSession, numbers: Collection[str]) -> dict[str, PagingGroup]:
    rows = await db.scalars(select(PagingGroup).where(PagingGroup.number.in_(list(numbers))))
    return {group.number: group for group in rows}
