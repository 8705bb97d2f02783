"""Limits on signing in.

Failures count for address and account together. Mistakes of others therefore lock out neither an office behind one
address nor a user whose name somebody else tries. An address as a whole has a wider limit. The failures of an account
over all addresses have a limit as well, which does not apply where its user has signed in before. Locking a user out
therefore takes many machines, and still fails at the user's usual address.
"""

from __future__ import annotations

import contextlib
import ipaddress
import time
from collections import Counter
from collections.abc import Iterator

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from linkus.kit.errors import TooManyRequests

WINDOW_MINUTES = 10
MAX_FAILURES = 5  # per account and address
MAX_ADDRESS_FAILURES = 100  # per address, over all accounts
MAX_ACCOUNT_FAILURES = 100  # per account, over all addresses except those where its user has signed in
MAX_KNOWN_PAIRS = 10_000  # pairs of address and account that have signed in; the oldest are dropped


class SignInLimits:
    """Counts failures in memory. A restart forgets them, but it costs an attacker more than it gives."""

    def __init__(
        self,
        failures: int = MAX_FAILURES,
        address_failures: int = MAX_ADDRESS_FAILURES,
        account_failures: int = MAX_ACCOUNT_FAILURES,
    ) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(failures, WINDOW_MINUTES)
        self._address = RateLimitItemPerMinute(address_failures, WINDOW_MINUTES)
        self._everywhere = RateLimitItemPerMinute(account_failures, WINDOW_MINUTES)
        self._known: dict[tuple[str, str], None] = {}
        self._pending: Counter[tuple[str, ...]] = Counter()  # attempts whose password check is in flight

    @contextlib.contextmanager
    def attempt(self, address: str, account: str, code: str = "sign_in_locked") -> Iterator[None]:
        """Check the limits, and count the attempt while it is in flight, so that parallel guesses stay within the
        limits."""
        self.check(address, account, code)
        pair = _keys(address, account)
        keys = (pair, pair[:1], ("everywhere", pair[1]))
        self._pending.update(keys)
        try:
            yield
        finally:
            self._pending.subtract(keys)
            for key in keys:
                if not self._pending[key]:
                    del self._pending[key]

    def check(self, address: str, account: str, code: str = "sign_in_locked") -> None:
        """Raise TooManyRequests before the password is checked, so that a locked-out guesser learns nothing more."""
        pair = _keys(address, account)
        limits: list[tuple[RateLimitItemPerMinute, tuple[str, ...]]] = [
            (self._account, pair),
            (self._address, pair[:1]),
        ]
        if pair not in self._known:
            limits.append((self._everywhere, ("everywhere", pair[1])))
        for limit, keys in limits:
            reset, remaining = self._limiter.get_window_stats(limit, *keys)
            if remaining <= self._pending[keys]:
                raise TooManyRequests(code, seconds=max(1, round(reset - time.time())))

    def failed(self, address: str, account: str) -> bool:
        """Count a failure. Return whether it was the last one that this address may make with this account."""
        pair = _keys(address, account)
        self._limiter.hit(self._account, *pair)
        self._limiter.hit(self._address, pair[0])
        if pair not in self._known:
            self._limiter.hit(self._everywhere, "everywhere", pair[1])
        return any(
            self._limiter.get_window_stats(limit, *keys).remaining == 0
            for limit, keys in ((self._account, pair), (self._address, pair[:1]))
        )

    def succeeded(self, address: str, account: str) -> None:
        pair = _keys(address, account)
        self._limiter.clear(self._account, *pair)
        self._known.pop(pair, None)
        self._known[pair] = None
        if len(self._known) > MAX_KNOWN_PAIRS:
            del self._known[next(iter(self._known))]

    def forget(self) -> None:
        self._known.clear()
        self._limiter.storage.reset()


def _keys(address: str, account: str) -> tuple[str, str]:
    return network_of(address), account.strip().lower()[:255]


def network_of(address: str) -> str:
    """Return the network that one sender can freely choose addresses from: for IPv6 the network of 64 bits (RFC
    6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return (
        found.ipv4_mapped.compressed if found.ipv4_mapped else str(ipaddress.ip_network((int(found), 64), strict=False))
    )


MAX_RESETS = 5  # per hour, user name and address, whether or not the name exists
MAX_ADDRESS_RESETS = 20  # per hour and address


class ResetLimits:
    """Limits requests for a link to a new password, in the same way for names that do not exist. There is no limit per
    name over all addresses: strangers would use it up, and its owner could not ask any more."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = (RateLimitItemPerHour(MAX_RESETS), RateLimitItemPerHour(MAX_ADDRESS_RESETS))

    def hit(self, address: str, username: str) -> None:
        network, name = _keys(address, username)
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


MAX_CODES = 5  # wrong codes of an administrator within ten minutes, over all addresses


class SecondFactorLimits:
    """Limits the codes that somebody tries who knows the password. Strangers do not come so far, so that they cannot
    lock an administrator out, and one limit for all addresses is possible."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(MAX_CODES, WINDOW_MINUTES)

    def attempt(self, administrator_id: int) -> None:
        """Count an attempt before the code is checked, so that parallel guesses stay within the limit."""
        if not self._limiter.hit(self._limit, str(administrator_id)):
            reset, _remaining = self._limiter.get_window_stats(self._limit, str(administrator_id))
            raise TooManyRequests("second_factor_locked", seconds=max(1, round(reset - time.time())))

    def succeeded(self, administrator_id: int) -> None:
        self._limiter.clear(self._limit, str(administrator_id))

    def forget(self) -> None:
        self._limiter.storage.reset()
