"""Takes the edge's reports about trunks: into the registry, to open pages, to running tests, and to the event log."""

from __future__ import annotations

import asyncio

from linkus.kit.bus import PORTAL, Bus
from linkus.trunk.events import TrunkChanged
from linkus.trunk.schemas import TrunkState, TrunkStatus
from linkus.trunk.status_registry import StatusChange, TrunkStatusRegistry
from linkus.trunk.transitions import TrunkTransitions

TestResult = asyncio.Future[TrunkStatus]


class TrunkStatusReports:
    """Distributes what is known of each trunk. A report names the revision of the trunk that it is about."""

    def __init__(self, bus: Bus, transitions: TrunkTransitions) -> None:
        self._bus = bus
        self._transitions = transitions
        self._registry = TrunkStatusRegistry()
        self._tests: dict[str, TestResult] = {}  # running tests, by revision
        self.has_read_failures = False

    def status(self, trunk_id: int) -> TrunkStatus:
        return self._registry.status(trunk_id)

    def set_reported_failures(self, trunk_ids: set[int]) -> None:
        """Store which failures the event log has already, so that a restart repeats none."""
        self._registry.reported_failures = trunk_ids
        self.has_read_failures = True

    # ------------------------------------------------------------------ reports of the edge
    def receive(self, trunk_id: int, revision: str, state: TrunkState, code: int, reason: str) -> None:
        change = self._registry.report(trunk_id, revision, state, code, reason)
        test = self._tests.get(revision)
        if test is not None and not test.done():
            test.set_result(TrunkStatus(state=state, code=code, reason=reason))
        self._distribute(trunk_id, change)

    def expire_silent(self) -> None:
        """Show trunks as unknown that the edge has not reported for a long time."""
        for trunk_id in self._registry.expire():
            self.publish(trunk_id)

    # ------------------------------------------------------------------ writings of our own
    def mark_written(self, trunk_id: int, revision: str, *, is_new: bool, test: TestResult | None) -> None:
        if test is not None:
            self._tests[revision] = test
        if self._registry.mark_written(trunk_id, revision, is_new=is_new):
            self.publish(trunk_id)

    def mark_unwritten(self, trunk_id: int, state: TrunkState, reason: str) -> None:
        self._distribute(trunk_id, self._registry.fail_unwritten(trunk_id, state, reason))

    def forget(self, trunk_id: int) -> None:
        self._registry.forget(trunk_id)

    def end_test(self, test: TestResult) -> None:
        self._tests = {revision: running for revision, running in self._tests.items() if running is not test}

    # ------------------------------------------------------------------ to the pages and the event log
    def publish(self, trunk_id: int) -> None:
        self._bus.publish([PORTAL], TrunkChanged(id=trunk_id, status=self._registry.status(trunk_id)))

    def _distribute(self, trunk_id: int, change: StatusChange | None) -> None:
        if change is None:
            return
        self.publish(trunk_id)
        if change.transition is not None:
            self._transitions.enqueue(trunk_id, change.transition, change.status)
