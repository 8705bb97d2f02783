"""Decides which of a user's clients answers a call automatically: one, however many want to (AA-2, AA-4).

Pages of one browser coordinate among themselves. Claims are for browsers and devices that do not know each other. They
are kept in memory, because they matter only in the second in which all clients learn of the call. A client that cannot
ask answers without a claim. A client that cannot answer after all releases its claim.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from linkus.call.live.calls import Calls
from linkus.call.live.events import ClaimReturned
from linkus.call.live.schemas import ClaimAnswer, ClaimRefusal
from linkus.kit.bus import Bus, extension_topic
from linkus.kit.kinds import SipKind
from linkus.session.auth import ExtensionPrincipal

HEAD_START_SECONDS = 0.25  # an idle client waits so long, so that a client on a call can claim first
MAX_EXTENSIONS = 10_000
MAX_CALLS_PER_EXTENSION = 16
# A client asks as soon as its own call is over, and the core's event about that end may arrive later. A client that
# gets no reply within a second answers anyway (web/apps/client/src/phone/auto-answerer.ts).
SETTLE_SECONDS = 0.6
POLL_SECONDS = 0.03


class AnswerClaims:
    def __init__(self) -> None:
        self._sessions: OrderedDict[int, OrderedDict[str, int]] = (
            OrderedDict()
        )  # extension -> call -> the session that answers

    async def claim(self, extension_id: int, call_id: str, session_id: int, *, waits: bool) -> bool:
        """Return whether this session answers; a repeated request gets the same answer. With `waits`, let others claim
        first."""
        if waits:
            await asyncio.sleep(HEAD_START_SECONDS)
        claimed = self._sessions.setdefault(extension_id, OrderedDict())
        self._sessions.move_to_end(extension_id)
        answering_session_id = claimed.setdefault(call_id, session_id)
        # made-up call ids evict only the extension's own claims
        if len(claimed) > MAX_CALLS_PER_EXTENSION:
            claimed.popitem(last=False)
        if len(self._sessions) > MAX_EXTENSIONS:
            self._sessions.popitem(last=False)
        return answering_session_id == session_id

    def release(self, extension_id: int, call_id: str, session_id: int) -> bool:
        """Release a claim, so that the next session to ask has the call. Return False if the session did not hold
        it."""
        claimed = self._sessions.get(extension_id, OrderedDict())
        if claimed.get(call_id) != session_id:
            return False
        del claimed[call_id]
        return True


async def claim_for_client(
    claims: AnswerClaims, calls: Calls, who: ExtensionPrincipal, call_id: str, *, lets_speaker_first: bool
) -> ClaimAnswer:
    """Decide whether this client answers. Refuse while the user talks on another client of the same kind: that client
    answers after its own call, or none does. A page may go to an idle client meanwhile (AA-4)."""
    is_page = lets_speaker_first or calls.tracker.is_page(call_id)
    if not is_page and not await _is_free_soon(calls, who):
        return ClaimAnswer(yours=False, reason=ClaimRefusal.ON_CALL)
    waits = lets_speaker_first and _is_on_call(calls, who)
    if await claims.claim(who.extension_id, call_id, who.session_id, waits=waits):
        return ClaimAnswer(yours=True)
    return ClaimAnswer(yours=False, reason=ClaimRefusal.TAKEN)


def release_for_client(claims: AnswerClaims, bus: Bus, who: ExtensionPrincipal, call_id: str) -> None:
    """Release the claim and notify the user's other clients, which may then claim the call."""
    if claims.release(who.extension_id, call_id, who.session_id):
        bus.publish([extension_topic(who.extension_id)], ClaimReturned(call_id=call_id))


def _is_on_call(calls: Calls, who: ExtensionPrincipal) -> bool:
    return SipKind(who.client_kind) in calls.tracker.busy_kinds(who.number)


async def _is_free_soon(calls: Calls, who: ExtensionPrincipal) -> bool:
    until = asyncio.get_running_loop().time() + SETTLE_SECONDS
    while _is_on_call(calls, who):
        if asyncio.get_running_loop().time() >= until:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
