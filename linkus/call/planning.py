"""The answer to the core's one question a call: gathers the facts, plans, and remembers that the call goes on."""

from __future__ import annotations

from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State

from linkus.call.calls import Calls
from linkus.call.live import Call
from linkus.call.plan import Facts, Party, Plan, plan_call
from linkus.extension.models import Extension
from linkus.kit.clock import now, unix_now
from linkus.kit.database import Database
from linkus.kit.fields import Line
from linkus.kit.messages import DEFAULT_LANGUAGE, LANGUAGES, Language
from linkus.presence.service import Presence
from linkus.system.models import Setting
from linkus.system.service import GENERAL

log = structlog.get_logger("call")
Word = Annotated[Line, Field(max_length=127)]  # no NUL: PostgreSQL cannot even compare with it


class PlanRequest(BaseModel):
    """What the core says of a call (docs/architecture.md, "Core -> brain")."""

    model_config = ConfigDict(populate_by_name=True)

    call: Word = ""
    from_: Annotated[Word, Field(alias="from")] = ""
    kind: Word = ""
    to: Word = ""
    channel: Word = ""
    linkedid: Word = ""


async def answer(state: State, asked: PlanRequest) -> str:
    calls: Calls = state.calls
    presence: Presence = state.presence
    number, kind = (asked.from_, asked.kind) if asked.from_ else calls.tracker.identity(asked.channel)
    database: Database = state.database
    async with database.transaction(write=False) as db:
        parties = await _parties(db, {number, asked.to})
    calls.know(parties.values())
    caller, callee = parties.get(number), parties.get(asked.to)
    plan = plan_call(Facts(caller, kind, asked.to, callee, presence.kinds(asked.to)))
    log.info("planned", call=asked.call, caller=f"{number}.{kind}", to=asked.to, action=plan.action, cause=plan.cause)
    if caller is not None and asked.channel:
        calls.planned(_call(asked, plan, caller, kind, callee))
    return calls.render(_fields(plan))


async def _parties(db: AsyncSession, numbers: set[str]) -> dict[str, Party]:
    """Both sides and the system's language in one query: this is the part of the ringing delay that is ours."""
    general = select(Setting.value).where(Setting.key == GENERAL).scalar_subquery()
    columns = (Extension.id, Extension.number, Extension.display_name, Extension.language, Extension.linkus_enabled)
    rows = await db.execute(select(*columns, general).where(Extension.number.in_(numbers)))
    return {
        row[1]: Party(
            number=row[1],
            name=row[2],
            extension_id=row[0],
            language=_language(row[3], (row[5] or {}).get("system_language", "")),
            linkus_enabled=row[4],
        )
        for row in rows
    }


def _language(own: str, of_system: str) -> Language:
    chosen = own if own in LANGUAGES else of_system
    return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE


def _call(asked: PlanRequest, plan: Plan, caller: Party, kind: str, callee: Party | None) -> Call:
    return Call(
        call_id=asked.call or asked.linkedid,
        caller_channel=asked.channel,
        from_number=caller.number,
        to_number=asked.to,
        started_at=now(),
        from_name=caller.name,
        from_kind=kind,
        from_extension_id=caller.extension_id,
        to_name=callee.name if callee else "",
        to_extension_id=callee.extension_id if callee else None,
        action=plan.action,
        plan_cause=plan.cause,
    )


def _fields(plan: Plan) -> dict[str, object]:
    return {
        "action": plan.action,
        "targets": plan.targets or None,
        "timeout": plan.timeout,
        "cid_num": plan.cid_num,
        "cid_name": plan.cid_name,
        "start": unix_now() if plan.action == "dial" else None,
        "prompt": plan.prompt,
        "cause": plan.cause,
        "language": plan.language,
    }
