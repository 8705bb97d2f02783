"""Serves the explanation of a plan, and the plan itself to the core."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from linkus.call.plan import explain
from linkus.call.plan.facts import Question
from linkus.call.plan.plan_endpoint import root_router
from linkus.call.plan.schemas import CallerKind, Explanation
from linkus.call.services import AppCalls
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, Line
from linkus.kit.http import request_language
from linkus.kit.work import ReadSession
from linkus.presence.services import AppPresence
from linkus.session.access import ViewCallAnalysis

__all__ = ["root_router", "router"]
router = APIRouter(tags=["calls"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/calls/explain")
async def explain_call(
    _who: ViewCallAnalysis,
    request: Request,
    db: ReadSession,
    presence: AppPresence,
    calls: AppCalls,
    to: Annotated[Line, Query(min_length=1, max_length=64)],
    from_: Annotated[Line, Query(alias="from", max_length=64)] = "",
    kind: CallerKind = CallerKind.WEB,
    trunk_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Explanation:
    """Explain what would happen to a call.

    Tells what would happen if `from` called `to` now, and why. Calls nobody. Kind `trunk` is a call from outside to the
    DID number `to`."""
    question = Question(from_, kind.value, to, trunk_id=trunk_id)
    return await explain.explain(db, presence, calls, question, request_language(request))
