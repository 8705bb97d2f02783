"""Decides which of a user's clients answers a call automatically: one, however many want to (AA-2, AA-4).

Pages of one browser coordinate among themselves. Claims are for browsers and devices that do not know each other. They
are kept in memory, because they matter only in the second in which all clients learn of the call. A client that cannot
ask answers without a claim.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

HEAD_START = 0.25  # seconds that an idle client waits, so that a client on a call can claim first
KEPT = 10_000
KEPT_OF_ONE = 16


class Claims:
    def __init__(self) -> None:
        self._of: OrderedDict[int, OrderedDict[str, int]] = OrderedDict()  # extension -> call -> session

    async def claim(self, extension_id: int, call_id: str, session_id: int, *, waits: bool) -> bool:
        """Return whether this session answers; a repeated request gets the same answer. With `waits`, let others claim
        first."""
        if waits:
            await asyncio.sleep(HEAD_START)
        mine = self._of.setdefault(extension_id, OrderedDict())
        self._of.move_to_end(extension_id)
        has_it = mine.setdefault(call_id, session_id)
        # made-up call ids evict only the extension's own claims
        if len(mine) > KEPT_OF_ONE:
            mine.popitem(last=False)
        if len(self._of) > KEPT:
            self._of.popitem(last=False)
        return has_it == session_id

    def give_back(self, extension_id: int, call_id: str, session_id: int) -> bool:
        """Release a claim, so that the next session to ask has the call. Return False if the session did not hold
        it."""
        mine = self._of.get(extension_id, OrderedDict())
        if mine.get(call_id) != session_id:
            return False
        del mine[call_id]
        return True
