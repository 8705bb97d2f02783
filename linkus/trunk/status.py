"""Keeps the present state of the trunks in memory, as the edge last reported it (docs/contracts/edge-control.md)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from linkus.kit.clock import now
from linkus.trunk.schemas import TrunkState, TrunkStatus

SILENCE_SECONDS = 90.0  # the edge reports every trunk every 20 s
_BAD = frozenset({TrunkState.FAILED, TrunkState.UNREACHABLE})


class Turn(StrEnum):
    """A transition for the event log."""

    FAILED = "failed"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Change:
    status: TrunkStatus
    turn: Turn | None


@dataclass(slots=True)
class _Known:
    stamp: str
    status: TrunkStatus
    heard_at: float


class TrunkBoard:
    """Tracks the state of the trunks; pure except for the clock. `reported` holds the trunks with a failure in the
    event log but no recovery yet."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self.reported: set[int] = set()

    def status(self, trunk_id: int) -> TrunkStatus:
        known = self._known.get(trunk_id)
        return known.status if known else TrunkStatus()

    def written(self, trunk_id: int, stamp: str, *, anew: bool) -> bool:
        """Store that the edge has the trunk under a new stamp. With `anew` its settings changed, so reset the status.
        Return whether the status changed."""
        before = self.status(trunk_id)
        status = TrunkStatus(state=TrunkState.UNKNOWN, since=now()) if anew else before
        self._known[trunk_id] = _Known(stamp, status, time.monotonic())
        return status.state is not before.state

    def heard(self, trunk_id: int, stamp: str, state: TrunkState, code: int, reason: str) -> Change | None:
        """Store a report of the edge. Return None if it changes nothing, or refers to an earlier stamp."""
        known = self._known.get(trunk_id)
        if known is None or known.stamp != stamp:
            return None
        known.heard_at = time.monotonic()
        if (state, code, reason) == (known.status.state, known.status.code, known.status.reason):
            return None
        since = known.status.since if state is known.status.state else now()
        known.status = TrunkStatus(state=state, code=code, reason=reason, since=since)
        return Change(known.status, self._turn(trunk_id, state))

    def untold(self, trunk_id: int, state: TrunkState, reason: str) -> Change | None:
        """Store a failure of a trunk that was not written to the edge: no address, an unreadable password, or a
        refusal."""
        self._known.setdefault(trunk_id, _Known("", TrunkStatus(), 0.0)).stamp = ""
        return self.heard(trunk_id, "", state, 0, reason)

    def forget(self, trunk_id: int) -> None:
        self._known.pop(trunk_id, None)
        self.reported.discard(trunk_id)

    def fall_silent(self, seconds: float = SILENCE_SECONDS) -> list[int]:
        """Mark trunks without a report for a long time as unknown, because the edge does not run. Return their ids."""
        silent = time.monotonic() - seconds
        found = [
            trunk_id
            for trunk_id, known in self._known.items()
            if known.stamp and known.heard_at < silent and known.status.state is not TrunkState.UNKNOWN
        ]
        for trunk_id in found:
            self._known[trunk_id].status = TrunkStatus(state=TrunkState.UNKNOWN, since=now())
        return found

    def _turn(self, trunk_id: int, state: TrunkState) -> Turn | None:
        if state in _BAD and trunk_id not in self.reported:
            self.reported.add(trunk_id)
            return Turn.FAILED
        if state is TrunkState.REGISTERED and trunk_id in self.reported:
            self.reported.discard(trunk_id)
            return Turn.RECOVERED
        return None
