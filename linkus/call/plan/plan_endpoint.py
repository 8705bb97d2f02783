"""Answers the core's one request per call: gathers the facts, plans, and remembers the call as live."""

from __future__ import annotations

import time
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from linkus.call.call_state import Call
from linkus.call.live import rejoin
from linkus.call.live.calls import Calls
from linkus.call.plan.facts import Question, Transferor, gather
from linkus.call.plan.rendering import plan_fields
from linkus.call.plan.rules import plan_call
from linkus.call.plan.types import Facts, Plan
from linkus.call.records import journal
from linkus.call.services import AppCallServices
from linkus.call.types import TRUNK, Party
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.fields import Line, without_invisible
from linkus.presence.service import Presence
from linkus.session.auth import Core

log = structlog.get_logger("call")
Word = Annotated[Line, Field(max_length=127)]  # no NUL: PostgreSQL rejects it even in a comparison
ANONYMOUS = "anonymous"  # the number of a caller from outside who shows none
root_router = APIRouter(include_in_schema=False)


class PlanRequest(BaseModel):
    """Holds the core's request about a call (docs/contracts/plan.md). `by` is the channel that transferred it."""

    model_config = ConfigDict(populate_by_name=True)

    call: Word = ""
    from_: Annotated[Word, Field(alias="from")] = ""
    kind: Word = ""
    to: Word = ""
    channel: Word = ""
    linkedid: Word = ""
    trunk: Word = ""
    name: Word = ""
    by: Word = ""
    key: Word = ""
    asked: Word = ""

    @property
    def waited(self) -> float:
        """Return for how many seconds the core has been waiting, by the clock of this machine, which is its own."""
        is_time = self.asked.replace(".", "", 1).isdecimal()
        return max(0.0, time.time() - float(self.asked)) if is_time else 0.0

    @property
    def trunk_id(self) -> int | None:
        return int(self.trunk) if self.trunk.isdecimal() and len(self.trunk) < 10 else None


@root_router.get("/internal/calls/plan", dependencies=[Core])
async def read_plan(
    plan_request: Annotated[PlanRequest, Query()],
    services: AppCallServices,  # one dependency for all: FastAPI takes a while for each
) -> Response:
    """Answer the core's one request per call (docs/contracts/plan.md)."""
    text = await answer(services.database, services.presence, services.calls, plan_request)
    return Response(text, media_type="text/plain")


async def answer(database: Database, presence: Presence, calls: Calls, request: PlanRequest) -> str:
    if request.to.startswith(rejoin.REJOIN_PREFIX):
        call_id = request.to.removeprefix(rejoin.REJOIN_PREFIX)
        new_id = request.call or request.linkedid
        owner = (request.from_, request.kind)
        fields = await rejoin.plan(calls, call_id, owner, request.channel, new_id, waited=request.waited)
        return calls.render(fields)
    question = _question(calls, request)
    async with database.transaction(write=False) as db:
        facts = await gather(db, presence, calls, question)
    calls.remember_parties(
        party for party in (facts.caller, facts.callee, facts.handed_on_by) if party and party.extension_id
    )
    plan = plan_call(facts)
    caller = f"{question.number}.{question.kind}"
    log.info("planned", call=request.call, caller=caller, to=request.to, action=plan.action, cause=plan.cause)
    answer_fields = plan_fields(plan)
    if facts.caller is not None and request.channel:
        call = _call(request, question, plan, facts, facts.caller)
        calls.planned(call, is_transfer=bool(request.by))
        answer_fields["journal"] = journal.of_plan(call, is_transfer=bool(request.by)) if request.key else None
    return calls.render(answer_fields)


def _question(calls: Calls, request: PlanRequest) -> Question:
    number, kind = (request.from_, request.kind) if request.from_ else calls.tracker.identity(request.channel)
    by = _transferor(calls, request.by) if request.by else None
    if request.kind == TRUNK or kind == TRUNK:
        return Question(
            number=number or ANONYMOUS,
            kind=TRUNK,
            dialled=request.to,
            name=without_invisible(request.name),
            trunk_id=request.trunk_id,
            by=by,
        )
    return Question(number, kind, request.to, by=by)


def _transferor(calls: Calls, channel: str) -> Transferor:
    """Return who transferred a caller. A provider may not, and has no rights that a caller could get."""
    number, kind = calls.tracker.identity(channel)
    return Transferor("" if kind == TRUNK else number, kind)


def _call(request: PlanRequest, question: Question, plan: Plan, facts: Facts, caller: Party) -> Call:
    to = plan.destination
    return Call(
        call_id=request.call or request.linkedid,
        caller_channel=request.channel,
        from_number=caller.number,
        to_number=to.number if to else facts.dialled,
        started_at=now(),
        from_name=caller.name,
        from_kind=question.kind,
        from_extension_id=caller.extension_id,
        to_name=to.name if to else "",
        to_extension_id=to.extension_id if to else None,
        action=plan.action,
        plan_cause=plan.cause,
        origin=plan.origin,
        trunk_id=question.trunk_id if facts.caller_kind == TRUNK else None,
        did_number=plan.did_number,
        did_name=plan.did_name,
        core_key=request.key,
        page_targets=len(plan.targets) if plan.action == "page" else 0,
    )
