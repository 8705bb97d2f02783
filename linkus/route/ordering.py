"""Keeps the order in which routes are tried, for both directions alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from linkus.kit.bus import PORTAL
from linkus.kit.errors import Conflict, FieldError, ValidationFailed
from linkus.kit.work import UnitOfWork
from linkus.route import repository
from linkus.route.repository import Route
from linkus.route.schemas import MAX_ROUTES, RouteOrder
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.events import RouteChanged
from linkus.shared.models.route import InboundRoute, OutboundRoute

RouteT = TypeVar("RouteT", bound=InboundRoute | OutboundRoute)


def changed(work: UnitOfWork) -> None:
    """Notify open portal pages that the routes have changed."""
    work.publish([PORTAL], RouteChanged())


async def reorder(work: UnitOfWork, model: Route, body: RouteOrder) -> None:
    """Save a new order. Raise 409 if the list has changed since the page showed it, because a move meant for the old
    list could do harm."""
    present = await repository.ids_for_update(work.db, model)
    stale = body.previous is not None and body.previous != present
    if stale or len(body.ids) != len(present) or set(body.ids) != set(present):
        raise Conflict("route_order_stale", extra={"current": present})
    before = await repository.names(work.db, model)
    await repository.set_order(work.db, model, body.ids)
    changed(work)
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.ROUTE_ORDER,
        name=model.__tablename__,
        before={"order": [before[route_id] for route_id in present]},
        after={"order": [before[route_id] for route_id in body.ids]},
    )


async def check_room(work: UnitOfWork, model: Route) -> None:
    if await repository.count(work.db, model) >= MAX_ROUTES:
        raise ValidationFailed(fields={"name": FieldError("route_too_many", {"max": MAX_ROUTES})})


async def insert(
    work: UnitOfWork, model: Route, new: RouteT, present: Sequence[RouteT], takes: Callable[[Any, Any], bool]
) -> None:
    """Insert a new route last, but before the first route that would take all of its calls. `present` is in order."""
    ids = [route.id for route in present]
    before = next((at for at, route in enumerate(present) if route.enabled and takes(route, new)), None)
    new.position = max((route.position for route in present), default=0) + 1
    work.db.add(new)
    await work.db.flush()
    # the new route does not overtake an equal one: of two equal routes the older decides
    if before is not None and not takes(new, present[before]):
        await repository.set_order(work.db, model, [*ids[:before], new.id, *ids[before:]])
    changed(work)


async def insert_many(work: UnitOfWork, model: Route, new: Sequence[RouteT], order: Sequence[RouteT]) -> None:
    """Add `new`, which `order` has in their places among all others."""
    if not new:
        return
    last = await repository.last_position(work.db, model)
    for place, route in enumerate(new, last + 1):
        route.position = place
    work.db.add_all(new)
    await work.db.flush()
    if list(order[len(order) - len(new) :]) != list(new):
        await repository.set_order(work.db, model, [route.id for route in order])
