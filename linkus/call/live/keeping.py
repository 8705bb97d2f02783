"""Keeps the call of a client that is gone in mid-call: the other side hears hold music until the client is back.

A reloaded page comes back with a new leg, which replaces the old one (rejoin.py). A client that only lost its
connection comes back with its old leg. A lost connection alone cuts off nobody's sound: while the client's media
packets still reach the core, its call is left as it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from linkus.call.call_state import Call, Change
from linkus.call.live.call_book import CallBook

log = structlog.get_logger("call")
KEEP_SECONDS = 20.0  # how long the other side waits
GONE_SECONDS = 10.0  # limit of a leg without another side to wait for it: it rings, or is an echo call or a page
GRACE_SECONDS = 1.0  # a reconnecting page is back by then
POLL_SECONDS = 0.7
MAX_JOIN_SECONDS = 3.0  # after this long, the core has failed to join the legs
MAX_TURN_SECONDS = 0.7  # below the second that the core waits for its plan
KEPT, ABSENT = "kept", "absent"  # dialplan contexts: with hold music, and without


class Core(Protocol):
    """Lists the core operations that keeping needs. None of these fails when a leg has already ended."""

    async def received(self, leg: str) -> int | None: ...
    async def part(self, gone: str, other: str) -> None: ...
    async def move(self, leg: str, context: str) -> None: ...
    async def join(self, leg: str, other: str) -> None: ...
    async def end(self, leg: str) -> None: ...


@dataclass
class _Join:
    """Tracks two legs that the core has been told to join."""

    missing: set[str]
    since: float = field(default_factory=time.monotonic)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Keeping:
    def __init__(self, tracker: CallBook, take: Callable[[list[Change]], None]) -> None:
        self.core: Core | None = None  # set by the tasks while the engine runs
        self._tracker = tracker
        self._take = take
        self._gone: dict[str, float] = {}  # legs whose client is gone, since when
        self._waiting: set[str] = set()  # legs that the core has put aside; its own time limit is only a fallback
        self._tasks: set[asyncio.Task[None]] = set()
        self._joins: dict[str, _Join] = {}  # by leg
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # by call

    def read_from(self, tracker: CallBook) -> None:
        """Switch to the calls that were read from the core's journal."""
        self._tracker = tracker

    def is_gone(self, leg: str) -> bool:
        return leg in self._gone

    # ------------------------------------------------------------------ a client is gone
    async def follow(self, legs: Callable[[], Iterable[str]], is_back: Callable[[], bool]) -> None:
        """Watch the legs of a client whose connection is gone, until the client is back or all of the legs have ended.
        Ignore a leg that begins later: the client has a connection for it."""
        began_at, packet_counts = time.monotonic(), dict[str, int | None]()
        first_legs = set(legs())
        await asyncio.sleep(GRACE_SECONDS)
        while self.core is not None and (lost_legs := [leg for leg in legs() if leg in first_legs]):
            if is_back():
                for leg in lost_legs:
                    await self._give_back(leg)
                return
            for leg in lost_legs:
                await self._look(self.core, leg, packet_counts, began_at)
            await asyncio.sleep(POLL_SECONDS)

    async def keep(self, leg: str) -> bool:
        """Let the other side hear music instead of silence. Return False if this leg is no side of a two-party call."""
        call = self._tracker.call_of(leg)
        if call is None or self.core is None:
            return False
        if leg in self._gone:
            return True
        self._gone[leg] = time.monotonic()
        log.info("call_kept", call=call.call_id, leg=leg)
        if not self._tracker.is_holding(leg):  # otherwise the other side already hears music
            await self._put_aside(self.core, call, leg)
        self._take([Change(call)])
        return True

    async def _put_aside(self, core: Core, call: Call, leg: str) -> None:
        other = call.other_side(leg)
        alone = leg in self._waiting
        self._waiting |= {leg, other}
        if alone:  # this leg was waiting for the other side
            await core.move(leg, ABSENT)
        else:
            await core.part(leg, other)

    async def _look(self, core: Core, leg: str, packet_counts: dict[str, int | None], began_at: float) -> None:
        gone_since = self._gone.get(leg)
        if gone_since is not None:
            if time.monotonic() - gone_since >= KEEP_SECONDS:
                log.info("call_kept_in_vain", leg=leg)
                await core.end(leg)
            return
        count = await core.received(leg)
        previous_count, packet_counts[leg] = packet_counts.get(leg), count
        if self._tracker.call_of(leg) is None:
            if time.monotonic() - began_at >= GONE_SECONDS:
                await core.end(leg)
        elif count is not None and count == previous_count:
            await self.keep(leg)

    async def _give_back(self, leg: str) -> None:
        """Resume the call of a client that is back with its old leg."""
        call = self._tracker.call_of(leg)
        if self._gone.pop(leg, None) is None or call is None or self.core is None:
            return
        other = call.other_side(leg)
        log.info("call_given_back", call=call.call_id, leg=leg)
        if leg in self._waiting:
            await (self.core.move(leg, KEPT) if other in self._gone else self.core.join(leg, other))
        self._take([Change(call)])

    # ------------------------------------------------------------------ a new leg
    @asynccontextmanager
    async def turn(self, leg: str, waited: float = 0.0) -> AsyncIterator[None]:
        """Wait until no other leg of this leg's call is being replaced. Otherwise, if two pages behind one router come
        back at the same moment, each would be joined with an old leg of the other that is about to end.

        Raises TimeoutError before the core, which has already waited for so many seconds, stops waiting for its plan:
        the client retries. Afterwards the core would drop the new leg, and the call would end with it.
        """
        latest = time.monotonic() + MAX_TURN_SECONDS - waited
        call = self._tracker.call_of(leg)
        lock = self._turns.setdefault(call.call_id if call else leg, asyncio.Lock())
        async with asyncio.timeout(MAX_TURN_SECONDS - waited):
            await lock.acquire()
            try:
                for side in call.sides if call else ():
                    join = self._joins.get(side)
                    if join and time.monotonic() - join.since < MAX_JOIN_SECONDS:
                        await join.done.wait()
                if time.monotonic() >= latest:  # an await that need not wait does not notice the limit
                    raise TimeoutError
            except BaseException:
                lock.release()
                raise
        try:
            yield
        finally:
            lock.release()

    async def make_way(self, leg: str) -> str:
        """Prepare this leg to be replaced by a new one. Return the leg to join with the new one, which waits with
        music. Return an empty string if the client of that leg is gone as well."""
        call = self._tracker.call_of(leg)
        if call is None or self.core is None:
            return ""
        other = call.other_side(leg)
        if leg not in self._waiting:
            await self._put_aside(self.core, call, leg)
        self._gone.pop(leg, None)
        return "" if other in self._gone else other

    def took_place(self, old: str, new: str, other: str) -> None:
        """Record that `new` has replaced `old`, and end `old`. An empty `other` means that the new leg has to wait."""
        self._waiting.discard(old)
        if other:
            self._joins[new] = self._joins[other] = _Join({new, other})
        else:
            self._waiting.add(new)
        self._end_soon(old)

    # ------------------------------------------------------------------ events of the core
    def joined(self, leg: str) -> None:
        self._waiting.discard(leg)
        if join := self._joins.pop(leg, None):
            join.missing.discard(leg)
            if not join.missing:
                join.done.set()

    def ended(self, call: Call) -> None:
        """Drop the state of an ended call, and end the leg that waits for its other side."""
        for leg in call.sides:
            self._gone.pop(leg, None)
            if join := self._joins.pop(leg, None):
                join.done.set()
            if leg in self._waiting:
                self._waiting.discard(leg)
                self._end_soon(leg)

    def _end_soon(self, leg: str) -> None:
        if self.core is None:
            return

        async def end(core: Core) -> None:
            await core.end(leg)

        task = asyncio.get_running_loop().create_task(end(self.core))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
