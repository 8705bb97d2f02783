from __future__ import annotations

from fastapi import APIRouter, Request, status

from linkus.administrator.roles import service
from linkus.administrator.roles.schemas import (
    RolesView,
    RoleUpdate,
    RoleValues,
    RoleVersionConflictBody,
    RoleView,
)
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import request_language
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditAdministrators, ViewAdministrators

router = APIRouter(
    prefix="/admin/roles", tags=["administrators"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)


@router.get("")
async def list_roles(request: Request, who: ViewAdministrators, db: ReadSession) -> RolesView:
    """List the roles and the pages of the portal.

    The built-in roles come first."""
    return await service.all_roles(db, who.role, request_language(request))


@router.post("", status_code=status.HTTP_201_CREATED, responses=responses(Conflict))
async def create_role(request: Request, body: RoleValues, who: EditAdministrators, work: Work) -> RoleView:
    """Create a custom role.

    Nobody can allow more than their own role does: 403 `role_too_powerful`."""
    return await service.create(work, who.role, body, request_language(request))


@router.put("/{role_id}", responses={**responses(NotFound), 409: {"model": RoleVersionConflictBody}})
async def update_role(
    request: Request, role_id: PathId, body: RoleUpdate, who: EditAdministrators, work: Work
) -> RoleView:
    """Change a custom role.

    Takes effect on the next request of its holders; their open pages follow. 409 `logins_unconfirmed` if it allows more
    and somebody holds it: their logins are made new, as when a role is given."""
    return await service.update(work, who.role, role_id, body, request_language(request))


@router.delete("/{role_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound, Conflict))
async def delete_role(role_id: PathId, who: EditAdministrators, work: Work) -> None:
    """Delete a custom role.

    409 `role_in_use` while somebody holds it."""
    await service.remove(work, who.role, role_id)
