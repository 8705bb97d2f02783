"""Adds, changes and removes inbound routes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.repository import by_id as extension_by_id
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.work import UnitOfWork
from linkus.route import field_rules, ordering, repository, shadow
from linkus.route.repository import InboundRow
from linkus.route.schemas import (
    InboundDestination,
    InboundRouteUpdate,
    InboundRouteValues,
    InboundRouteView,
    RouteName,
)
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.route import InboundRoute


def _view(row: InboundRow) -> InboundRouteView:
    view = InboundRouteView.model_validate(row.route)
    view.trunk_name = row.trunk_name
    view.destination_number, view.destination_name = row.destination_number, row.destination_name
    return view


async def views(db: AsyncSession) -> list[InboundRouteView]:
    """Return all routes in order, and mark those that are never reached."""
    route_views = [_view(row) for row in await repository.inbound(db)]
    names = {view.id: view.name for view in route_views}
    shadowed = shadow.shadowed_inbound(route_views)
    for view in route_views:
        if (taker := shadowed.get(view.id)) is not None:
            view.shadowed_by = RouteName(id=taker, name=names[taker])
    return route_views


async def view(db: AsyncSession, route_id: int) -> InboundRouteView:
    route_view = next((candidate for candidate in await views(db) if candidate.id == route_id), None)
    if route_view is None:
        raise NotFound("route_not_found")
    return route_view


async def create(work: UnitOfWork, values: InboundRouteValues) -> InboundRouteView:
    await ordering.check_room(work, InboundRoute)
    await check(work.db, values)
    await repository.ids_for_update(work.db, InboundRoute)
    route = InboundRoute()
    set_values(route, values)
    present = [row.route for row in await repository.inbound(work.db)]
    await ordering.insert(work, InboundRoute, route, present, shadow.takes)
    after = await view(work.db, route.id)
    record(work.db, AuditAction.CREATED, AuditObject.INBOUND_ROUTE, route.id, route.name, after=after)
    return after


async def update(work: UnitOfWork, route_id: int, values: InboundRouteUpdate) -> InboundRouteView:
    route = await repository.inbound_for_update(work.db, route_id)
    if route is None:
        raise NotFound("route_not_found")
    if route.version != values.version:
        raise VersionConflict(await view(work.db, route_id))
    await check(work.db, values)
    before = await view(work.db, route_id)
    set_values(route, values)
    route.version += 1
    await work.db.flush()
    ordering.changed(work)
    after = await view(work.db, route_id)
    record(work.db, AuditAction.CHANGED, AuditObject.INBOUND_ROUTE, route.id, route.name, before=before, after=after)
    return after


async def remove(work: UnitOfWork, ids: Collection[int]) -> int:
    for gone in await views(work.db):
        if gone.id in ids:
            record(work.db, AuditAction.DELETED, AuditObject.INBOUND_ROUTE, gone.id, gone.name, before=gone)
    deleted = await repository.remove(work.db, InboundRoute, ids)
    if deleted:
        ordering.changed(work)
    return deleted


async def check(db: AsyncSession, values: InboundRouteValues) -> None:
    errors = field_rules.inbound_errors(values)
    if values.trunk_id is not None and not await repository.known_trunks(db, [values.trunk_id]):
        errors["trunk_id"] = FieldError("route_trunk_unknown")
    if values.destination is InboundDestination.PAGING_GROUP:
        if values.paging_group_id is not None and not await repository.paging_group(db, values.paging_group_id):
            errors["paging_group_id"] = FieldError("route_paging_group_unknown")
    elif values.extension_id is not None:
        extension = await extension_by_id(db, values.extension_id)
        if extension is None:
            errors["extension_id"] = FieldError("route_extension_unknown")
        elif values.destination is InboundDestination.VOICEMAIL and not extension.voicemail_enabled:
            errors["extension_id"] = FieldError("route_voicemail_off", {"number": extension.number})
    if errors:
        raise ValidationFailed(fields=errors)


def set_values(route: InboundRoute, values: InboundRouteValues) -> None:
    to_group = values.destination is InboundDestination.PAGING_GROUP
    route.name = values.name
    route.trunk_id = values.trunk_id
    route.did_number = shadow.clean_did(values.did_number)
    route.did_name = values.did_name
    route.destination = values.destination.value
    route.extension_id = None if to_group else values.extension_id
    route.paging_group_id = values.paging_group_id if to_group else None
    route.enabled = values.enabled
