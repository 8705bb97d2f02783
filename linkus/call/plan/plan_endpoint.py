"""Answers the core's one request per call: gathers the facts, plans, and remembers the call as live."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import structlog
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import State

from linkus.call.call_state import Call
from linkus.call.live import rejoin
from linkus.call.live.calls import Calls
from linkus.call.plan.facts import Question, gather
from linkus.call.plan.rules import Facts, plan_call
from linkus.call.records import journal
from linkus.call.types import TRUNK, Party, Plan
from linkus.kit.clock import now, unix_now
from linkus.kit.database import Database
from linkus.kit.fields import Line

log = structlog.get_logger("call")
Word = Annotated[Line, Field(max_length=127)]  # no NUL: PostgreSQL rejects it even in a comparison
ANONYMOUS = "anonymous"


class PlanRequest(BaseModel):
    """Holds the core's request about a call (docs/contracts/plan.md). `by` is the channel that
    transferred it."""

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


async def answer(state: State, asked: PlanRequest) -> str:
    calls: Calls = state.calls
    database: Database = state.database
    if asked.to.startswith(rejoin.PREFIX):
        call_id = asked.to.removeprefix(rejoin.PREFIX)
        return calls.render(
            await rejoin.plan(calls, call_id, asked.from_, asked.kind, asked.channel, asked.call or asked.linkedid)
        )
    question = _question(calls, asked)
    async with database.transaction(write=False) as db:
        facts = await gather(state, db, question)
    calls.know(party for party in (facts.caller, facts.callee, facts.handed_on_by) if party and party.extension_id)
    plan = plan_call(facts)
    caller = f"{question.number}.{question.kind}"
    log.info("planned", call=asked.call, caller=caller, to=asked.to, action=plan.action, cause=plan.cause)
    answered = fields(plan)
    if facts.caller is not None and asked.channel:
        call = _call(asked, question, plan, facts, facts.caller)
        calls.planned(call, is_transfer=bool(asked.by))
        answered["journal"] = journal.of_plan(call, is_transfer=bool(asked.by)) if asked.key else None
    return calls.render(answered)


def _question(calls: Calls, asked: PlanRequest) -> Question:
    number, kind = (asked.from_, asked.kind) if asked.from_ else calls.tracker.identity(asked.channel)
    if asked.kind == TRUNK or kind == TRUNK:
        by, kind_of_by = calls.tracker.identity(asked.by) if asked.by else ("", "")
        return Question(
            number=number or ANONYMOUS,
            kind=TRUNK,
            dialled=asked.to,
            name=asked.name,
            trunk_id=int(asked.trunk) if asked.trunk.isdecimal() and len(asked.trunk) < 10 else None,
            by="" if kind_of_by == TRUNK else by,
        )
    return Question(number, kind, asked.to)


def _call(asked: PlanRequest, question: Question, plan: Plan, facts: Facts, caller: Party) -> Call:
    to = plan.destination
    return Call(
        call_id=asked.call or asked.linkedid,
        caller_channel=asked.channel,
        from_number=caller.number,
        to_number=to.number if to else asked.to,
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
        core_key=asked.key,
        page_targets=len(plan.targets) if plan.action == "page" else 0,
    )


def fields(plan: Plan) -> dict[str, object]:
    """Render the plan as the core reads it (docs/contracts/plan.md)."""
    rings = plan.action in ("dial", "page")
    return {
        "action": plan.action,
        "targets": plan.targets or None,
        "timeout": plan.timeout,
        "cid_num": plan.cid_num,
        "cid_name": plan.cid_name,
        "start": unix_now() if rings else None,
        "did_num": plan.did_number if rings else None,
        # a header cannot carry Chinese characters unencoded
        "did_name": quote(plan.did_name, safe="") if rings else None,
        "origin": plan.origin if rings else None,
        "waiting": plan.waiting,
        "page": plan.page,
        "page_name": quote(plan.destination.name, safe="") if plan.page and plan.destination else None,
        "duplex": plan.duplex,
        "trunks": ":".join(str(line.trunk_id) for line in plan.lines),
        "trunk_cids": ":".join(quote(line.caller_id, safe="+") for line in plan.lines),
        "trunk_names": ":".join(quote(line.caller_id_name, safe="") for line in plan.lines),
        "number": plan.number,
        "mailbox": plan.mailbox,
        "prompt": plan.prompt,
        "cause": plan.cause,
        "language": plan.language,
    }
