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

MINUTES = 10
FAILURES = 5  # per account and address
ADDRESS_FAILURES = 100  # per address, over all accounts
ACCOUNT_FAILURES = 100  # per account, over all addresses except those where its user has signed in
KNOWN = 10_000  # pairs of address and account that have signed in; the oldest are dropped


class SignInLimits:
    """Counts failures in memory. A restart forgets them, but it costs an attacker more than it gives."""

    def __init__(
        self,
        failures: int = FAILURES,
        address_failures: int = ADDRESS_FAILURES,
        account_failures: int = ACCOUNT_FAILURES,
    ) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(failures, MINUTES)
        self._address = RateLimitItemPerMinute(address_failures, MINUTES)
        self._everywhere = RateLimitItemPerMinute(account_failures, MINUTES)
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

    def failed(self, address: str, account: str) -> None:
        pair = _keys(address, account)
        self._limiter.hit(self._account, *pair)
        self._limiter.hit(self._address, pair[0])
        if pair not in self._known:
            self._limiter.hit(self._everywhere, "everywhere", pair[1])

    def succeeded(self, address: str, account: str) -> None:
        pair = _keys(address, account)
        self._limiter.clear(self._account, *pair)
        self._known.pop(pair, None)
        self._known[pair] = None
        if len(self._known) > KNOWN:
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


RESETS = 5  # per hour, user name and address, whether or not the name exists
ADDRESS_RESETS = 20  # per hour and address


class ResetLimits:
    """Limits requests for a link to a new password, in the same way for names that do not exist. There is no limit per
    name over all addresses: strangers would use it up, and its owner could not ask any more."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = (RateLimitItemPerHour(RESETS), RateLimitItemPerHour(ADDRESS_RESETS))

    def hit(self, address: str, username: str) -> None:
        network, name = _keys(address, username)
        for limit, key in zip(self._limits, (f"name {network} {name}", f"address {network}"), strict=True):
            if not self._limiter.hit(limit, key):
                reset, _remaining = self._limiter.get_window_stats(limit, key)
                raise TooManyRequests(seconds=max(1, round(reset - time.time())))

    def forget(self) -> None:
        self._limiter.storage.reset()
