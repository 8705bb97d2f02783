from __future__ import annotations

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.pages import PageRows, Paging, fetch_page, like_pattern, order
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.models.event import EventRecord
from linkus.shared.models.route import InboundRoute, OutboundRoute, OutboundRouteTrunk
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import TrunkSort

MAX_EVENTS_READ = 1000
_TRANSITION_KINDS = (EventKind.TRUNK_FAILED.value, EventKind.TRUNK_RECOVERED.value)
_SORT_COLUMNS = {"name": Trunk.name, "kind": Trunk.kind, "host": Trunk.host}


def _query(search: str, sort: TrunkSort) -> Select[Trunk]:
    query = select(Trunk)
    if search:
        pattern = like_pattern(search.lower())
        columns = (Trunk.name, Trunk.host, Trunk.username)
        query = query.where(or_(*(func.lower(column).like(pattern, escape="\\") for column in columns)))
    return order(query, sort, _SORT_COLUMNS, Trunk.id)


async def page(db: AsyncSession, search: str, sort: TrunkSort, paging: Paging) -> PageRows[Trunk]:
    return await fetch_page(db, _query(search, sort), paging)


async def by_id(db: AsyncSession, trunk_id: int) -> Trunk | None:
    return await db.get(Trunk, trunk_id)


async def by_id_for_update(db: AsyncSession, trunk_id: int) -> Trunk | None:
    """Return the trunk, locked until the commit on PostgreSQL. SQLite's writers wait for each other anyway."""
    return await db.get(Trunk, trunk_id, with_for_update=True)


async def enabled(db: AsyncSession) -> list[Trunk]:
    return list((await db.scalars(select(Trunk).where(Trunk.enabled).order_by(Trunk.id))).all())


async def reported_failures(db: AsyncSession) -> set[int]:
    """Return the trunks whose last event is a failure."""
    query = select(EventRecord).where(EventRecord.kind.in_(_TRANSITION_KINDS)).order_by(EventRecord.id.desc())
    last_kinds: dict[int, str] = {}
    for event in await db.scalars(query.limit(MAX_EVENTS_READ)):
        last_kinds.setdefault(int(event.params["trunk_id"]), event.kind)
    return {trunk_id for trunk_id, kind in last_kinds.items() if kind == EventKind.TRUNK_FAILED.value}


async def name_taken(db: AsyncSession, name: str, own_id: int | None) -> bool:
    query = select(Trunk.id).where(Trunk.name == name)
    if own_id is not None:
        query = query.where(Trunk.id != own_id)
    return await db.scalar(query) is not None


async def inbound_routes_of(db: AsyncSession, trunk_id: int) -> list[InboundRoute]:
    query = select(InboundRoute).where(InboundRoute.trunk_id == trunk_id).order_by(InboundRoute.position)
    return list((await db.scalars(query)).all())


async def outbound_routes_of(db: AsyncSession, trunk_id: int) -> list[tuple[OutboundRoute, int]]:
    """Return the outbound routes of a trunk, each with its total number of trunks."""
    count = (
        select(func.count())
        .select_from(OutboundRouteTrunk)
        .where(OutboundRouteTrunk.route_id == OutboundRoute.id)
        .correlate(OutboundRoute)
        .scalar_subquery()
    )
    query = select(OutboundRoute, count).join(OutboundRouteTrunk, OutboundRouteTrunk.route_id == OutboundRoute.id)
    rows = await db.execute(query.where(OutboundRouteTrunk.trunk_id == trunk_id).order_by(OutboundRoute.position))
    return [(route, trunks) for route, trunks in rows.all()]
