from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, UploadFile, status
from fastapi.responses import StreamingResponse

from linkus.importing import service as importing
from linkus.importing.schemas import ImportView
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import CSV_ANSWER, csv_answer, request_language
from linkus.kit.services import AppDatabase, AppKit
from linkus.kit.work import ReadSession, Work
from linkus.route import inbound, ordering, outbound
from linkus.route.csv_columns import export
from linkus.route.dry_run import dry_run, dry_run_pattern
from linkus.route.imports import InboundImporter
from linkus.route.schemas import (
    InboundConflictBody,
    InboundRouteCreate,
    InboundRoutes,
    InboundRouteUpdate,
    InboundRouteView,
    OrderConflictBody,
    OutboundConflictBody,
    OutboundDryRun,
    OutboundDryRunRequest,
    OutboundRouteCreate,
    OutboundRoutes,
    OutboundRouteUpdate,
    OutboundRouteView,
    PatternDryRun,
    PatternDryRunRequest,
    RouteIds,
    RouteOrder,
    RoutesDeleted,
)
from linkus.session.access import EditInboundRoutes, EditOutboundRoutes, ViewInboundRoutes, ViewOutboundRoutes
from linkus.shared.models.route import InboundRoute, OutboundRoute

router = APIRouter(prefix="/admin", tags=["routes"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))
_ORDER_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": OrderConflictBody}}
_INBOUND_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": InboundConflictBody}}
_OUTBOUND_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": OutboundConflictBody}}


@router.get("/inbound-routes")
async def list_inbound_routes(_who: ViewInboundRoutes, db: ReadSession) -> InboundRoutes:
    """List the inbound routes in the order in which they are tried.

    `shadowed_by` names an earlier route that takes all calls of a route."""
    return InboundRoutes(items=await inbound.views(db))


@router.post("/inbound-routes", status_code=status.HTTP_201_CREATED, responses=_INBOUND_CONFLICT)
async def create_inbound_route(body: InboundRouteCreate, _who: EditInboundRoutes, work: Work) -> InboundRouteView:
    """Create an inbound route.

    It becomes the last one, but stands before a route that would shadow it."""
    return await inbound.create(work, body)


@router.put("/inbound-routes/order", responses=_ORDER_CONFLICT)
async def order_inbound_routes(body: RouteOrder, _who: EditInboundRoutes, work: Work) -> InboundRoutes:
    """Reorder the inbound routes.

    409 `route_order_stale` if the list is no longer `previous`; `current` is the present order."""
    await ordering.reorder(work, InboundRoute, body)
    return InboundRoutes(items=await inbound.views(work.db))


@router.post("/inbound-routes/delete")
async def delete_inbound_routes(body: RouteIds, _who: EditInboundRoutes, work: Work) -> RoutesDeleted:
    """Delete many inbound routes."""
    return RoutesDeleted(deleted=await inbound.remove(work, set(body.ids)))


@router.get("/inbound-routes/export", response_class=StreamingResponse, responses=CSV_ANSWER)
async def export_inbound_routes(request: Request, database: AppDatabase, _who: ViewInboundRoutes) -> StreamingResponse:
    """Export all inbound routes as CSV.

    In their order, UTF-8 with a byte order mark, with headings in the reader's language."""
    return csv_answer(export(database, request_language(request)), "inbound-routes.csv")


@router.post("/inbound-routes/import", status_code=status.HTTP_202_ACCEPTED, max_body_size=importing.MAX_BODY_BYTES)
async def import_inbound_routes(request: Request, kit: AppKit, file: UploadFile, _who: EditInboundRoutes) -> ImportView:
    """Import inbound routes from CSV.

    Adds routes, and changes those with the same trunk and DID number. New routes stand in the file's order. GET
    `/admin/imports/{import_id}` and the event `import.progress` report the progress."""
    return await importing.start(kit, InboundImporter(), file, request_language(request))


@router.get("/inbound-routes/{route_id}", responses=responses(NotFound))
async def read_inbound_route(route_id: PathId, _who: ViewInboundRoutes, db: ReadSession) -> InboundRouteView:
    """Read an inbound route."""
    return await inbound.view(db, route_id)


@router.put("/inbound-routes/{route_id}", responses={**responses(NotFound), **_INBOUND_CONFLICT})
async def update_inbound_route(
    route_id: PathId, body: InboundRouteUpdate, _who: EditInboundRoutes, work: Work
) -> InboundRouteView:
    """Change an inbound route.

    409 `version_conflict` has the present values in `current`."""
    return await inbound.update(work, route_id, body)


@router.delete("/inbound-routes/{route_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_inbound_route(route_id: PathId, _who: EditInboundRoutes, work: Work) -> None:
    """Delete an inbound route."""
    if not await inbound.remove(work, [route_id]):
        raise NotFound("route_not_found")


@router.get("/outbound-routes")
async def list_outbound_routes(_who: ViewOutboundRoutes, db: ReadSession) -> OutboundRoutes:
    """List the outbound routes in the order in which they are tried.

    `shadowed_by` names an earlier route that takes all calls of a route."""
    return OutboundRoutes(items=await outbound.views(db))


@router.post("/outbound-routes", status_code=status.HTTP_201_CREATED, responses=_OUTBOUND_CONFLICT)
async def create_outbound_route(body: OutboundRouteCreate, _who: EditOutboundRoutes, work: Work) -> OutboundRouteView:
    """Create an outbound route.

    It becomes the last one, but stands before a route that would shadow it."""
    return await outbound.create(work, body)


@router.put("/outbound-routes/order", responses=_ORDER_CONFLICT)
async def order_outbound_routes(body: RouteOrder, _who: EditOutboundRoutes, work: Work) -> OutboundRoutes:
    """Reorder the outbound routes.

    409 `route_order_stale` if the list is no longer `previous`; `current` is the present order."""
    await ordering.reorder(work, OutboundRoute, body)
    return OutboundRoutes(items=await outbound.views(work.db))


@router.post("/outbound-routes/try")
async def try_number(body: OutboundDryRunRequest, _who: ViewOutboundRoutes, db: ReadSession) -> OutboundDryRun:
    """Tell how a number would be dialled.

    Uses the saved routes. Calls nobody."""
    return await dry_run(db, body)


@router.post("/outbound-routes/try-pattern")
async def try_pattern(body: PatternDryRunRequest, _who: ViewOutboundRoutes) -> PatternDryRun:
    """Tell whether a number matches a pattern.

    The pattern need not be saved. Also returns the number that would be dialled."""
    return dry_run_pattern(body)


@router.get("/outbound-routes/{route_id}", responses=responses(NotFound))
async def read_outbound_route(route_id: PathId, _who: ViewOutboundRoutes, db: ReadSession) -> OutboundRouteView:
    """Read an outbound route."""
    return await outbound.view(db, route_id)


@router.put("/outbound-routes/{route_id}", responses={**responses(NotFound), **_OUTBOUND_CONFLICT})
async def update_outbound_route(
    route_id: PathId, body: OutboundRouteUpdate, _who: EditOutboundRoutes, work: Work
) -> OutboundRouteView:
    """Change an outbound route.

    409 `version_conflict` has the present values in `current`."""
    return await outbound.update(work, route_id, body)


@router.delete("/outbound-routes/{route_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_outbound_route(route_id: PathId, _who: EditOutboundRoutes, work: Work) -> None:
    """Delete an outbound route."""
    if not await outbound.remove(work, [route_id]):
        raise NotFound("route_not_found")
