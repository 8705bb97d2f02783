from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, status

from linkus.extension.schemas import ChangedCount
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId
from linkus.kit.http import request_language
from linkus.kit.work import ReadSession, Work
from linkus.organization import departments, groups, impact, membership
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
from linkus.services import AppImpactSources
from linkus.session.auth import AdminSession

router = APIRouter(
    prefix="/admin", tags=["organization"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)
GroupId = Annotated[int, Path(ge=0, le=MAX_ID, description="0: the group of all extensions.")]
_DEPARTMENT: dict[int | str, dict[str, Any]] = {**responses(NotFound), 409: {"model": DepartmentConflictBody}}
_GROUP: dict[int | str, dict[str, Any]] = {**responses(NotFound), 409: {"model": ExtensionGroupConflictBody}}


@router.get("/organization")
async def read_organization(_who: AdminSession, db: ReadSession) -> Organization:
    """Read the company and all of its departments.

    Each department comes after its parent, with the number of its extensions. The company is department 0. It is no
    row: its name is a setting, and extensions in no department are directly in it."""
    return await departments.organization(db)


@router.post("/organization/assign")
async def assign_extensions(body: Assignment, _who: AdminSession, work: Work) -> ChangedCount:
    """Assign many extensions to departments and groups.

    `add` and `remove` change only the memberships that are named. `replace` leaves each extension in exactly these
    departments, or these groups."""
    return ChangedCount(changed=await membership.assign(work, body))


@router.post("/departments", status_code=status.HTTP_201_CREATED)
async def create_department(body: DepartmentCreate, _who: AdminSession, work: Work) -> DepartmentView:
    """Create a department.

    It becomes the last one of its parent. Names are unique among siblings, without regard to case. There are 16 levels
    at most."""
    return await departments.create(work, body)


@router.get("/departments/{department_id}", responses=responses(NotFound))
async def read_department(department_id: PathId, _who: AdminSession, db: ReadSession) -> DepartmentView:
    """Read a department."""
    return await departments.view(db, department_id)


@router.put("/departments/{department_id}", responses=_DEPARTMENT)
async def rename_department(
    department_id: PathId, body: DepartmentRename, _who: AdminSession, work: Work
) -> DepartmentView:
    """Rename a department.

    409 `version_conflict` has the present values in `current`."""
    return await departments.rename(work, department_id, body)


@router.post("/departments/{department_id}/move", responses=_DEPARTMENT)
async def move_department(
    department_id: PathId, body: DepartmentMove, _who: AdminSession, work: Work
) -> DepartmentView:
    """Move a department.

    Everything below it moves with it, to another parent or another place among its siblings. 409 `version_conflict` has
    the present values in `current`."""
    return await departments.move(work, department_id, body)


@router.get("/departments/{department_id}/move-impact", responses=responses(NotFound))
async def read_move_impact(
    department_id: PathId,
    sources: AppImpactSources,
    _who: AdminSession,
    db: ReadSession,
    parent_id: Annotated[int, Query(ge=0, le=MAX_ID)],
) -> Impact:
    """Tell whom the move of a department would concern.

    Moves nothing. 422 says why such a move is not possible."""
    return await impact.of_move(db, sources, department_id, parent_id)


@router.get("/departments/{department_id}/delete-impact", responses=responses(NotFound))
async def read_department_delete_impact(
    department_id: PathId, sources: AppImpactSources, _who: AdminSession, db: ReadSession
) -> Impact:
    """Tell whom the deletion of a department would concern."""
    return await impact.of_department_deletion(db, sources, department_id)


@router.delete("/departments/{department_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_DEPARTMENT)
async def delete_department(department_id: PathId, _who: AdminSession, work: Work) -> None:
    """Delete a department.

    Its extensions and the departments below it move up into its parent, so that rules for the departments above still
    apply to them. 409 `department_child_name_taken` if two departments of one name would meet there."""
    await departments.remove(work, department_id)


@router.get("/extension-groups")
async def list_extension_groups(request: Request, _who: AdminSession, db: ReadSession) -> ExtensionGroups:
    """List the extension groups.

    Group 0, everyone, always has all extensions, also new ones."""
    return await groups.items(db, request_language(request))


@router.post("/extension-groups", status_code=status.HTTP_201_CREATED)
async def create_extension_group(body: ExtensionGroupCreate, _who: AdminSession, work: Work) -> ExtensionGroupView:
    """Create an extension group."""
    return await groups.create(work, body)


@router.get("/extension-groups/{group_id}", responses=responses(NotFound))
async def read_extension_group(
    group_id: GroupId, request: Request, _who: AdminSession, db: ReadSession
) -> ExtensionGroupView:
    """Read an extension group."""
    return await groups.view(db, group_id, request_language(request))


@router.put("/extension-groups/{group_id}", responses=_GROUP)
async def update_extension_group(
    group_id: GroupId, body: ExtensionGroupUpdate, _who: AdminSession, work: Work
) -> ExtensionGroupView:
    """Change an extension group.

    409 `version_conflict` has the present values in `current`; 409 `extension_group_everyone` for the group of all
    extensions, which cannot be changed."""
    return await groups.update(work, group_id, body)


@router.get("/extension-groups/{group_id}/delete-impact", responses=responses(NotFound, Conflict))
async def read_extension_group_delete_impact(
    group_id: GroupId, sources: AppImpactSources, _who: AdminSession, db: ReadSession
) -> Impact:
    """Tell whom the deletion of an extension group would concern."""
    return await impact.of_group_deletion(db, sources, group_id)


@router.delete("/extension-groups/{group_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_GROUP)
async def delete_extension_group(group_id: GroupId, _who: AdminSession, work: Work) -> None:
    """Delete an extension group.

    Its extensions stay."""
    await groups.remove(work, group_id)
