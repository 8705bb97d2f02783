"""Explains what would happen if somebody called now, and why, from the same facts and plan as for a real call."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.live.calls import Calls
from linkus.call.plan.facts import Question, gather
from linkus.call.plan.plan_endpoint import ANONYMOUS
from linkus.call.plan.rules import plan_call
from linkus.call.plan.schemas import ExplainedLeg, ExplainedPlan, ExplainedStep, ExplainedTrunk, Explanation
from linkus.call.plan.types import LegChoice, Plan, Reason
from linkus.call.types import TRUNK
from linkus.kit.kinds import SipKind
from linkus.kit.messages import Language, text
from linkus.presence.service import Presence


async def explain(
    db: AsyncSession, presence: Presence, calls: Calls, question: Question, language: Language
) -> Explanation:
    number = question.number or (ANONYMOUS if question.kind == TRUNK else "")
    question = Question(number, question.kind, question.dialled, question.name, question.trunk_id)
    plan = plan_call(await gather(db, presence, calls, question))
    return Explanation(
        plan=_plan(plan),
        steps=[_step(step, language) for step in plan.steps],
        legs=[_leg(leg, language) for leg in plan.legs],
    )


def _plan(plan: Plan) -> ExplainedPlan:
    return ExplainedPlan(
        action=plan.action,
        origin=plan.origin,
        language=plan.language,
        targets=list(plan.targets),
        prompt=plan.prompt or None,
        cause=plan.cause or None,
        waiting=plan.waiting,
        page=plan.page or None,
        two_way=plan.duplex,
        trunks=[ExplainedTrunk(id=trunk.trunk_id, name=trunk.name, caller_id=trunk.caller_id) for trunk in plan.trunks],
        number=plan.number or None,
        mailbox=plan.mailbox or None,
        did_number=plan.did_number or None,
        did_name=plan.did_name or None,
    )


def _step(step: Reason, language: Language) -> ExplainedStep:
    return ExplainedStep(code=step.code, message=text(language, step.code, **step.params))


def _leg(leg: LegChoice, language: Language) -> ExplainedLeg:
    reason = text(language, leg.reason.code, **leg.reason.params)
    kind: SipKind | None = leg.kind
    return ExplainedLeg(number=leg.number, kind=kind, rings=leg.rings, code=leg.reason.code, reason=reason)
