"""Blind and attended transfers, from the core's events and requests."""

from __future__ import annotations

import pytest

from linkus.call.live.tracker import Tracker
from linkus.call.types import CallResult, CallState
from tests.call.live.test_tracker import B2, A, B, C, answered, at, ended, leg, planned, ringing, states


def test_blind_transfer_by_the_callee_makes_a_second_call() -> None:
    """B transfers A to 1003: A's leg asks for a plan again, and B's leg ends."""
    tracker = Tracker()
    ringing(tracker)
    answered(tracker)
    tracker.bridge_left(A)
    changes = tracker.planned(planned(A, 20, to_number="1003"))
    assert states(changes) == [CallState.ENDED, CallState.RINGING]
    assert ended(changes) == (CallResult.ANSWERED, 16)
    assert tracker.hung_up(B, 16, at(20)) == []
    tracker.dial_begins(leg(A), leg(C, number="1003", kind="phone"), at(21))
    tracker.dial_ends(C, "ANSWER", at(25))
    assert tracker.on_call() == {"1001", "1003"}
    assert ended(tracker.hung_up(A, 16, at(30))) == (CallResult.ANSWERED, 16)
    assert tracker.hung_up(C, 16, at(30)) == []


def test_blind_transfer_by_the_caller_makes_a_second_call() -> None:
    """A transfers B to 1003. The core does not know the user of B's leg. The tracker knows it by the dial string."""
    tracker = Tracker()
    ringing(tracker)
    answered(tracker)
    assert tracker.identity(B) == ("1002", "web")
    changes = tracker.planned(planned(B, 20, from_number="1002", to_number="1003"))
    assert states(changes) == [CallState.ENDED, CallState.RINGING]
    assert tracker.hung_up(A, 16, at(20)) == []
    assert tracker.on_call() == {"1002"}


@pytest.mark.parametrize(("stays", "transferer"), [(A, B), (B, A)])
def test_plan_waits_when_it_overtakes_the_answer_before_it(stays: str, transferer: str) -> None:
    tracker = Tracker()
    ringing(tracker)
    assert tracker.planned(planned(stays, 6, to_number="1003"), is_transfer=True) == []
    changes = tracker.dial_ends(B, "ANSWER", at(5))
    assert states(changes) == [CallState.TALKING, CallState.ENDED, CallState.RINGING]
    assert ended(changes) == (CallResult.ANSWERED, 16)
    assert tracker.hung_up(transferer, 16, at(7)) == []
    tracker.dial_begins(leg(stays), leg(C, number="1003", kind="phone"), at(7))
    assert ended(tracker.hung_up(stays, 16, at(9))) == (CallResult.CANCELLED, 16)


def test_waiting_plan_is_taken_in_at_hang_up_and_at_resync() -> None:
    for goes_on in (lambda live: live.hung_up(A, 16, at(7)), lambda live: live.resync([leg(A), leg(C)], at(7))):
        tracker = Tracker()
        ringing(tracker)
        tracker.planned(planned(A, 6, to_number="1003"), is_transfer=True)
        assert CallState.RINGING in states(goes_on(tracker))
        tracker.hung_up(A, 16, at(8))
        assert tracker.calls() == []


def test_attended_transfer_leaves_the_two_others_talking() -> None:
    """A called B. B called C and connects A with C, then both legs of B end."""
    tracker = Tracker()
    ringing(tracker)
    answered(tracker)
    tracker.planned(planned(B2, 20, call_id="id-2", from_number="1002", to_number="1003"))
    tracker.dial_begins(leg(B2), leg(C, number="1003", kind="phone"), at(21))
    tracker.dial_ends(C, "ANSWER", at(25))
    for name in (B2, C):
        tracker.bridge_entered(name, "bridge-2", at(25))
    tracker.bridge_left(A)
    changes = tracker.bridge_entered(A, "bridge-2", at(40))
    for name, bridge in ((B, "bridge-1"), (B2, "bridge-2")):
        tracker.bridge_left(name)
        assert bridge
        changes += tracker.hung_up(name, 16, at(40))
    assert states(changes) == [CallState.ENDED, CallState.ENDED, CallState.TALKING]
    [call] = tracker.calls()
    assert (call.from_number, call.to_number, call.call_id) == ("1001", "1003", "id-1")
    assert tracker.on_call() == {"1001", "1003"}
    assert ended(tracker.hung_up(C, 16, at(50))) == (CallResult.ANSWERED, 16)
    tracker.hung_up(A, 16, at(50))
    assert tracker.calls() == []
