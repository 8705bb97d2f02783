"""Adds, changes and removes outbound routes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.route import field_rules, ordering, repository, shadow
from linkus.route.schemas import (
    OutboundRouteUpdate,
    OutboundRouteValues,
    OutboundRouteView,
    RouteName,
    TrunkOfRoute,
)
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.route import OutboundRoute
from linkus.trunk.models import Trunk

_TAKEN_ERRORS = {"name": ("name", FieldError("route_name_taken_now"))}


def _view(route: OutboundRoute, trunks: Sequence[Trunk]) -> OutboundRouteView:
    view = OutboundRouteView.model_validate(route)
    view.trunks = [TrunkOfRoute(id=trunk.id, name=trunk.name, enabled=trunk.enabled) for trunk in trunks]
    return view


async def views(db: AsyncSession) -> list[OutboundRouteView]:
    """Return all routes in order, and mark those that are never reached."""
    trunks = await repository.trunks_of(db)
    route_views = [_view(route, trunks.get(route.id, [])) for route in await repository.outbound(db)]
    names = {view.id: view.name for view in route_views}
    shadowed = shadow.shadowed_outbound(route_views)
    for view in route_views:
        if (taker := shadowed.get(view.id)) is not None:
            view.shadowed_by = RouteName(id=taker, name=names[taker])
    return route_views


async def view(db: AsyncSession, route_id: int) -> OutboundRouteView:
    route_view = next((candidate for candidate in await views(db) if candidate.id == route_id), None)
    if route_view is None:
        raise NotFound("route_not_found")
    return route_view


async def create(work: UnitOfWork, values: OutboundRouteValues) -> OutboundRouteView:
    await ordering.check_room(work, OutboundRoute)
    await _check(work.db, values, None)
    await repository.ids_for_update(work.db, OutboundRoute)
    route = OutboundRoute()
    _set_values(route, values)
    present = await repository.outbound(work.db)
    with taken_values(OutboundRoute.__tablename__, _TAKEN_ERRORS):
        await ordering.insert(work, OutboundRoute, route, present, shadow.outbound_takes)
    await repository.set_trunks(work.db, route.id, values.trunk_ids)
    after = await view(work.db, route.id)
    record(work.db, AuditAction.CREATED, AuditObject.OUTBOUND_ROUTE, route.id, route.name, after=after)
    return after


async def update(work: UnitOfWork, route_id: int, values: OutboundRouteUpdate) -> OutboundRouteView:
    route = await repository.outbound_for_update(work.db, route_id)
    if route is None:
        raise NotFound("route_not_found")
    if route.version != values.version:
        raise VersionConflict(await view(work.db, route_id))
    await _check(work.db, values, route)
    before = await view(work.db, route_id)
    _set_values(route, values)
    route.version += 1
    with taken_values(OutboundRoute.__tablename__, _TAKEN_ERRORS):
        await work.db.flush()
    await repository.set_trunks(work.db, route.id, values.trunk_ids)
    ordering.changed(work)
    after = await view(work.db, route_id)
    record(work.db, AuditAction.CHANGED, AuditObject.OUTBOUND_ROUTE, route.id, route.name, before=before, after=after)
    return after


async def remove(work: UnitOfWork, ids: Collection[int]) -> int:
    for gone in await views(work.db):
        if gone.id in ids:
            record(work.db, AuditAction.DELETED, AuditObject.OUTBOUND_ROUTE, gone.id, gone.name, before=gone)
    deleted = await repository.remove(work.db, OutboundRoute, ids)
    if deleted:
        ordering.changed(work)
    return deleted


async def _check(db: AsyncSession, values: OutboundRouteValues, own: OutboundRoute | None) -> None:
    errors = field_rules.outbound_errors(values)
    if "name" not in errors and await repository.name_taken(db, values.name, own.id if own else None):
        errors["name"] = FieldError("route_name_taken", {"name": values.name})
    if set(values.trunk_ids) - await repository.known_trunks(db, values.trunk_ids):
        errors.setdefault("trunk_ids", FieldError("route_trunk_unknown"))
    if errors:
        raise ValidationFailed(fields=errors)


def _set_values(route: OutboundRoute, values: OutboundRouteValues) -> None:
    route.name = values.name
    route.pattern = values.pattern.upper()
    route.strip = values.strip
    route.prepend = values.prepend
    route.enabled = values.enabled
