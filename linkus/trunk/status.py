"""How the trunks are now: in memory, as the edge said last (docs/contracts/edge-control.md)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from linkus.kit.clock import now
from linkus.trunk.schemas import TrunkState, TrunkStatus

SILENCE_SECONDS = 90.0  # the edge says something of every trunk every 20 s
_BAD = frozenset({TrunkState.FAILED, TrunkState.UNREACHABLE})


class Turn(StrEnum):
    """What the event log is told."""

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
    """Pure but for the clock. `reported`: the trunks whose failure is in the event log and whose recovery is not."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self.reported: set[int] = set()

    def status(self, trunk_id: int) -> TrunkStatus:
        known = self._known.get(trunk_id)
        return known.status if known else TrunkStatus()

    def written(self, trunk_id: int, stamp: str, *, anew: bool) -> bool:
        """The edge has it now. With `anew`, whatever was known is of other settings. True when the status changed."""
        before = self.status(trunk_id)
        status = TrunkStatus(state=TrunkState.UNKNOWN, since=now()) if anew else before
        self._known[trunk_id] = _Known(stamp, status, time.monotonic())
        return status.state is not before.state

    def heard(self, trunk_id: int, stamp: str, state: TrunkState, code: int, reason: str) -> Change | None:
        """None when nothing is new, or when it is of an earlier writing."""
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
        """The edge was not even told: its name has no address, or its password cannot be read."""
        self._known.setdefault(trunk_id, _Known("", TrunkStatus(), 0.0)).stamp = ""
        return self.heard(trunk_id, "", state, 0, reason)

    def forget(self, trunk_id: int) -> None:
        self._known.pop(trunk_id, None)
        self.reported.discard(trunk_id)

    def fall_silent(self, seconds: float = SILENCE_SECONDS) -> list[int]:
        """Those of which nothing has been heard for long: the edge does not run, and nobody knows how they are."""
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
