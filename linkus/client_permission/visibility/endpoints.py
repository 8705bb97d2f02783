from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, status

from linkus.client_permission.services import AppPeople
from linkus.client_permission.visibility import preview, service, transfer
from linkus.client_permission.visibility.schemas import (
    PortableVisibilityRules,
    VisibilityImport,
    VisibilityImported,
    VisibilityOf,
    VisibilityPreview,
    VisibilityPreviewRequest,
    VisibilityRuleConflictBody,
    VisibilityRuleCreate,
    VisibilityRules,
    VisibilityRuleUpdate,
    VisibilityRuleView,
)
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import request_language
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditClientPermission, ViewClientPermission, ViewPermissionsOfExtension

MAX_IMPORT_BYTES = 8 * 1024 * 1024
router = APIRouter(
    prefix="/admin/visibility-rules",
    tags=["client permission"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)
_CONFLICT: dict[int | str, dict[str, Any]] = {**responses(NotFound), 409: {"model": VisibilityRuleConflictBody}}


@router.get("")
async def list_visibility_rules(
    request: Request, people: AppPeople, _who: ViewClientPermission, db: ReadSession
) -> VisibilityRules:
    """List the visibility rules.

    By default everybody sees everybody. The subjects of a rule see the targets of all rules that are for them, and
    themselves. The order of the rules does not matter. Calls are not affected."""
    return await service.list_rules(db, people, request_language(request))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_visibility_rule(
    body: VisibilityRuleCreate, request: Request, people: AppPeople, _who: EditClientPermission, work: Work
) -> VisibilityRuleView:
    """Create a visibility rule.

    It counts at once, in every open client. Group 0 and department 0 stand for all extensions. An enabled rule needs
    targets, unless it has `only_self`."""
    return await service.create(work, people, body, request_language(request))


@router.get("/export")
async def export_visibility_rules(
    people: AppPeople, _who: ViewClientPermission, db: ReadSession
) -> PortableVisibilityRules:
    """Export all visibility rules.

    Extensions, groups and departments are named by number, name and path, so that another installation can import the
    rules."""
    return await transfer.export(db, people)


@router.post("/import", max_body_size=MAX_IMPORT_BYTES)
async def import_visibility_rules(
    body: VisibilityImport, request: Request, people: AppPeople, _who: EditClientPermission, work: Work
) -> VisibilityImported:
    """Import visibility rules.

    All of the file or nothing. 422 names each field that is wrong, such as `document.rules.2.targets.0.number`. By
    default a dry run, which only tells what would happen."""
    return await transfer.import_rules(work, people, body, request_language(request))


@router.post("/preview", responses=responses(NotFound))
async def preview_visibility_rule(
    body: VisibilityPreviewRequest, people: AppPeople, _who: ViewClientPermission, db: ReadSession
) -> VisibilityPreview:
    """Preview a visibility rule.

    Says whose view it changes, and compares whom one of them sees before and after. Saves nothing."""
    return await preview.preview(db, people, body)


@router.get("/effect/{extension_id}", responses=responses(NotFound))
async def read_visibility_of_extension(
    extension_id: PathId, _who: ViewPermissionsOfExtension, db: ReadSession
) -> VisibilityOf:
    """Tell whom an extension sees, and by which rules."""
    return await service.effect_on(db, extension_id)


@router.get("/{rule_id}", responses=responses(NotFound))
async def read_visibility_rule(
    rule_id: PathId, request: Request, people: AppPeople, _who: ViewClientPermission, db: ReadSession
) -> VisibilityRuleView:
    """Read a visibility rule.

    When something that a rule names is deleted, the rule shows less. A rule that loses its last target or its last
    subject has no effect any more, as `idle` says."""
    return await service.view(db, people, rule_id, request_language(request))


@router.put("/{rule_id}", responses=_CONFLICT)
async def update_visibility_rule(
    rule_id: PathId,
    body: VisibilityRuleUpdate,
    request: Request,
    people: AppPeople,
    _who: EditClientPermission,
    work: Work,
) -> VisibilityRuleView:
    """Change a visibility rule.

    409 `version_conflict` has the present values in `current`."""
    return await service.update(work, people, rule_id, body, request_language(request))


@router.delete("/{rule_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_visibility_rule(rule_id: PathId, _who: EditClientPermission, work: Work) -> None:
    """Delete a visibility rule."""
    await service.remove(work, rule_id)
