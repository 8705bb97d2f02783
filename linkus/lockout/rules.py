"""Decides when failures to sign in lock somebody out, and for how long. Pure: plain values in, plain values out.

Attempts count against several keys: the place and the account together, the place alone, and the account alone. A place
is the network of an address, or a device from which the account's user has signed in before. Mistakes of others
therefore lock out neither an office behind one address nor a user whose name somebody else tries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

DAY_SECONDS = 24 * 3600
# Failures on other nodes, and those of before a clock was set back, may lie in the future. Later ones are mistakes.
MAX_AHEAD_SECONDS = 3600
PAUSE_FACTORS = (1, 5, 15, 60)  # each pause of a day, as a multiple of the first
OFFICE_FACTOR = 20  # an address where users have signed in may fail so many times more often
ACCOUNT_FACTOR = 4  # so may an account, over all places that its user has never signed in from


class Scope(StrEnum):
    """Names what failures count against."""

    PAIR = "pair"  # a network and an account
    DEVICE = "device"  # a known device and its account
    CODE = "code"  # an administrator's second factor
    NETWORK = "network"  # whatever the account
    ACCOUNT = "account"  # wherever from, except where its user has signed in


@dataclass(frozen=True, slots=True)
class Key:
    scope: Scope
    place: str = ""  # a network, or the hash of a device
    account: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """Holds how many failures within the window begin a pause, and how many within a day end in a block, if any do."""

    failures: int
    block_after: int | None = None
    is_of_office: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """Holds what an administrator may choose."""

    max_failures: int = 5
    window_seconds: int = 10 * 60
    first_pause_seconds: int = 60
    longest_pause_seconds: int = 60 * 60
    block_after: int | None = 15  # failures within 24 hours

    def pause_seconds(self, number: int) -> int:
        """Return the length of the pause with this number, from 0, within a day."""
        factor = PAUSE_FACTORS[min(number, len(PAUSE_FACTORS) - 1)]
        return min(self.first_pause_seconds * factor, self.longest_pause_seconds)


@dataclass(frozen=True, slots=True)
class Record:
    """Holds what is known of a key: its failures and the beginnings of its pauses within a day, in seconds, oldest
    first."""

    failures: tuple[float, ...] = ()
    pauses: tuple[float, ...] = ()
    paused_until: float = 0.0


class Outcome(StrEnum):
    COUNTED = "counted"
    PAUSED = "paused"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Sender:
    """Describes who tries to sign in. `device` is the hash of a known device of the account, else empty."""

    network: str
    account: str
    device: str = ""
    is_known_here: bool = False  # the account's user has signed in from this network
    is_office: bool = False  # some user has signed in from this network
    is_allowed: bool = False  # an administrator always allows this network, or it is this machine itself


def limits_of(sender: Sender, policy: Policy) -> dict[Key, Limit]:
    """Return what an attempt counts against."""
    own = Limit(policy.max_failures)
    if sender.device:  # gets in while strangers guess, at whatever address it is
        return {Key(Scope.DEVICE, sender.device, sender.account): own}
    limits = {Key(Scope.PAIR, sender.network, sender.account): own}
    if not sender.is_allowed:
        factor = OFFICE_FACTOR if sender.is_office else 1
        block_after = None if policy.block_after is None else policy.block_after * factor
        limit = Limit(policy.max_failures * factor, block_after, sender.is_office)
        limits[Key(Scope.NETWORK, sender.network)] = limit
    if not sender.is_known_here:
        limits[Key(Scope.ACCOUNT, account=sender.account)] = Limit(policy.max_failures * ACCOUNT_FACTOR)
    return limits


def remaining(record: Record, limit: Limit, policy: Policy, at: float) -> int:
    """Return how many more failures are allowed now, without those that are in flight."""
    if at < record.paused_until <= at + policy.longest_pause_seconds:  # else the clock was set back
        return 0
    return limit.failures - _count_since_pause(record, policy, at)


def seconds_left(record: Record, at: float) -> int:
    """Return how long a pause lasts, at least 1: also for attempts refused because others are in flight."""
    return max(1, round(record.paused_until - at))


def add_failure(record: Record, limit: Limit, policy: Policy, at: float) -> tuple[Record, Outcome]:
    """Count a failure."""
    most = max(limit.failures, limit.block_after or 0)
    failures = _within_day((*record.failures, at), at)[-most:]
    record = replace(record, failures=failures, pauses=_within_day(record.pauses, at))
    if limit.block_after is not None and len(failures) >= limit.block_after:
        return record, Outcome.BLOCKED
    if _count_since_pause(record, policy, at) < limit.failures:
        return record, Outcome.COUNTED
    pause = policy.pause_seconds(len(record.pauses))
    pauses = (*record.pauses, at)[-len(PAUSE_FACTORS) :]
    return replace(record, pauses=pauses, paused_until=at + pause), Outcome.PAUSED


def is_half_way(record: Record, limit: Limit) -> bool:
    """Return whether the last failure was the one at half of the way to a block."""
    return limit.block_after is not None and len(record.failures) == limit.block_after // 2


def _count_since_pause(record: Record, policy: Policy, at: float) -> int:
    since = max(at - policy.window_seconds, record.pauses[-1] if record.pauses else 0.0)
    return sum(1 for time in record.failures if time > since)


def _within_day(times: Sequence[float], at: float) -> tuple[float, ...]:
    return tuple(sorted(time for time in times if at - DAY_SECONDS < time <= at + MAX_AHEAD_SECONDS))
