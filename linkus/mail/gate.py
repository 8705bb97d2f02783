"""Circuit breaker for the mail server: while it fails, one mail at a time probes it and the others wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from linkus.kit.outbox import back_off
from linkus.mail.transport import Account


class Gate:
    """Lets mails pass while open; closes when the mail server itself fails a mail.

    While closed, one mail may probe the server after 1 s, 2 s, 4 s, ... The first mail that goes out opens the gate
    again, and so do changed settings. This stops us from trying a wrong password once per queued mail.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: Account | None = None  # the account that fails; None while the gate is open
        self._failures = 0
        self._next = 0.0
        self._news = asyncio.Event()
        self.turn = 0  # a mail that began in an earlier turn waits while the gate is closed

    @property
    def closed(self) -> bool:
        return self._failed is not None

    def room(self, account: Account | None, wanted: int, in_hand: int) -> int:
        """Return how many of `wanted` mails may start now, given that `in_hand` mails are in flight."""
        if self._failed is not None and account != self._failed:
            self.works()
        if self._failed is None:
            return wanted
        return 1 if self._clock() >= self._next and not in_hand else 0

    async def wait(self, longest: float) -> None:
        """Wait until the next probe is due, at most `longest` seconds, because the settings may change meanwhile."""
        self._news.clear()
        try:
            async with asyncio.timeout(min(longest, max(0.0, self._next - self._clock()))):
                await self._news.wait()
        except TimeoutError:
            pass

    def fails(self, account: Account, turn: int) -> None:
        """Record a failure of a mail that began in `turn`. Several mails that failed together count as one failure."""
        if self.closed and turn != self.turn:
            return
        self._failed = account
        self._next = self._clock() + back_off(self._failures).total_seconds()
        self._failures += 1
        self.turn += 1

    def works(self) -> None:
        self._failed, self._failures = None, 0
        self._news.set()
