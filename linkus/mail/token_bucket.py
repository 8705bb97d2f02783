"""Token bucket that limits mails per minute, as mail providers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

MINUTE_SECONDS = 60.0


class TokenBucket:
    """Limits mails per minute. A full bucket holds a tenth of the limit. The refill per minute is smaller by the same
    amount, so no minute exceeds the limit. Waiting and spending are separate, because a worker leases only mails that
    it can send immediately."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._limit = 0
        self._tokens = 0.0
        self._filled_at = clock()

    def set_limit(self, per_minute: int) -> None:
        """Set the limit; 0 means none. A new limit begins with a full bucket."""
        if per_minute != self._limit:
            self._limit = per_minute
            self._tokens = self._capacity
            self._filled_at = self._clock()

    @property
    def _capacity(self) -> float:
        return max(1.0, self._limit // 10)

    @property
    def _per_second(self) -> float:
        return max(1.0, self._limit - self._capacity) / MINUTE_SECONDS

    def _fill(self) -> None:
        current_time = self._clock()
        self._tokens = min(self._capacity, self._tokens + (current_time - self._filled_at) * self._per_second)
        self._filled_at = current_time

    def available(self, mails: int, in_flight: int = 0) -> int:
        """Return how many of `mails` may start now, with a token reserved for each mail in flight."""
        if self._limit == 0:
            return mails
        self._fill()
        return max(0, min(mails, int(self._tokens + 1e-9) - in_flight))

    async def wait(self, max_seconds: float) -> None:
        """Wait until there is a token, at most `max_seconds`, because the limit may change meanwhile."""
        self._fill()
        await self._sleep(min(max_seconds, max(0.0, (1.0 - self._tokens) / self._per_second)))

    def spend(self) -> None:
        if self._limit:
            self._fill()
            self._tokens -= 1.0
