"""Circuit breaker for the mail server: while it fails, one mail at a time probes it and the others wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from linkus.kit.outbox import back_off
from linkus.mail.transport import Account


class CircuitBreaker:
    """Lets mails pass while closed; opens when the mail server itself fails a mail.

    While open, one mail may probe the server after 1 s, 2 s, 4 s, ... The first mail that goes out closes the breaker
    again, and so do changed settings. This stops us from trying a wrong password once per queued mail.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failing_account: Account | None = None  # None while the breaker is closed
        self._failures = 0
        self._next_probe_at = 0.0
        self._closed_again = asyncio.Event()
        self.generation = 0  # a mail that began in an earlier generation waits while the breaker is open

    @property
    def is_open(self) -> bool:
        return self._failing_account is not None

    def allow(self, account: Account | None, mails: int, in_flight: int) -> int:
        """Return how many of `mails` may start now, beside those in flight."""
        if self._failing_account is not None and account != self._failing_account:
            self.record_success()
        if self._failing_account is None:
            return mails
        return 1 if self._clock() >= self._next_probe_at and not in_flight else 0

    async def wait(self, max_seconds: float) -> None:
        """Wait until the next probe is due, at most `max_seconds`, because the settings may change meanwhile."""
        self._closed_again.clear()
        try:
            async with asyncio.timeout(min(max_seconds, max(0.0, self._next_probe_at - self._clock()))):
                await self._closed_again.wait()
        except TimeoutError:
            pass

    def record_failure(self, account: Account, generation: int) -> None:
        """Record a failure of a mail that began in `generation`. Several mails that failed together count as one
        failure."""
        if self.is_open and generation != self.generation:
            return
        self._failing_account = account
        self._next_probe_at = self._clock() + back_off(self._failures).total_seconds()
        self._failures += 1
        self.generation += 1

    def record_success(self) -> None:
        self._failing_account, self._failures = None, 0
        self._closed_again.set()
