"""Decides when an address is blocked for failed SIP authentication. Pure, and bounded in memory.

Refusals that our own clients cause without guessing never count: an expired or revoked credential, and a stale nonce.
An address with a registered client or a trunk, or this machine itself, has a much larger budget, so that an office with
one mistyped phone can still make calls.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

# the first block of an address within a day, the next one, and all others: None is for good
BLOCK_SECONDS: tuple[int | None, ...] = (10 * 60, 60 * 60, None)
TRUSTED_BLOCK_SECONDS: tuple[int | None, ...] = (10 * 60,)  # an office with a mistyped phone gets in again
COUNTED_REASONS = frozenset({"wrong_password", "unknown_identity", "other_identity"})
WINDOW_SECONDS = 5 * 60
MAX_FAILURES = 10  # per address within the window; the failure that reaches this limit blocks
MAX_TRUSTED_FAILURES = 300
TRUST_SECONDS = 4 * 60 * 60  # after an authenticated registration
MAX_ADDRESSES = 10_000  # remembered; the oldest are dropped


@dataclass(frozen=True)
class Verdict:
    """Says that an address is to be blocked: for how many failures, since how many seconds, and how long."""

    failures: int
    seconds: float
    block_seconds: tuple[int | None, ...]


@dataclass
class FailureCounter:
    """Counts the refusals of each address. The caller passes the time, in seconds of any monotonic clock."""

    _failures: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _registered: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def registered(self, address: str, at: float) -> None:
        """Trust an address for some hours, because somebody has authenticated there."""
        self._registered[address] = at
        self._registered.move_to_end(address)
        while len(self._registered) > MAX_ADDRESSES:
            self._registered.popitem(last=False)

    def is_trusted(self, address: str, at: float) -> bool:
        since = self._registered.get(address)
        return since is not None and at - since < TRUST_SECONDS

    def refused(
        self, address: str, reason: str, at: float, is_known: Callable[[], bool] = lambda: False
    ) -> Verdict | None:
        """Return a verdict if the address is to be blocked now, else None.

        `is_known` may be slow, so it is called only when the small budget is used up.
        """
        if reason not in COUNTED_REASONS:
            return None
        times = self._failures.setdefault(address, deque(maxlen=MAX_TRUSTED_FAILURES))
        self._failures.move_to_end(address)
        while len(self._failures) > MAX_ADDRESSES:
            self._failures.popitem(last=False)
        times.append(at)
        while at - times[0] >= WINDOW_SECONDS:
            times.popleft()
        count = len(times)
        if count < MAX_FAILURES:
            return None
        is_trusted = self.is_trusted(address, at) or is_known()
        if is_trusted and count < MAX_TRUSTED_FAILURES:
            return None
        del self._failures[address]  # the count starts from zero after the block
        return Verdict(count, at - times[0], TRUSTED_BLOCK_SECONDS if is_trusted else BLOCK_SECONDS)
