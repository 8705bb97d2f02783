"""Plans calls as a pure function of the facts, so that tests need no telephone and no database.

Every decision records its reason in `steps` and `legs`, so that the portal can say what would happen and why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from linkus.call.plan import ringing
from linkus.call.plan.types import Destination, Facts, Group, Plan, Reason
from linkus.call.types import PAGE_RING_SECONDS, TRUNK, Cause, Party
from linkus.extension.numbers import ECHO_NUMBER
from linkus.kit.kinds import ClientKind
from linkus.kit.messages import Language
from linkus.paging.rules import may_page
from linkus.route.rules import Outbound, RouteTrunk, sent_number

TRUNK_RING_SECONDS = 120  # the provider has limits of its own


def plan_call(facts: Facts) -> Plan:
    plan = _plan(facts)
    rung = {target.partition(".")[0] for target in plan.targets}
    if facts.hidden_from.isdisjoint(rung):
        return plan
    # A page is one INVITE for all, so one member who may not see its caller is enough.
    return replace(plan, cid_name="", steps=(*plan.steps, Reason("explain_name_hidden")))


def _plan(facts: Facts) -> Plan:
    caller = facts.caller
    if caller is None:
        return Plan("reject", cause=Cause.REJECTED, steps=(Reason("explain_caller_unknown"),))
    by = facts.handed_on_by
    if facts.caller_kind == TRUNK and by is None:
        return _from_outside(facts, caller)
    if _is_shut_out(caller, facts.caller_kind) or (by is not None and _is_shut_out(by, facts.handed_on_kind)):
        return Plan("reject", cause=Cause.REJECTED, steps=(Reason("explain_caller_linkus_off"),))
    return _from_inside(facts, caller)


def _is_shut_out(party: Party, kind: str) -> bool:
    """Return whether this is a Linkus client of an extension whose Linkus is off."""
    return kind in set(ClientKind) and not party.linkus_enabled


def _from_inside(facts: Facts, caller: Party) -> Plan:
    """Plan what an extension dialled, or where it transferred the caller to: whoever decided it needs the right."""
    deciding = facts.handed_on_by or caller
    if facts.dialled == ECHO_NUMBER:
        return Plan("echo", language=caller.language, steps=(Reason("explain_echo"),))
    if facts.callee is not None:
        if facts.callee.number in (caller.number, deciding.number if facts.caller_kind == TRUNK else None):
            # as on any telephone, a caller of their own number gets the busy signal
            return _prompt(caller, "busy", Cause.BUSY, _to(facts.callee), Reason("explain_own_number"))
        return _ring(caller, facts.callee)
    if facts.group is not None:
        return _page(caller, facts.group, deciding)
    if facts.outbound is not None:
        # a colleague who was transferred did not choose to call there, so the call does not go out in their name
        shown = deciding if caller.extension_id is not None else caller
        return _outside(caller, facts.outbound, facts.dialled, shown)
    return _not_found(caller, facts.dialled, Reason("explain_number_unknown", {"number": facts.dialled}))


def _from_outside(facts: Facts, caller: Party) -> Plan:
    """Plan a call from a trunk. Only an inbound route decides where it goes: never a number in the call itself."""
    route = facts.inbound
    if route is None:
        plan = _not_found(caller, facts.dialled, Reason("explain_no_inbound_route", {"number": facts.dialled}))
        return replace(plan, origin="inbound", did_number=facts.dialled)
    params = {"route": route.name, "number": facts.dialled, "did_name": route.did_name}
    step = Reason("explain_inbound_route" if not route.did_name else "explain_inbound_route_named", params)
    if route.destination == "paging_group" and facts.group is not None:
        plan = _page(caller, facts.group, caller)
    elif facts.callee is None:
        plan = _not_found(caller, facts.dialled, Reason("explain_no_destination"))
    elif route.destination == "voicemail":
        plan = _voicemail(caller, facts.callee)
    else:
        plan = _ring(caller, facts.callee)
    return replace(
        plan,
        origin="page" if plan.action == "page" else "inbound",
        did_number=facts.dialled,
        did_name=route.did_name,
        steps=(step, *plan.steps),
    )


# ---------------------------------------------------------------------- possible plans
def _ring(caller: Party, callee: Party) -> Plan:
    legs = ringing.for_call(callee)
    rung = [leg for leg in legs if leg.rings]
    destination_step = Reason("explain_extension", {"number": callee.number, "name": callee.name})
    if not rung:
        busy = any(leg.reason.code in (ringing.BUSY_REASON, ringing.FULL_REASON) for leg in legs)
        why = Reason("explain_all_busy" if busy else "explain_nobody_registered")
        name, cause = ("busy", Cause.BUSY) if busy else ("unavailable", Cause.ABSENT)
        return replace(_prompt(caller, name, cause, _to(callee), destination_step, why), legs=legs)
    waiting = any(leg.on_call for leg in rung)
    return Plan(
        "dial",
        language=caller.language,
        targets=ringing.targets(legs),
        timeout=ringing.seconds(callee, legs),
        cid_num=caller.number,
        cid_name=caller.name,
        waiting=waiting,
        destination=_to(callee),
        steps=(
            destination_step,
            _count("explain_rings", len(rung)),
            *([Reason("explain_waiting_prompt")] if waiting else []),
        ),
        legs=legs,
    )


def _page(caller: Party, group: Group, asking: Party) -> Plan:
    destination_step = Reason("explain_paging_group", {"number": group.number, "name": group.name})
    to = Destination(group.number, group.name)
    if not may_page(group.permission, asking.extension_id):
        return _prompt(caller, "not-allowed", Cause.REJECTED, to, destination_step, Reason("explain_page_not_allowed"))
    own = {caller.number, asking.number}  # speakers must not hear their own voice
    legs = ringing.for_page(member for member in group.members if member.number not in own)
    targets = ringing.page_targets(legs)
    if not targets:
        nobody = Reason("explain_page_nobody")
        return replace(_prompt(caller, "unavailable", Cause.ABSENT, to, destination_step, nobody), legs=legs)
    return Plan(
        "page",
        language=caller.language,
        targets=targets,
        timeout=PAGE_RING_SECONDS,
        cid_num=caller.number,
        cid_name=caller.name,
        origin="page",
        page=group.number,
        duplex=group.two_way,
        destination=to,
        steps=(
            destination_step,
            Reason("explain_page_two_way" if group.two_way else "explain_page_one_way"),
            _count("explain_rings", len(targets)),
        ),
        legs=ringing.cut(legs, frozenset(targets)),
    )


def _outside(caller: Party, route: Outbound, dialled: str, shown: Party) -> Plan:
    number = sent_number(route, dialled)
    destination_step = Reason("explain_outbound_route", {"route": route.name, "pattern": route.pattern})
    to = Destination(dialled)
    if not number:
        return replace(_not_found(caller, dialled, destination_step, Reason("explain_nothing_left")), origin="outbound")
    usable = tuple(_shown(trunk, shown) for trunk in route.trunks if trunk.enabled and not trunk.is_full)
    left_out = [
        Reason("explain_trunk_full" if trunk.enabled else "explain_trunk_off", {"trunk": trunk.name})
        for trunk in route.trunks
        if not trunk.enabled or trunk.is_full
    ]
    if not usable:
        why = Reason("explain_no_trunk")
        plan = _prompt(caller, "line-unavailable", Cause.NO_TRUNK, to, destination_step, *left_out, why)
        return replace(plan, origin="outbound")
    names = " → ".join(trunk.name for trunk in usable)  # in the order of trying; the arrow needs no translation
    return Plan(
        "trunk",
        language=caller.language,
        timeout=TRUNK_RING_SECONDS,
        cid_num=usable[0].caller_id,
        cid_name=usable[0].caller_id_name,
        origin="outbound",
        trunks=usable,
        number=number,
        destination=to,
        steps=(destination_step, *left_out, Reason("explain_trunks", {"number": number, "trunks": names})),
    )


def _shown(trunk: RouteTrunk, caller: Party) -> RouteTrunk:
    """Return the trunk with the caller ID to show: that of the trunk, else of the extension, else the caller's
    number."""
    return replace(
        trunk,
        caller_id=trunk.caller_id or caller.caller_id or caller.number,
        caller_id_name=trunk.caller_id_name or caller.name,
    )


def _voicemail(caller: Party, callee: Party) -> Plan:
    destination_step = Reason("explain_extension", {"number": callee.number, "name": callee.name})
    if not callee.voicemail_enabled or callee.voicemail_full:
        why = Reason("explain_voicemail_full" if callee.voicemail_enabled else "explain_voicemail_off")
        return _prompt(caller, "unavailable", Cause.ABSENT, _to(callee), destination_step, why)
    return Plan(
        "voicemail",
        language=caller.language,
        cid_num=caller.number,
        cid_name=caller.name,
        mailbox=callee.number,
        destination=_to(callee),
        steps=(destination_step, Reason("explain_voicemail")),
    )


def _not_found(caller: Party, dialled: str, *steps: Reason) -> Plan:
    return _prompt(caller, "number-not-found", Cause.UNALLOCATED, Destination(dialled), *steps)


def _prompt(caller: Party, name: str, cause: Cause, to: Destination, *steps: Reason) -> Plan:
    language: Language = caller.language
    return Plan("prompt", language=language, prompt=name, cause=cause, destination=to, steps=steps)


def _to(callee: Party) -> Destination:
    return Destination(callee.number, callee.name, callee.extension_id)


def _count(code: str, count: int) -> Reason:
    params: dict[str, Any] = {"count": count}
    return Reason(code, params)
