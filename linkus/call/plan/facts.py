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


async def gather(db: AsyncSession, presence: Presence, calls: Calls, asked: Question) -> Facts:
    def seen(number: str) -> queries.Seen:
        tracker = calls.tracker
        return queries.Seen(presence.reachable(number), tracker.busy_kinds(number), tracker.calls_of(number))

    if asked.kind == TRUNK and not asked.by:
        return await _from_outside(db, asked, seen)
    own = asked.by or asked.number
    found = await queries.by_number(db, {own, asked.dialled}, seen)
    acting, callee = found.get(own), found.get(asked.dialled)
    caller = acting
    if asked.kind == TRUNK and acting is not None:
        caller = Party(asked.number, asked.name, language=acting.language)
    facts = Facts(caller, asked.kind, asked.dialled, callee, handed_on_by=acting if asked.by else None)
    if caller is None or callee is not None or asked.dialled == ECHO_NUMBER:
        return facts
    group = await queries.group(db, PagingGroup.number == asked.dialled, seen)
    outbound = None
    if group is None:
        outbound = first_outbound(await queries.outbound_routes(db, calls.tracker.calls_on_trunk), asked.dialled)
    return Facts(
        caller, asked.kind, asked.dialled, group=group, outbound=outbound, handed_on_by=acting if asked.by else None
    )


async def _from_outside(db: AsyncSession, asked: Question, seen: queries.Presence) -> Facts:
    caller = Party(asked.number, asked.name, language=await queries.system_language(db))
    route = first_inbound(await queries.inbound_routes(db), asked.trunk_id, asked.dialled)
    callee = group = None
    if route is not None and route.destination == "paging_group":
        group = await queries.group(db, PagingGroup.id == route.paging_group_id, seen)
    elif route is not None:
        callee = next(iter(await queries.parties(db, Extension.id == route.extension_id, seen)), None)
    return Facts(caller, TRUNK, asked.dialled, callee, group, inbound=route)
