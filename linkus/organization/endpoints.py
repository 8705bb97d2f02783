from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, status

from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId
from linkus.kit.http import request_language
from linkus.kit.work import ReadSession, Work
from linkus.organization import departments, groups, impact, membership, undo
from linkus.organization.schemas import (
    Assignment,
    DepartmentConflictBody,
    DepartmentCreate,
    DepartmentMove,
    DepartmentRename,
    DepartmentView,
    ExtensionGroupConflictBody,
    ExtensionGroupCreate,
    ExtensionGroups,
    ExtensionGroupUpdate,
    ExtensionGroupView,
    Impact,
    Organization,
)
from linkus.organization.services import AppImpactSources, AppRecentRemovals, AppRemovalSources
from linkus.session.access import EditOrganization, FindPlaces, ViewOrganization
from linkus.shared.extension_schemas import ChangedCount

router = APIRouter(
    prefix="/admin", tags=["organization"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)
GroupId = Annotated[int, Path(ge=0, le=MAX_ID, description="0: the group of all extensions.")]
_DEPARTMENT: dict[int | str, dict[str, Any]] = {**responses(NotFound), 409: {"model": DepartmentConflictBody}}
_GROUP: dict[int | str, dict[str, Any]] = {**responses(NotFound), 409: {"model": ExtensionGroupConflictBody}}


@router.get("/organization")
async def read_organization(_who: FindPlaces, db: ReadSession) -> Organization:
    """Read the company and all of its departments.

    Each department comes after its parent, with the number of its extensions. The company is department 0. It is no
    row: its name is a setting, and extensions in no department are directly in it."""
    return await departments.organization(db)


@router.post("/organization/assign")
async def assign_extensions(body: Assignment, _who: EditOrganization, work: Work) -> ChangedCount:
    """Assign many extensions to departments and groups.

    `add` and `remove` change only the memberships that are named. `replace` leaves each extension in exactly these
    departments, or these groups."""
    return ChangedCount(changed=await membership.assign(work, body))


@router.post("/departments", status_code=status.HTTP_201_CREATED)
async def create_department(body: DepartmentCreate, _who: EditOrganization, work: Work) -> DepartmentView:
    """Create a department.

    It becomes the last one of its parent. Names are unique among siblings, without regard to case. There are 16 levels
    at most."""
    return await departments.create(work, body)


@router.get("/departments/{department_id}", responses=responses(NotFound))
async def read_department(department_id: PathId, _who: ViewOrganization, db: ReadSession) -> DepartmentView:
    """Read a department."""
    return await departments.view(db, department_id)


@router.put("/departments/{department_id}", responses=_DEPARTMENT)
async def rename_department(
    department_id: PathId, body: DepartmentRename, _who: EditOrganization, work: Work
) -> DepartmentView:
    """Rename a department.

    409 `version_conflict` has the present values in `current`."""
    return await departments.rename(work, department_id, body)


@router.post("/departments/{department_id}/move", responses=_DEPARTMENT)
async def move_department(
    department_id: PathId, body: DepartmentMove, _who: EditOrganization, work: Work
) -> DepartmentView:
    """Move a department.

    Everything below it moves with it, to another parent or another place among its siblings. 409 `version_conflict` has
    the present values in `current`."""
    return await departments.move(work, department_id, body)


@router.get("/departments/{department_id}/move-impact", responses=responses(NotFound))
async def read_move_impact(
    department_id: PathId,
    sources: AppImpactSources,
    _who: ViewOrganization,
    db: ReadSession,
    parent_id: Annotated[int, Query(ge=0, le=MAX_ID)],
) -> Impact:
    """Tell whom the move of a department would concern.

    Moves nothing. 422 says why such a move is not possible."""
    return await impact.of_move(db, sources, department_id, parent_id)


@router.get("/departments/{department_id}/delete-impact", responses=responses(NotFound))
async def read_department_delete_impact(
    department_id: PathId, sources: AppImpactSources, _who: ViewOrganization, db: ReadSession
) -> Impact:
    """Tell whom the deletion of a department would concern."""
    return await impact.of_department_deletion(db, sources, department_id)


@router.delete("/departments/{department_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_DEPARTMENT)
async def delete_department(
    department_id: PathId,
    sources: AppRemovalSources,
    recent: AppRecentRemovals,
    _who: EditOrganization,
    work: Work,
) -> None:
    """Delete a department.

    Its extensions and the departments below it move up into its parent, so that rules for the departments above still
    apply to them. 409 `department_child_name_taken` if two departments of one name would meet there. For a minute
    `restore` undoes it."""
    await departments.remove(work, sources, recent, department_id)


@router.post("/departments/{department_id}/restore", responses={**_DEPARTMENT, **responses(Conflict)})
async def restore_department(
    department_id: PathId, recent: AppRecentRemovals, _who: EditOrganization, work: Work
) -> DepartmentView:
    """Restore a department that was just deleted.

    It gets back its place, its name, what moved up from it and is still there, and the rules that named it. 404
    `removal_undo_over` after a minute or a restart; 409 if its name or its place is taken by now."""
    return await undo.restore_department(work, recent, department_id)


@router.get("/extension-groups")
async def list_extension_groups(request: Request, _who: FindPlaces, db: ReadSession) -> ExtensionGroups:
    """List the extension groups.

    Group 0, everyone, always has all extensions, also new ones."""
    return await groups.items(db, request_language(request))


@router.post("/extension-groups", status_code=status.HTTP_201_CREATED)
async def create_extension_group(body: ExtensionGroupCreate, _who: EditOrganization, work: Work) -> ExtensionGroupView:
    """Create an extension group."""
    return await groups.create(work, body)


@router.get("/extension-groups/{group_id}", responses=responses(NotFound))
async def read_extension_group(
    group_id: GroupId, request: Request, _who: ViewOrganization, db: ReadSession
) -> ExtensionGroupView:
    """Read an extension group."""
    return await groups.view(db, group_id, request_language(request))


@router.put("/extension-groups/{group_id}", responses=_GROUP)
async def update_extension_group(
    group_id: GroupId, body: ExtensionGroupUpdate, _who: EditOrganization, work: Work
) -> ExtensionGroupView:
    """Change an extension group.

    409 `version_conflict` has the present values in `current`; 409 `extension_group_everyone` for the group of all
    extensions, which cannot be changed."""
    return await groups.update(work, group_id, body)


@router.get("/extension-groups/{group_id}/delete-impact", responses=responses(NotFound, Conflict))
async def read_extension_group_delete_impact(
    group_id: GroupId, sources: AppImpactSources, _who: ViewOrganization, db: ReadSession
) -> Impact:
    """Tell whom the deletion of an extension group would concern."""
    return await impact.of_group_deletion(db, sources, group_id)


@router.delete("/extension-groups/{group_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_GROUP)
async def delete_extension_group(
    group_id: GroupId, sources: AppRemovalSources, recent: AppRecentRemovals, _who: EditOrganization, work: Work
) -> None:
    """Delete an extension group.

    Its extensions stay. For a minute `restore` undoes it."""
    await groups.remove(work, sources, recent, group_id)


@router.post("/extension-groups/{group_id}/restore", responses=responses(NotFound, Conflict))
async def restore_extension_group(
    group_id: GroupId, request: Request, recent: AppRecentRemovals, _who: EditOrganization, work: Work
) -> ExtensionGroupView:
    """Restore an extension group that was just deleted.

    It gets back its members and the rules that named it. 404 `removal_undo_over` after a minute or a restart; 409 if
    its name is taken by now."""
    await undo.restore_group(work, recent, group_id)
    return await groups.view(work.db, group_id, request_language(request))
