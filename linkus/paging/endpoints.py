from __future__ import annotations

from fastapi import APIRouter, status

from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId, SearchQuery
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession, Work
from linkus.organization.services import AppRemovalSources
from linkus.paging import service
from linkus.paging.schemas import (
    PagingGroupCreate,
    PagingGroupItem,
    PagingGroupSort,
    PagingGroupUpdate,
    PagingGroupView,
    PagingMode,
    PagingVersionConflictBody,
)
from linkus.session.access import EditPaging, FindPagingGroups, ViewPaging

router = APIRouter(
    prefix="/admin/paging-groups",
    tags=["paging groups"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


@router.get("")
async def list_paging_groups(
    _who: FindPagingGroups,
    db: ReadSession,
    paging: PagingQuery,
    search: SearchQuery = "",
    sort: PagingGroupSort = PagingGroupSort.NUMBER,
    mode: PagingMode | None = None,
) -> Page[PagingGroupItem]:
    """List the paging groups."""
    return await service.page(db, search, mode, sort, paging)


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_paging_group(body: PagingGroupCreate, _who: EditPaging, work: Work) -> PagingGroupView:
    """Create a paging group.

    Paging groups and extensions share one space of numbers. A group has at most 100 members."""
    return await service.create(work, body)


@router.get("/{group_id}", responses=responses(NotFound))
async def read_paging_group(group_id: PathId, _who: ViewPaging, db: ReadSession) -> PagingGroupView:
    """Read a paging group."""
    return await service.get(db, group_id)


@router.put("/{group_id}", responses={**responses(NotFound), 409: {"model": PagingVersionConflictBody}})
async def update_paging_group(
    group_id: PathId, body: PagingGroupUpdate, _who: EditPaging, work: Work
) -> PagingGroupView:
    """Change a paging group.

    409 `version_conflict` has the present values in `current`."""
    return await service.update(work, group_id, body)


@router.delete("/{group_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_paging_group(group_id: PathId, sources: AppRemovalSources, _who: EditPaging, work: Work) -> None:
    """Delete a paging group.

    Also deletes the inbound routes that lead to it. GET names them beforehand."""
    await service.remove(work, group_id, sources)
