"""Gathers the facts of a call from the database, presence and the live calls, with no more queries than needed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.live.calls import Calls
from linkus.call.plan import queries
from linkus.call.plan.types import Facts
from linkus.call.types import ECHO_NUMBER, TRUNK, Party
from linkus.extension.models import Extension
from linkus.paging.models import PagingGroup
from linkus.presence.service import Presence
from linkus.route.rules import first_inbound, first_outbound


@dataclass(frozen=True, slots=True)
class Question:
    """Says who calls whom. For a call from outside (`kind` trunk), `number` is the caller's and `dialled` is the DID.
    `by` is the number of an extension that has transferred such a caller."""

    number: str
    kind: str
    dialled: str
    name: str = ""
    trunk_id: int | None = None
    by: str = ""


async def gather(db: AsyncSession, presence: Presence, calls: Calls, question: Question) -> Facts:
    def status_of(number: str) -> queries.NumberStatus:
        tracker = calls.tracker
        return queries.NumberStatus(presence.reachable(number), tracker.busy_kinds(number), tracker.calls_of(number))

    if question.kind == TRUNK and not question.by:
        return await _from_outside(db, question, status_of)
    own_number = question.by or question.number
    parties = await queries.by_number(db, {own_number, question.dialled}, status_of)
    acting_party, callee = parties.get(own_number), parties.get(question.dialled)
    caller = acting_party
    if question.kind == TRUNK and acting_party is not None:
        caller = Party(question.number, question.name, language=acting_party.language)
    facts = Facts(caller, question.kind, question.dialled, callee, handed_on_by=acting_party if question.by else None)
    if caller is None or callee is not None or question.dialled == ECHO_NUMBER:
        return facts
    group = await queries.group(db, PagingGroup.number == question.dialled, status_of)
    outbound = None
    if group is None:
        outbound = first_outbound(await queries.outbound_routes(db, calls.tracker.calls_on_trunk), question.dialled)
    return Facts(
        caller,
        question.kind,
        question.dialled,
        group=group,
        outbound=outbound,
        handed_on_by=acting_party if question.by else None,
    )


async def _from_outside(db: AsyncSession, question: Question, status_of: queries.StatusOf) -> Facts:
    caller = Party(question.number, question.name, language=await queries.system_language(db))
    route = first_inbound(await queries.inbound_routes(db), question.trunk_id, question.dialled)
    callee = group = None
    if route is not None and route.destination == "paging_group":
        group = await queries.group(db, PagingGroup.id == route.paging_group_id, status_of)
    elif route is not None:
        callee = next(iter(await queries.parties(db, Extension.id == route.extension_id, status_of)), None)
    return Facts(caller, TRUNK, question.dialled, callee, group, inbound=route)
