"""Limits how often somebody asks for links, and changes settings. Counts in memory: a restart forgets them, which gives
an attacker nothing. What locks out failed sign-ins is in linkus/lockout."""

from __future__ import annotations

import time

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from linkus.kit.addresses import network_of
from linkus.kit.errors import TooManyRequests

WINDOW_MINUTES = 10
MAX_RESETS = 5  # per hour, user name and address, whether or not the name exists
MAX_ADDRESS_RESETS = 20  # per hour and address


class ResetLimits:
    """Limits requests for a link to a new password, in the same way for names that do not exist. There is no limit per
    name over all addresses: strangers would use it up, and its owner could not ask any more."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = (RateLimitItemPerHour(MAX_RESETS), RateLimitItemPerHour(MAX_ADDRESS_RESETS))

    def hit(self, address: str, username: str) -> None:
        network, name = network_of(address), username.strip().lower()[:255]
        for limit, key in zip(self._limits, (f"name {network} {name}", f"address {network}"), strict=True):
            if not self._limiter.hit(limit, key):
                reset, _remaining = self._limiter.get_window_stats(limit, key)
                raise TooManyRequests(seconds=max(1, round(reset - time.time())))

    def forget(self) -> None:
        self._limiter.storage.reset()


MAX_CHANGES = 100  # of what a user may change for their clients, within ten minutes and over all their clients
MAX_TEST_MAILS = 30  # of an administrator within ten minutes, of all kinds together


class ChangeLimits:
    """Limits how often a user changes settings of their clients: each change is stored, and told to all of them."""

    def __init__(self, most: int = MAX_CHANGES, code: str = "changes_too_many") -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(most, WINDOW_MINUTES)
        self._code = code

    def hit(self, owner_id: int) -> None:
        if not self._limiter.hit(self._limit, str(owner_id)):
            reset, _remaining = self._limiter.get_window_stats(self._limit, str(owner_id))
            raise TooManyRequests(self._code, seconds=max(1, round(reset - time.time())))

    def forget(self) -> None:
        self._limiter.storage.reset()


class MailTestLimits(ChangeLimits):
    """Limits the test mails of an administrator, who chooses address and text: they go out in the company's name."""

    def __init__(self) -> None:
        super().__init__(MAX_TEST_MAILS, "test_mails_too_many")
