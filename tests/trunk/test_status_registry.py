"""States of trunks, and their entries in the event log."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.trunk.schemas import TrunkState
from linkus.trunk.status_registry import MAX_SILENCE_SECONDS, Transition, TrunkStatusRegistry

GOOD, FAILED, GONE = TrunkState.REGISTERED, TrunkState.FAILED, TrunkState.UNREACHABLE


def written_registry(trunk_id: int = 7, revision: str = "a") -> TrunkStatusRegistry:
    registry = TrunkStatusRegistry()
    registry.mark_written(trunk_id, revision, is_new=True)
    return registry


def test_status_is_unknown_until_the_edge_reports() -> None:
    registry = written_registry()
    assert registry.status(7).state is TrunkState.UNKNOWN
    change = registry.report(7, "a", GOOD, 200, "OK")
    assert change is not None
    assert (change.status.state, change.status.code, change.transition) == (GOOD, 200, None)
    assert registry.status(7) == change.status
    assert registry.report(7, "a", GOOD, 200, "OK") is None


def test_report_of_an_earlier_revision_is_ignored() -> None:
    registry = written_registry()
    registry.report(7, "a", GOOD, 200, "OK")
    assert registry.mark_written(7, "b", is_new=True)
    assert registry.report(7, "a", GOOD, 200, "OK") is None
    assert registry.report(8, "a", GOOD, 200, "OK") is None
    assert registry.status(7).state is TrunkState.UNKNOWN


def test_status_stays_when_an_unchanged_trunk_is_written_again() -> None:
    registry = written_registry()
    registry.report(7, "a", FAILED, 403, "Forbidden")
    before = registry.status(7)
    assert not registry.mark_written(7, "b", is_new=False)
    assert registry.status(7) == before


def test_outage_and_recovery_are_one_transition_each() -> None:
    registry = written_registry()
    changes = [
        registry.report(7, "a", *report)
        for report in (
            (GOOD, 200, "OK"), (GONE, 0, ""), (FAILED, 503, "Busy"), (GONE, 0, ""), (GOOD, 200, "OK"), (GOOD, 200, "."),
        )
    ]  # fmt: skip
    transitions = [change.transition if change else None for change in changes]
    assert transitions == [
        None,
        Transition.FAILED,
        None,
        None,
        Transition.RECOVERED,
        None,
    ]


def test_outage_reported_before_a_restart_is_not_repeated() -> None:
    registry = written_registry()
    registry.reported_failures = {7}
    change = registry.report(7, "a", GONE, 0, "")
    assert change is not None
    assert change.transition is None
    change = registry.report(7, "a", GOOD, 200, "OK")
    assert change is not None
    assert change.transition is Transition.RECOVERED


def test_unwritten_trunk_fails_once() -> None:
    registry = TrunkStatusRegistry()
    change = registry.fail_unwritten(7, TrunkState.UNREACHABLE, "host name not found")
    assert change is not None
    assert (change.status.state, change.status.reason, change.transition) == (
        GONE,
        "host name not found",
        Transition.FAILED,
    )
    assert registry.fail_unwritten(7, TrunkState.UNREACHABLE, "host name not found") is None


def test_silence_of_the_edge_is_no_outage() -> None:
    registry = written_registry()
    registry.report(7, "a", GOOD, 200, "OK")
    assert registry.expire(max_seconds=60) == []
    assert registry.expire(max_seconds=-1) == [7]
    assert registry.status(7).state is TrunkState.UNKNOWN
    change = registry.report(7, "a", GOOD, 200, "OK")
    assert change is not None
    assert change.transition is None


def test_repeated_report_keeps_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr("linkus.trunk.status_registry.time.monotonic", lambda: clock)
    registry = written_registry()
    registry.report(7, "a", GOOD, 200, "OK")
    for _ in range(10):
        clock += 20
        assert registry.report(7, "a", GOOD, 200, "OK") is None
        assert registry.expire() == []
    assert registry.status(7).state is GOOD
    clock += MAX_SILENCE_SECONDS + 1
    assert registry.expire() == [7]


def test_trunk_written_again_does_not_expire_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr("linkus.trunk.status_registry.time.monotonic", lambda: clock)
    registry = written_registry()
    registry.report(7, "a", GOOD, 200, "OK")
    clock += MAX_SILENCE_SECONDS + 1
    registry.mark_written(7, "b", is_new=False)
    assert registry.expire() == []


def test_unwritten_trunk_does_not_expire() -> None:
    registry = TrunkStatusRegistry()
    registry.fail_unwritten(7, TrunkState.UNREACHABLE, "host name not found")
    assert registry.expire(max_seconds=-1) == []
    assert registry.status(7).state is GONE


def test_since_stays_when_only_the_reason_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = itertools.count(1)
    monkeypatch.setattr("linkus.trunk.status_registry.now", lambda: datetime.fromtimestamp(next(moments), UTC))
    registry = written_registry()
    registry.report(7, "a", FAILED, 403, "Forbidden")
    since = registry.status(7).since
    assert since is not None
    registry.report(7, "a", FAILED, 503, "Busy")
    assert (registry.status(7).code, registry.status(7).since) == (503, since)
    registry.report(7, "a", GOOD, 200, "OK")
    later = registry.status(7).since
    assert later is not None
    assert later > since


@given(st.lists(st.sampled_from([(GOOD, 200), (FAILED, 403), (GONE, 0)]), max_size=30))
def test_failures_and_recoveries_alternate(reports: list[tuple[TrunkState, int]]) -> None:
    registry = written_registry()
    changes = [registry.report(7, "a", state, code, "") for state, code in reports]
    transitions = [change.transition for change in changes if change is not None and change.transition is not None]
    assert transitions == [
        Transition.FAILED if index % 2 == 0 else Transition.RECOVERED for index in range(len(transitions))
    ]
    assert (7 in registry.reported_failures) == (bool(transitions) and transitions[-1] is Transition.FAILED)
    if reports:
        assert (registry.status(7).state in (FAILED, GONE)) == (7 in registry.reported_failures)
