"""Which client of somebody answers a call by itself: one, however many want to (AA-2, AA-4).

Pages of one browser settle it among themselves; this is for browsers and devices that know nothing of each other.
Kept in memory: it matters for the second in which all of them hear of the call. Who cannot ask answers unasked.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

HEAD_START = 0.25  # so long an idle client lets one that is on a call go first
KEPT = 10_000
KEPT_OF_ONE = 16


class Claims:
    def __init__(self) -> None:
        self._of: OrderedDict[int, OrderedDict[str, int]] = OrderedDict()  # extension -> call -> session

    async def claim(self, extension_id: int, call_id: str, session_id: int, *, waits: bool) -> bool:
        """Whether this session answers; asked again it hears the same. With `waits` others may come first."""
        if waits:
            await asyncio.sleep(HEAD_START)
        mine = self._of.setdefault(extension_id, OrderedDict())
        self._of.move_to_end(extension_id)
        has_it = mine.setdefault(call_id, session_id)
        # whoever makes up calls only pushes out the own ones
        if len(mine) > KEPT_OF_ONE:
            mine.popitem(last=False)
        if len(self._of) > KEPT:
            self._of.popitem(last=False)
        return has_it == session_id

    def give_back(self, extension_id: int, call_id: str, session_id: int) -> bool:
        """The session cannot answer after all: whoever asks next has the call. False when it was not its own."""
        mine = self._of.get(extension_id, OrderedDict())
        if mine.get(call_id) != session_id:
            return False
        del mine[call_id]
        return True
