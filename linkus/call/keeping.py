"""Keeps the call of a client that is gone in mid-call: the other side hears music until the client is back.

A page that is loaded again comes back with a new leg, which takes the place of the old one (linkus/call/rejoin.py). A
client that only lost its connection comes back with the leg that it had. Nobody's sound is cut off because of a
connection alone: while packets of the client's sound still reach the core, its call is left as it is.
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

from linkus.call.call_book import CallBook
from linkus.call.live import Call, Change

log = structlog.get_logger("call")
KEEP_SECONDS = 20.0  # how long the other side is asked to wait
GONE_SECONDS = 10.0  # how long a leg lasts that nobody can be asked to wait for: it rings, or is an echo or a page
GRACE_SECONDS = 1.0  # a page that connects anew is back by then
LOOK_SECONDS = 0.7
JOIN_SECONDS = 3.0  # what the core has not joined by then it has failed to join
TURN_SECONDS = 0.7  # the core waits a second for its plan
KEPT, ABSENT = "kept", "absent"  # contexts of the dialplan: with music, and without


class Core(Protocol):
    """What keeping needs of the core. None of these fails when a leg has ended meanwhile."""

    async def received(self, leg: str) -> int | None: ...
    async def part(self, gone: str, other: str) -> None: ...
    async def move(self, leg: str, context: str) -> None: ...
    async def join(self, leg: str, other: str) -> None: ...
    async def end(self, leg: str) -> None: ...


@dataclass
class _Join:
    """Two legs that the core has been told to join."""

    missing: set[str]
    since: float = field(default_factory=time.monotonic)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Keeping:
    def __init__(self, tracker: CallBook, take: Callable[[list[Change]], None]) -> None:
        self.core: Core | None = None  # given by the tasks while the engine runs
        self._tracker = tracker
        self._take = take
        self._gone: dict[str, float] = {}  # legs whose client is gone, since when
        self._waiting: set[str] = set()  # legs that the core has put aside; it would end them last of all
        self._tasks: set[asyncio.Task[None]] = set()
        self._joins: dict[str, _Join] = {}  # by leg
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # by call

    def read_from(self, tracker: CallBook) -> None:
        """The calls have been read anew, from the core's journal."""
        self._tracker = tracker

    def is_gone(self, leg: str) -> bool:
        return leg in self._gone

    # ------------------------------------------------------------------ a client is gone
    async def follow(self, legs: Callable[[], Iterable[str]], is_back: Callable[[], bool]) -> None:
        """Watch over the legs of a client whose connection is gone, until it is back or all of them have ended. A leg
        that begins meanwhile is not one of those: the client has a connection for it."""
        began, heard = time.monotonic(), dict[str, int | None]()
        lost = set(legs())
        await asyncio.sleep(GRACE_SECONDS)
        while self.core is not None and (found := [leg for leg in legs() if leg in lost]):
            if is_back():
                for leg in found:
                    await self._give_back(leg)
                return
            for leg in found:
                await self._look(self.core, leg, heard, began)
            await asyncio.sleep(LOOK_SECONDS)

    async def keep(self, leg: str) -> bool:
        """Let the other side hear music instead of nothing. False when this leg is no side of a call of two."""
        call = self._tracker.call_of(leg)
        if call is None or self.core is None:
            return False
        if leg in self._gone:
            return True
        self._gone[leg] = time.monotonic()
        log.info("call_kept", call=call.call_id, leg=leg)
        if not self._tracker.is_holding(leg):  # else the other side hears music already
            await self._put_aside(self.core, call, leg)
        self._take([Change(call)])
        return True

    async def _put_aside(self, core: Core, call: Call, leg: str) -> None:
        other = call.other_side(leg)
        alone = leg in self._waiting
        self._waiting |= {leg, other}
        if alone:  # it waited itself, for the other one
            await core.move(leg, ABSENT)
        else:
            await core.part(leg, other)

    async def _look(self, core: Core, leg: str, heard: dict[str, int | None], began: float) -> None:
        since = self._gone.get(leg)
        if since is not None:
            if time.monotonic() - since >= KEEP_SECONDS:
                log.info("call_kept_in_vain", leg=leg)
                await core.end(leg)
            return
        count = await core.received(leg)
        was, heard[leg] = heard.get(leg), count
        if self._tracker.call_of(leg) is None:
            if time.monotonic() - began >= GONE_SECONDS:
                await core.end(leg)
        elif count is not None and count == was:
            await self.keep(leg)

    async def _give_back(self, leg: str) -> None:
        """The client is back with the leg that it had."""
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
    async def turn(self, leg: str) -> AsyncIterator[None]:
        """Wait until no other leg of this leg's call is being replaced: two pages behind one router come back at the
        same moment, and each would be joined with a leg of the other's that is about to end.

        Raises TimeoutError when it takes longer than the core waits: the client tries again.
        """
        call = self._tracker.call_of(leg)
        lock = self._turns.setdefault(call.call_id if call else leg, asyncio.Lock())
        async with asyncio.timeout(TURN_SECONDS):
            await lock.acquire()
            try:
                for side in call.sides if call else ():
                    join = self._joins.get(side)
                    if join and time.monotonic() - join.since < JOIN_SECONDS:
                        await join.done.wait()
            except BaseException:
                lock.release()
                raise
        try:
            yield
        finally:
            lock.release()

    async def make_way(self, leg: str) -> str:
        """A new leg is about to take the place of this one: return the leg that it is to be joined with, which waits
        with music; empty when that one's client is gone as well."""
        call = self._tracker.call_of(leg)
        if call is None or self.core is None:
            return ""
        other = call.other_side(leg)
        if leg not in self._waiting:
            await self._put_aside(self.core, call, leg)
        self._gone.pop(leg, None)
        return "" if other in self._gone else other

    def took_place(self, old: str, new: str, other: str) -> None:
        """`other` is empty when the new leg has to wait."""
        self._waiting.discard(old)
        if other:
            self._joins[new] = self._joins[other] = _Join({new, other})
        else:
            self._waiting.add(new)
        self._end_soon(old)

    # ------------------------------------------------------------------ what the core says
    def joined(self, leg: str) -> None:
        self._waiting.discard(leg)
        if join := self._joins.pop(leg, None):
            join.missing.discard(leg)
            if not join.missing:
                join.done.set()

    def ended(self, call: Call) -> None:
        """Whoever waits for a side that has ended waits no longer."""
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
