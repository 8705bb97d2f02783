"""Lets a client resume its calls: a reloaded page asks which calls there are, and calls `rejoin.<call id>`."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from linkus.call.call_state import Call
from linkus.call.live.calls import Calls
from linkus.call.live.schemas import OwnCall
from linkus.call.records import journal
from linkus.call.types import TRUNK, Cause
from linkus.kit.clock import now
from linkus.kit.kinds import SipKind

log = structlog.get_logger("call")
REJOIN_PREFIX = "rejoin."


def own_calls(calls: Calls, number: str, kind: str) -> list[OwnCall]:
    """Return the two-party calls that this client is in, oldest first."""
    pairs = [(call, leg) for leg in calls.legs_of(number, kind) if (call := calls.tracker.call_of(leg))]
    return [_own_call(calls, call, leg) for call, leg in sorted(pairs, key=lambda pair: pair[0].started_at)]


def _own_call(calls: Calls, call: Call, leg: str) -> OwnCall:
    is_caller = leg == call.caller_channel
    own_id, other_id = call.from_extension_id, call.to_extension_id
    name = call.to_name
    if not is_caller:
        own_id, other_id, name = other_id, own_id, call.from_name
    if own_id is not None and calls.hides(own_id, other_id):
        name = ""
    answered_at = call.answered_at or call.started_at
    return OwnCall(
        call_id=calls.tracker.own_id(leg),
        direction="out" if is_caller else "in",
        number=call.to_number if is_caller else call.from_number,
        name=name,
        seconds=max(0, int((now() - answered_at).total_seconds())),
        kept=calls.keeping.is_gone(leg),
        held=calls.held_reason(call, leg),
    )


async def leave(calls: Calls, number: str, kind: str, call_ids: Iterable[str]) -> None:
    """Keep the calls of a client whose page is closing or reloading. End the calls that cannot be kept."""
    legs = [leg for call_id in call_ids if (leg := calls.tracker.leg_of(number, kind, call_id))]
    for leg in legs:
        if not await calls.keeping.keep(leg) and calls.end_channel is not None:
            await calls.end_channel(leg)

    def left() -> list[str]:
        return [leg for leg in legs if calls.keeping.is_gone(leg)]

    await calls.keeping.follow(left, lambda: False)


async def plan(
    calls: Calls, call_id: str, owner: tuple[str, str], channel: str, new_id: str, *, waited: float = 0.0
) -> dict[str, object]:
    """Plan a leg that calls `rejoin.<call_id>`: it replaces the old leg of its owner, the client's number and kind. The
    core has already waited for the plan for so many seconds."""
    number, kind = owner
    old = calls.tracker.leg_of(number, kind, call_id) if kind in set(SipKind) - {TRUNK} else None
    if old is None or old == channel or calls.tracker.call_of(old) is None:
        return _refused(call_id, number, kind)
    try:
        async with calls.keeping.turn(old, waited):
            if calls.tracker.leg_of(number, kind, call_id) != old or calls.tracker.call_of(old) is None:
                return _refused(call_id, number, kind)
            note = journal.of_rejoin(old, calls.tracker.unique_of(old), new_id)
            other = await calls.keeping.make_way(old)
            calls.leg_owners.forget(calls.tracker.ids_of(old), f"{number}.{kind}")
            changes = calls.tracker.replace_leg(old, channel, new_id)
            calls.keeping.took_place(old, channel, other)
    except TimeoutError:
        log.info("rejoin_not_its_turn", call=call_id, number=number, kind=kind)
        return {"action": "reject", "cause": Cause.CONGESTION}
    calls.forget_leg(old)
    calls.take(changes)
    log.info("rejoined", call=call_id, number=number, kind=kind, leg=channel)
    return {"action": "rejoin", "rejoin": other, "journal": note}


def _refused(call_id: str, number: str, kind: str) -> dict[str, object]:
    log.info("not_rejoined", call=call_id, number=number, kind=kind)
    return {"action": "reject", "cause": Cause.UNALLOCATED}
