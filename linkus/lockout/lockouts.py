"""Counts failures to sign in, and refuses further attempts: one engine for passwords, codes and links, whoever asks.

The database has the counts, so that a lock-out survives a restart and holds on every node.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import TooManyRequests
from linkus.kit.work import UnitOfWork
from linkus.lockout import repository
from linkus.lockout.blocks import Attack, BlockReason, Protocol, block, shown
from linkus.lockout.rules import (
    Key,
    Limit,
    Outcome,
    Record,
    Scope,
    add_failure,
    is_half_way,
    remaining,
    seconds_left,
)
from linkus.lockout.settings import policy
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event

Limits = Mapping[Key, Limit]
MAX_ACCOUNT_CHARACTERS = 64


@dataclass(frozen=True)
class Lock:
    """Describes what a failure has led to. `minutes` None: the address is blocked until somebody ends that."""

    minutes: int | None


class Lockouts:
    """Checks and counts attempts. Those in flight count too, so that parallel guesses stay within the limits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._in_flight: Counter[Key] = Counter()
        self._checking = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def attempt(self, limits: Limits, code: str) -> AsyncIterator[None]:
        """Raise TooManyRequests with `code` before anything is checked, so that a locked-out guesser learns nothing
        more, and costs no hash."""
        await self._enter(limits, code)
        try:
            yield
        finally:
            self._in_flight.subtract(limits.keys())
            for key in limits:
                if not self._in_flight[key]:
                    del self._in_flight[key]

    async def _enter(self, limits: Limits, code: str) -> None:
        """Check the limits and count the attempt as one step. An attempt that fails while the counts are read may be
        counted twice, and never not at all."""
        if not limits:
            return
        async with self._checking:
            in_flight = {key: self._in_flight[key] for key in limits}
            at = now().timestamp()
            async with self._database.transaction(write=False) as db:
                rules, known = await policy(db), await repository.records(db, limits.keys())
            refused = [
                seconds_left(known[key], at)
                for key, limit in limits.items()
                if remaining(known[key], limit, rules, at) <= in_flight[key]
            ]
            if refused:
                raise TooManyRequests(code, seconds=max(refused))
            self._in_flight.update(limits.keys())

    async def failed(self, work: UnitOfWork, limits: Limits, protocol: Protocol, account: str) -> Lock | None:
        """Count a failure. Return what it has led to, if anything."""
        rules = await policy(work.db)
        rows = await repository.hold_rows(work.db, limits.keys(), now())
        moment = now()  # not before the rows are held: other failures were counted meanwhile
        lock: Lock | None = None
        for key, limit in limits.items():
            row = rows[key]
            record, outcome = add_failure(repository.record_of(row), limit, rules, moment.timestamp())
            row.failures, row.pauses, row.paused_until = list(record.failures), list(record.pauses), record.paused_until
            row.last_account, row.last_at = shown(account, MAX_ACCOUNT_CHARACTERS), moment
            if outcome is Outcome.BLOCKED:
                await _block(work, key.place, record, protocol, account)
                return Lock(None)
            if outcome is Outcome.PAUSED:
                minutes = round((record.paused_until - moment.timestamp()) / 60)
                lock = Lock(max(minutes, lock.minutes or 0) if lock else minutes)
            if key.scope is Scope.NETWORK and limit.is_of_office and is_half_way(record, limit):
                await _warn(work, key.place, record, limit)
        return lock

    async def succeeded(self, db: AsyncSession, limits: Limits) -> None:
        """Forget the sender's own failures with this account. Those of the network, and of others with the account,
        stay."""
        own = [key for key in limits if key.scope not in (Scope.NETWORK, Scope.ACCOUNT)]
        if own:
            await repository.forget_failures(db, own)


async def _block(work: UnitOfWork, network: str, record: Record, protocol: Protocol, account: str) -> None:
    first_at = datetime.fromtimestamp(record.failures[0], UTC)
    attack = Attack(BlockReason.SIGN_IN, protocol, len(record.failures), account, first_at)
    await block(work, network, attack, [None])


async def _warn(work: UnitOfWork, network: str, record: Record, limit: Limit) -> None:
    """Warn before the address of an office is blocked for good. Strangers get no such advice."""
    params = {"address": network, "failures": len(record.failures), "limit": limit.block_after}
    await record_event(work, EventKind.ADDRESS_AT_RISK, params, bundle=network)
