"""While the mail server fails, one mail at a time finds out whether it works again; the others wait untouched."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from linkus.kit.outbox import back_off
from linkus.mail.transport import Account


class Gate:
    """Open until a mail fails by the server's fault. Then one is let through after 1 s, 2 s, 4 s, ...; the first that
    goes out opens it again, and so do other settings. A password that is wrong is so not tried a thousand times."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: Account | None = None  # the account that fails; None: open
        self._failures = 0
        self._next = 0.0
        self._news = asyncio.Event()
        self.turn = 0  # a mail that began in an earlier turn than the present one waits with the others

    @property
    def closed(self) -> bool:
        return self._failed is not None

    def room(self, account: Account | None, wanted: int, in_hand: int) -> int:
        """How many of `wanted` may try now, beside those that are tried already."""
        if self._failed is not None and account != self._failed:
            self.works()
        if self._failed is None:
            return wanted
        return 1 if self._clock() >= self._next and not in_hand else 0

    async def wait(self, longest: float) -> None:
        """Until the next may try, at most so long: the settings may be changed meanwhile."""
        self._news.clear()
        try:
            async with asyncio.timeout(min(longest, max(0.0, self._next - self._clock()))):
                await self._news.wait()
        except TimeoutError:
            pass

    def fails(self, account: Account, turn: int) -> None:
        """`turn` is that in which the mail began: several that failed together are one failure."""
        if self.closed and turn != self.turn:
            return
        self._failed = account
        self._next = self._clock() + back_off(self._failures).total_seconds()
        self._failures += 1
        self.turn += 1

    def works(self) -> None:
        self._failed, self._failures = None, 0
        self._news.set()
