"""Keeps the present state of the trunks in memory, as the edge last reported it (docs/contracts/edge-control.md)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from linkus.kit.clock import now
from linkus.trunk.schemas import TrunkState, TrunkStatus

MAX_SILENCE_SECONDS = 90.0  # the edge reports every trunk every 20 s
_FAILURE_STATES = frozenset({TrunkState.FAILED, TrunkState.UNREACHABLE})


class Transition(StrEnum):
    """A transition for the event log."""

    FAILED = "failed"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class StatusChange:
    status: TrunkStatus
    transition: Transition | None


@dataclass(slots=True)
class _Entry:
    revision: str
    status: TrunkStatus
    reported_at: float


class TrunkStatusRegistry:
    """Tracks the state of the trunks; pure except for the clock. `reported_failures` holds the trunks with a failure in
    the event log but no recovery yet."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self.reported_failures: set[int] = set()

    def status(self, trunk_id: int) -> TrunkStatus:
        entry = self._entries.get(trunk_id)
        return entry.status if entry else TrunkStatus()

    def mark_written(self, trunk_id: int, revision: str, *, is_new: bool) -> bool:
        """Store that the edge has the trunk under a new revision. With `is_new` its settings changed, so reset the
        status. Return whether the status changed."""
        previous = self.status(trunk_id)
        status = TrunkStatus(state=TrunkState.UNKNOWN, since=now()) if is_new else previous
        self._entries[trunk_id] = _Entry(revision, status, time.monotonic())
        return status.state is not previous.state

    def report(self, trunk_id: int, revision: str, state: TrunkState, code: int, reason: str) -> StatusChange | None:
        """Store a report of the edge. Return None if it changes nothing, or refers to an earlier revision."""
        entry = self._entries.get(trunk_id)
        if entry is None or entry.revision != revision:
            return None
        entry.reported_at = time.monotonic()
        if (state, code, reason) == (entry.status.state, entry.status.code, entry.status.reason):
            return None
        since = entry.status.since if state is entry.status.state else now()
        entry.status = TrunkStatus(state=state, code=code, reason=reason, since=since)
        return StatusChange(entry.status, self._transition(trunk_id, state))

    def fail_unwritten(self, trunk_id: int, state: TrunkState, reason: str) -> StatusChange | None:
        """Store a failure of a trunk that was not written to the edge: no address, an unreadable password, or a
        refusal."""
        self._entries.setdefault(trunk_id, _Entry("", TrunkStatus(), 0.0)).revision = ""
        return self.report(trunk_id, "", state, 0, reason)

    def forget(self, trunk_id: int) -> None:
        self._entries.pop(trunk_id, None)
        self.reported_failures.discard(trunk_id)

    def expire(self, max_seconds: float = MAX_SILENCE_SECONDS) -> list[int]:
        """Mark trunks without a report for a long time as unknown, because the edge does not run. Return their ids."""
        oldest = time.monotonic() - max_seconds
        expired = [
            trunk_id
            for trunk_id, entry in self._entries.items()
            if entry.revision and entry.reported_at < oldest and entry.status.state is not TrunkState.UNKNOWN
        ]
        for trunk_id in expired:
            self._entries[trunk_id].status = TrunkStatus(state=TrunkState.UNKNOWN, since=now())
        return expired

    def _transition(self, trunk_id: int, state: TrunkState) -> Transition | None:
        if state in _FAILURE_STATES and trunk_id not in self.reported_failures:
            self.reported_failures.add(trunk_id)
            return Transition.FAILED
        if state is TrunkState.REGISTERED and trunk_id in self.reported_failures:
            self.reported_failures.discard(trunk_id)
            return Transition.RECOVERED
        return None
