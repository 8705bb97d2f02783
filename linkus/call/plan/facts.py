"""Gathers the facts of a call from the database, presence and the live calls, with no more queries than needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.live.calls import Calls
from linkus.call.plan import queries
from linkus.call.plan.types import Facts
from linkus.call.types import TRUNK, Hides, Party
from linkus.extension.numbers import ECHO_NUMBER
from linkus.presence.service import Presence
from linkus.route.rules import dialled_number, first_inbound, first_outbound
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup


@dataclass(frozen=True, slots=True)
class Transferor:
    """Names who transferred a caller. The number is empty if the control server does not know them (any more)."""

    number: str
    kind: str


@dataclass(frozen=True, slots=True)
class Question:
    """Says who calls whom. For a call from outside (`kind` trunk), `number` is the caller's and `dialled` is the DID.
    `by` says who has transferred this caller: number and kind."""

    number: str
    kind: str
    dialled: str
    name: str = ""
    trunk_id: int | None = None
    by: Transferor | None = None


async def gather(db: AsyncSession, presence: Presence, calls: Calls, question: Question) -> Facts:
    facts = await _gather(db, presence, calls, question)
    called = (facts.callee, *(facts.group.members if facts.group else ()))
    hidden_from = _hidden_from(facts.caller, called, calls.hides)
    return replace(facts, hidden_from=hidden_from) if hidden_from else facts


def _hidden_from(caller: Party | None, called: Iterable[Party | None], hides: Hides) -> frozenset[str]:
    """Return the numbers of those called who may not see the caller by a visibility rule."""
    if caller is None or caller.extension_id is None:
        return frozenset()
    return frozenset(
        party.number
        for party in called
        if party is not None and party.extension_id is not None and hides(party.extension_id, caller.extension_id)
    )


async def _gather(db: AsyncSession, presence: Presence, calls: Calls, question: Question) -> Facts:
    def status_of(number: str) -> queries.NumberStatus:
        tracker = calls.tracker
        return queries.NumberStatus(presence.reachable(number), tracker.busy_kinds(number), tracker.calls_of(number))

    by = question.by
    if question.kind == TRUNK and by is None:
        return await _from_outside(db, question, status_of, calls.full_mailboxes)
    question = replace(question, dialled=dialled_number(question.dialled))
    numbers = {question.number, question.dialled, *([by.number] if by else [])}
    parties = await queries.by_number(db, numbers, status_of)
    caller, callee = parties.get(question.number), parties.get(question.dialled)
    transferor = parties.get(by.number) if by else None
    if by is not None and transferor is None:
        caller = None  # nobody's rights decide, so that nothing is allowed
    elif question.kind == TRUNK and transferor is not None:  # the caller's number may look like an extension's
        caller = Party(question.number, question.name, language=transferor.language)
    facts = Facts(
        caller, question.kind, question.dialled, callee, handed_on_by=transferor, handed_on_kind=by.kind if by else ""
    )
    if caller is None or callee is not None or question.dialled == ECHO_NUMBER:
        return facts
    group = await queries.group(db, PagingGroup.number == question.dialled, status_of)
    outbound = None
    if group is None:
        outbound = first_outbound(await queries.outbound_routes(db, calls.tracker.calls_on_trunk), question.dialled)
    return replace(facts, group=group, outbound=outbound)


async def _from_outside(
    db: AsyncSession, question: Question, status_of: queries.StatusOf, full_mailboxes: Collection[int]
) -> Facts:
    caller = Party(question.number, question.name, language=await queries.system_language(db))
    route = first_inbound(await queries.inbound_routes(db), question.trunk_id, question.dialled)
    callee = group = None
    if route is not None and route.destination == "paging_group":
        group = await queries.group(db, PagingGroup.id == route.paging_group_id, status_of)
    elif route is not None:
        callee = next(iter(await queries.parties(db, Extension.id == route.extension_id, status_of)), None)
        if callee is not None and callee.extension_id in full_mailboxes:
            callee = replace(callee, voicemail_full=True)
    return Facts(caller, TRUNK, question.dialled, callee, group, inbound=route)
