"""Limits on signing in. The unit is address and account together, so that an office behind one address, or a user
whose name somebody else tries, is not locked out by another's mistakes; an address as a whole has a wider limit."""

from __future__ import annotations

import time

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from linkus.kit.errors import TooManyRequests

MINUTES = 10
FAILURES = 5  # of one account from one address
ADDRESS_FAILURES = 100  # of one address, over all accounts


class SignInLimits:
    """Counts failures in memory: a restart forgets them, which costs an attacker more than it gives."""

    def __init__(self, failures: int = FAILURES, address_failures: int = ADDRESS_FAILURES) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(failures, MINUTES)
        self._address = RateLimitItemPerMinute(address_failures, MINUTES)

    def check(self, address: str, account: str) -> None:
        """Refuses before the password is looked at: a locked-out guesser learns nothing more."""
        for limit, keys in ((self._account, _keys(address, account)), (self._address, (address,))):
            if not self._limiter.test(limit, *keys):
                reset, _remaining = self._limiter.get_window_stats(limit, *keys)
                raise TooManyRequests("sign_in_locked", seconds=max(1, round(reset - time.time())))

    def failed(self, address: str, account: str) -> None:
        self._limiter.hit(self._account, *_keys(address, account))
        self._limiter.hit(self._address, address)

    def succeeded(self, address: str, account: str) -> None:
        self._limiter.clear(self._account, *_keys(address, account))

    def forget(self) -> None:
        self._limiter.storage.reset()


def _keys(address: str, account: str) -> tuple[str, str]:
    return address, account.strip().lower()[:255]


RESETS = 3  # an hour, of one user name, whether or not it exists
ADDRESS_RESETS = 20  # an hour, of one address


class ResetLimits:
    """Limits on asking for a link to a new password; they are the same for names that do not exist."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = (RateLimitItemPerHour(RESETS), RateLimitItemPerHour(ADDRESS_RESETS))

    def hit(self, address: str, username: str) -> None:
        keys = (f"name {username.strip().lower()[:255]}", f"address {address}")
        for limit, key in zip(self._limits, keys, strict=True):
            if not self._limiter.hit(limit, key):
                reset, _remaining = self._limiter.get_window_stats(limit, key)
                raise TooManyRequests(seconds=max(1, round(reset - time.time())))

    def forget(self) -> None:
        self._limiter.storage.reset()
