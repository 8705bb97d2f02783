from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, status

from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, Unavailable, ValidationFailed, responses
from linkus.kit.fields import PathId, SearchQuery
from linkus.kit.http import request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppDatabase, AppSeal
from linkus.kit.work import ReadSession, Work
from linkus.organization.services import AppRemovalSources
from linkus.session.access import EditTrunks, FindTrunks, ViewTrunks
from linkus.trunk import repository, service
from linkus.trunk.schemas import (
    TrunkConflictBody,
    TrunkCreate,
    TrunkSort,
    TrunkTestAnswer,
    TrunkUpdate,
    TrunkUse,
    TrunkView,
)
from linkus.trunk.services import AppTrunkMonitor

router = APIRouter(
    prefix="/admin/trunks", tags=["trunks"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)
_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": TrunkConflictBody}}


@router.get("")
async def list_trunks(
    monitor: AppTrunkMonitor,
    _who: FindTrunks,
    db: ReadSession,
    paging: PagingQuery,
    search: SearchQuery = "",
    sort: TrunkSort = TrunkSort.NAME,
) -> Page[TrunkView]:
    """List the trunks and their state.

    Passwords are never returned: `password_set` tells whether there is one."""
    rows = await repository.page(db, search, sort, paging)
    return rows.page(lambda row: service.view(row, monitor))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_trunk(
    seal: AppSeal, monitor: AppTrunkMonitor, body: TrunkCreate, _who: EditTrunks, work: Work
) -> TrunkView:
    """Create a trunk."""
    return service.view(await service.create(work, seal, body), monitor)


@router.get("/{trunk_id}", responses=responses(NotFound))
async def read_trunk(monitor: AppTrunkMonitor, trunk_id: PathId, _who: ViewTrunks, db: ReadSession) -> TrunkView:
    """Read a trunk."""
    return service.view(await service.get(db, trunk_id), monitor)


@router.put("/{trunk_id}", responses={**responses(NotFound), **_CONFLICT})
async def update_trunk(
    seal: AppSeal, monitor: AppTrunkMonitor, trunk_id: PathId, body: TrunkUpdate, _who: EditTrunks, work: Work
) -> TrunkView:
    """Change a trunk.

    Without `password` the stored one stays. 409 `version_conflict` has the present values in `current`."""
    return service.view(await service.update(work, seal, monitor, trunk_id, body), monitor)


@router.delete("/{trunk_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_trunk(trunk_id: PathId, sources: AppRemovalSources, _who: EditTrunks, work: Work) -> None:
    """Delete a trunk and its inbound routes.

    Outbound routes lose the trunk but remain. GET `/use` lists them beforehand."""
    await service.remove(work, trunk_id, sources)


@router.get("/{trunk_id}/use", responses=responses(NotFound))
async def read_trunk_use(trunk_id: PathId, _who: ViewTrunks, db: ReadSession) -> TrunkUse:
    """List the routes that use a trunk.

    Deleting the trunk deletes these inbound routes, and takes it out of these outbound routes."""
    return await service.use(db, trunk_id)


@router.post("/{trunk_id}/test", responses=responses(NotFound, Unavailable))
async def try_trunk(
    trunk_id: PathId, _who: EditTrunks, database: AppDatabase, monitor: AppTrunkMonitor, request: Request
) -> TrunkTestAnswer:
    """Test a trunk.

    Registers now, or queries the peer, with the saved settings. Returns the provider's answer."""
    async with database.transaction(write=False) as db:
        trunk = await service.get(db, trunk_id)
    return await service.test(trunk, monitor, request_language(request))
