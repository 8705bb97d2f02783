"""States of trunks, and their entries in the event log."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.trunk.schemas import TrunkState
from linkus.trunk.status import SILENCE_SECONDS, TrunkBoard, Turn

GOOD, FAILED, GONE = TrunkState.REGISTERED, TrunkState.FAILED, TrunkState.UNREACHABLE


def board(trunk_id: int = 7, stamp: str = "a") -> TrunkBoard:
    made = TrunkBoard()
    made.written(trunk_id, stamp, anew=True)
    return made


def test_unknown_until_the_edge_says_something() -> None:
    made = board()
    assert made.status(7).state is TrunkState.UNKNOWN
    change = made.heard(7, "a", GOOD, 200, "OK")
    assert change is not None
    assert (change.status.state, change.status.code, change.turn) == (GOOD, 200, None)
    assert made.status(7) == change.status
    assert made.heard(7, "a", GOOD, 200, "OK") is None


def test_what_is_said_of_older_settings_is_not_heard() -> None:
    made = board()
    made.heard(7, "a", GOOD, 200, "OK")
    assert made.written(7, "b", anew=True)
    assert made.heard(7, "a", GOOD, 200, "OK") is None
    assert made.heard(8, "a", GOOD, 200, "OK") is None
    assert made.status(7).state is TrunkState.UNKNOWN


def test_written_again_unchanged_it_keeps_its_status() -> None:
    made = board()
    made.heard(7, "a", FAILED, 403, "Forbidden")
    before = made.status(7)
    assert not made.written(7, "b", anew=False)
    assert made.status(7) == before


def test_an_outage_is_told_once_and_its_end_once() -> None:
    made = board()
    told = [
        made.heard(7, "a", *said)
        for said in (
            (GOOD, 200, "OK"), (GONE, 0, ""), (FAILED, 503, "Busy"), (GONE, 0, ""), (GOOD, 200, "OK"), (GOOD, 200, "."),
        )
    ]  # fmt: skip
    assert [each.turn if each else None for each in told] == [None, Turn.FAILED, None, None, Turn.RECOVERED, None]


def test_an_outage_reported_before_a_restart() -> None:
    made = board()
    made.reported = {7}
    change = made.heard(7, "a", GONE, 0, "")
    assert change is not None
    assert change.turn is None
    change = made.heard(7, "a", GOOD, 200, "OK")
    assert change is not None
    assert change.turn is Turn.RECOVERED


def test_a_name_without_an_address() -> None:
    made = TrunkBoard()
    change = made.untold(7, TrunkState.UNREACHABLE, "host name not found")
    assert change is not None
    assert (change.status.state, change.status.reason, change.turn) == (GONE, "host name not found", Turn.FAILED)
    assert made.untold(7, TrunkState.UNREACHABLE, "host name not found") is None


def test_silence_of_the_edge_is_not_the_provider_s_fault() -> None:
    made = board()
    made.heard(7, "a", GOOD, 200, "OK")
    assert made.fall_silent(seconds=60) == []
    assert made.fall_silent(seconds=-1) == [7]
    assert made.status(7).state is TrunkState.UNKNOWN
    change = made.heard(7, "a", GOOD, 200, "OK")
    assert change is not None
    assert change.turn is None


def test_a_trunk_of_which_the_same_is_heard_again_and_again_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr("linkus.trunk.status.time.monotonic", lambda: clock)
    made = board()
    made.heard(7, "a", GOOD, 200, "OK")
    for _ in range(10):
        clock += 20
        assert made.heard(7, "a", GOOD, 200, "OK") is None
        assert made.fall_silent() == []
    assert made.status(7).state is GOOD
    clock += SILENCE_SECONDS + 1
    assert made.fall_silent() == [7]


def test_a_trunk_that_is_written_again_unchanged_has_time_to_be_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr("linkus.trunk.status.time.monotonic", lambda: clock)
    made = board()
    made.heard(7, "a", GOOD, 200, "OK")
    clock += SILENCE_SECONDS + 1
    made.written(7, "b", anew=False)
    assert made.fall_silent() == []


def test_a_trunk_that_the_edge_was_not_told_of_is_not_silent() -> None:
    made = TrunkBoard()
    made.untold(7, TrunkState.UNREACHABLE, "host name not found")
    assert made.fall_silent(seconds=-1) == []
    assert made.status(7).state is GONE


def test_since_when_it_fails_is_not_changed_by_another_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = itertools.count(1)
    monkeypatch.setattr("linkus.trunk.status.now", lambda: datetime.fromtimestamp(next(moments), UTC))
    made = board()
    made.heard(7, "a", FAILED, 403, "Forbidden")
    since = made.status(7).since
    made.heard(7, "a", FAILED, 503, "Busy")
    assert (made.status(7).code, made.status(7).since) == (503, since)
    made.heard(7, "a", GOOD, 200, "OK")
    assert made.status(7).since > since


@given(st.lists(st.sampled_from([(GOOD, 200), (FAILED, 403), (GONE, 0)]), max_size=30))
def test_failures_and_recoveries_take_turns(said: list[tuple[TrunkState, int]]) -> None:
    made = board()
    changes = [made.heard(7, "a", state, code, "") for state, code in said]
    turns = [each.turn for each in changes if each is not None and each.turn is not None]
    assert turns == [Turn.FAILED if index % 2 == 0 else Turn.RECOVERED for index in range(len(turns))]
    assert (7 in made.reported) == (bool(turns) and turns[-1] is Turn.FAILED)
    if said:
        assert (made.status(7).state in (FAILED, GONE)) == (7 in made.reported)
