from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, status

from linkus.client_permission.rules import listing, service, transfer, views
from linkus.client_permission.rules.catalogue import Kind
from linkus.client_permission.rules.enforcement import own_permissions
from linkus.client_permission.rules.schemas import (
    ExtensionPermissions,
    OwnPermissions,
    PermissionPreview,
    PermissionRules,
    PermissionRuleUpdate,
    PermissionRuleValues,
    PermissionRuleView,
    PermissionVersionConflictBody,
    PortableRules,
    PreviewRequest,
    RuleIds,
    RulesImport,
    RulesImported,
)
from linkus.client_permission.services import AppPeople
from linkus.extension.service import get as get_extension
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditClientPermission, ViewClientPermission, ViewPermissionsOfExtension
from linkus.session.auth import ClientSession

MAX_IMPORT_BYTES = 8 * 1024 * 1024
router = APIRouter(tags=["client permission"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/client/permissions")
async def read_own_permissions(who: ClientSession, db: ReadSession) -> OwnPermissions:
    """Read what this user sees and may change.

    The event `permissions.changed` announces changes."""
    return await own_permissions(db, who.extension_id, who.client_kind)


@router.get("/admin/extensions/{extension_id}/permissions", responses=responses(NotFound))
async def read_extension_permissions(
    extension_id: PathId, _who: ViewPermissionsOfExtension, db: ReadSession
) -> ExtensionPermissions:
    """Explain what a user sees and may change.

    Each decision names the rules that made it."""
    return await views.extension_permissions(db, (await get_extension(db, extension_id)).id)


@router.get("/admin/client-permission/{kind}/rules")
async def list_permission_rules(
    kind: Kind,
    people: AppPeople,
    _who: ViewClientPermission,
    db: ReadSession,
    extension_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> PermissionRules:
    """List permission rules.

    With `extension_id` only those that concern this extension. The default rule is not in the list."""
    return await listing.all_rules(db, people, kind, extension_id)


@router.post("/admin/client-permission/{kind}/rules", status_code=status.HTTP_201_CREATED)
async def create_permission_rule(
    kind: Kind, body: PermissionRuleValues, people: AppPeople, _who: EditClientPermission, work: Work
) -> PermissionRuleView:
    """Create a permission rule.

    It takes effect at once on all clients of those whom it concerns."""
    return await service.create(work, people, kind, body)


@router.get("/admin/client-permission/{kind}/rules/export")
async def export_permission_rules(
    kind: Kind, people: AppPeople, _who: ViewClientPermission, db: ReadSession
) -> PortableRules:
    """Export all permission rules of a kind.

    Subjects are named by number, name and path, so that another installation can import the rules."""
    return await transfer.export(db, people, kind)


@router.post("/admin/client-permission/{kind}/rules/import", max_body_size=MAX_IMPORT_BYTES)
async def import_permission_rules(
    kind: Kind, body: RulesImport, people: AppPeople, _who: EditClientPermission, work: Work
) -> RulesImported:
    """Import permission rules.

    All of the file or nothing. 422 names each field that is wrong, such as `document.rules.2.subjects.0.number` for an
    extension that does not exist. By default a dry run, which only tells what would happen."""
    return await transfer.import_rules(work, people, kind, body)


@router.put(
    "/admin/client-permission/{kind}/rules/{rule_id}",
    responses={**responses(NotFound), 409: {"model": PermissionVersionConflictBody}},
)
async def update_permission_rule(
    kind: Kind, rule_id: PathId, body: PermissionRuleUpdate, people: AppPeople, _who: EditClientPermission, work: Work
) -> PermissionRuleView:
    """Change a permission rule.

    409 `version_conflict` has the present values in `current`."""
    return await service.update(work, people, kind, rule_id, body)


@router.post("/admin/client-permission/{kind}/rules/delete", status_code=status.HTTP_204_NO_CONTENT)
async def delete_permission_rules(kind: Kind, body: RuleIds, _who: EditClientPermission, work: Work) -> None:
    """Delete permission rules.

    Their effect ends at once."""
    await service.remove(work, kind, body.ids)


@router.post("/admin/client-permission/{kind}/preview", responses=responses(NotFound))
async def preview_permission_rule(
    kind: Kind, body: PreviewRequest, people: AppPeople, _who: ViewClientPermission, db: ReadSession
) -> PermissionPreview:
    """Preview a permission rule.

    Says whom it affects, and compares the permissions of one of them before and after. Saves nothing."""
    return await views.preview(db, people, kind, body)
