"""Lets a client claim a call before it answers automatically, and release the claim if it cannot answer after all."""

from __future__ import annotations

import asyncio

from linkus.call.live.calls import Calls
from linkus.call.records.schemas import ClaimAnswer, ClaimRefusal
from linkus.kit.bus import Bus, extension_topic
from linkus.kit.kinds import SipKind
from linkus.session.auth import ExtensionPrincipal

# A client asks as soon as its own call is over, and the core's event about that end may arrive later. A client that
# gets no reply within a second answers anyway (web/apps/client/src/phone/attendant.ts).
SETTLES = 0.6
LOOK_AGAIN = 0.03


async def claim(calls: Calls, who: ExtensionPrincipal, call_id: str, *, lets_speaker_first: bool) -> ClaimAnswer:
    """Decide whether this client answers. Refuse while the user talks on another client of the same kind: that client
    answers after its own call, or none does. A page may go to an idle client meanwhile (AA-4)."""
    is_page = lets_speaker_first or calls.tracker.is_page(call_id)
    if not is_page and not await _is_free_soon(calls, who):
        return ClaimAnswer(yours=False, reason=ClaimRefusal.ON_CALL)
    waits = lets_speaker_first and _speaks(calls, who)
    if await calls.claims.claim(who.extension_id, call_id, who.session_id, waits=waits):
        return ClaimAnswer(yours=True)
    return ClaimAnswer(yours=False, reason=ClaimRefusal.TAKEN)


def give_back(calls: Calls, bus: Bus, who: ExtensionPrincipal, call_id: str) -> None:
    """Release the claim and notify the user's other clients, which may then claim the call."""
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
