"""A client asks whether it may answer a call by itself, and gives that back when it cannot after all."""

from __future__ import annotations

import asyncio

from linkus.call.calls import Calls
from linkus.call.schemas import ClaimAnswer, ClaimRefusal
from linkus.kit.bus import Bus, extension_topic
from linkus.kit.kinds import SipKind
from linkus.session.auth import ExtensionPrincipal

# A client asks the moment its own call is over, and the core's word of that end may be slower; after a second without
# an answer a client answers unasked (web/apps/client/src/phone/attendant.ts).
SETTLES = 0.6
LOOK_AGAIN = 0.03


async def claim(calls: Calls, who: ExtensionPrincipal, call_id: str, *, lets_speaker_first: bool) -> ClaimAnswer:
    """Not while the user speaks on another client of the kind: that one answers when its call is over, or nobody does.
    A page may come to an idle one meanwhile (AA-4)."""
    is_page = lets_speaker_first or calls.tracker.is_page(call_id)
    if not is_page and not await _is_free_soon(calls, who):
        return ClaimAnswer(yours=False, reason=ClaimRefusal.ON_CALL)
    waits = lets_speaker_first and _speaks(calls, who)
    if await calls.claims.claim(who.extension_id, call_id, who.session_id, waits=waits):
        return ClaimAnswer(yours=True)
    return ClaimAnswer(yours=False, reason=ClaimRefusal.TAKEN)


def give_back(calls: Calls, bus: Bus, who: ExtensionPrincipal, call_id: str) -> None:
    """The user's other clients hear of it, and may ask again."""
    if calls.claims.give_back(who.extension_id, call_id, who.session_id):
        bus.publish([extension_topic(who.extension_id)], {"type": "claim.returned", "call_id": call_id})


def _speaks(calls: Calls, who: ExtensionPrincipal) -> bool:
    return SipKind(who.client_kind) in calls.tracker.busy_kinds(who.number)


async def _is_free_soon(calls: Calls, who: ExtensionPrincipal) -> bool:
    until = asyncio.get_running_loop().time() + SETTLES
    while _speaks(calls, who):
        if asyncio.get_running_loop().time() >= until:
            return False
        await asyncio.sleep(LOOK_AGAIN)
    return True
