from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, status

from linkus.client_permission.visibility import service
from linkus.client_permission.visibility.schemas import (
    VisibilityOf,
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
from linkus.session.auth import AdminSession

router = APIRouter(
    prefix="/admin/visibility-rules",
    tags=["client permission"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)
_CONFLICT: dict[int | str, dict[str, Any]] = {**responses(NotFound), 409: {"model": VisibilityRuleConflictBody}}


@router.get("")
async def list_visibility_rules(request: Request, _who: AdminSession, db: ReadSession) -> VisibilityRules:
    """List the visibility rules.

    By default everybody sees everybody. The subjects of a rule see the targets of all rules that are for them, and
    themselves. The order of the rules does not matter. Calls are not affected."""
    return await service.list_rules(db, request_language(request))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_visibility_rule(
    body: VisibilityRuleCreate, request: Request, _who: AdminSession, work: Work
) -> VisibilityRuleView:
    """Create a visibility rule.

    It counts at once, in every open client. Group 0 and department 0 stand for all extensions."""
    return await service.create(work, body, request_language(request))


@router.get("/effect/{extension_id}", responses=responses(NotFound))
async def read_visibility_of_extension(extension_id: PathId, _who: AdminSession, db: ReadSession) -> VisibilityOf:
    """Tell whom an extension sees, and by which rules."""
    return await service.effect_on(db, extension_id)


@router.get("/{rule_id}", responses=responses(NotFound))
async def read_visibility_rule(
    rule_id: PathId, request: Request, _who: AdminSession, db: ReadSession
) -> VisibilityRuleView:
    """Read a visibility rule.

    When something that a rule names is deleted, the rule shows less, never more."""
    return await service.view(db, rule_id, request_language(request))


@router.put("/{rule_id}", responses=_CONFLICT)
async def update_visibility_rule(
    rule_id: PathId, body: VisibilityRuleUpdate, request: Request, _who: AdminSession, work: Work
) -> VisibilityRuleView:
    """Change a visibility rule.

    409 `version_conflict` has the present values in `current`."""
    return await service.update(work, rule_id, body, request_language(request))


@router.delete("/{rule_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_visibility_rule(rule_id: PathId, _who: AdminSession, work: Work) -> None:
    """Delete a visibility rule."""
    await service.remove(work, rule_id)
