"""The tracker turns events of the core into calls and records, by sequences as the core sends them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkus.call.call_state import Call, Change, Leg
from linkus.call.live.tracker import Tracker
from linkus.call.types import CallResult, CallState

T0 = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
A, B, C = "PJSIP/edge-00000001", "PJSIP/edge-00000002", "PJSIP/edge-00000003"
B2 = "PJSIP/edge-00000004"


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def planned(channel: str = A, seconds: float = 0, **values: object) -> Call:
    defaults: dict[str, object] = {"call_id": "id-1", "from_number": "1001", "to_number": "1002", "from_kind": "web"}
    return Call(caller_channel=channel, started_at=at(seconds), **{**defaults, **values})  # type: ignore[arg-type]


def leg(name: str, group: str = "1", **values: object) -> Leg:
    return Leg(**{"name": name, "group": group, "up": False, **values})  # type: ignore[arg-type]


def states(changes: Iterable[Change]) -> list[CallState]:
    return [change.state for change in changes]


def ringing(tracker: Tracker, legs: dict[str, str] | None = None) -> None:
    """Let 1001.web call 1002, whose clients ring."""
    tracker.channel_begins(A)
    tracker.planned(planned())
    for name, kind in (legs or {B: "web"}).items():
        tracker.channel_begins(name)
        tracker.dial_begins(leg(A), leg(name, number="1002", kind=kind), at(1))


def answered(tracker: Tracker, name: str = B) -> None:
    tracker.dial_ends(name, "ANSWER", at(5))
    for channel in (A, name):
        tracker.state(channel, True, at(5))
        tracker.bridge_entered(channel, "bridge-1", at(5))


def ended(changes: list[Change]) -> tuple[CallResult, int]:
    [record] = [change.ended for change in changes if change.ended]
    return record.result, record.cause


def test_call_rings_is_answered_and_ends_once() -> None:
    tracker = Tracker()
    ringing(tracker, {B: "web", C: "mobile"})
    [call] = tracker.calls()
    assert (call.state, call.to_kinds, tracker.on_call()) == (CallState.RINGING, ["mobile", "web"], {"1001"})
    answered(tracker)
    tracker.dial_ends(C, "CANCEL", at(5))
    tracker.hung_up(C, 26, at(5.1))
    assert (call.state, call.answered_kind, tracker.on_call()) == (CallState.TALKING, "web", {"1001", "1002"})
    changes = tracker.hung_up(B, 16, at(65)) + tracker.hung_up(A, 16, at(65.1))
    assert states(changes) == [CallState.ENDED]
    assert ended(changes) == (CallResult.ANSWERED, 16)
    assert call.answered_at == at(5)
    assert tracker.calls() == []
    assert tracker.on_call() == set()


def test_second_client_is_not_in_the_call_when_two_answer() -> None:
    """Two devices may answer at the same moment: the core joins the first to the caller, and ends the other."""
    tracker = Tracker()
    ringing(tracker, {B: "web", C: "mobile"})
    [call] = tracker.calls()
    answered(tracker)
    assert tracker.dial_ends(C, "ANSWER", at(6)) == []
    assert (call.answered_channel, call.answered_kind, call.answered_at) == (B, "web", at(5))
    assert tracker.hung_up(C, 26, at(7)) == []
    assert tracker.calls() == [call]


@pytest.mark.parametrize(
    ("status", "leg_cause", "caller_cause", "result"),
    [
        ("BUSY", 17, 17, CallResult.BUSY),
        ("NOANSWER", 21, 24, CallResult.DECLINED),
        ("NOANSWER", 16, 19, CallResult.UNANSWERED),
        ("CANCEL", 16, 16, CallResult.CANCELLED),
        ("CHANUNAVAIL", 20, 20, CallResult.UNANSWERED),
        ("CONGESTION", 34, 34, CallResult.FAILED),
    ],
)
def test_result_follows_from_the_causes_when_nobody_answered(
    status: str, leg_cause: int, caller_cause: int, result: CallResult
) -> None:
    tracker = Tracker()
    ringing(tracker)
    tracker.dial_ends(B, status, at(9))
    changes = tracker.hung_up(B, leg_cause, at(9)) + tracker.hung_up(A, caller_cause, at(10))
    assert ended(changes) == (result, caller_cause)


@pytest.mark.parametrize(
    ("action", "cause", "result"),
    [
        ("prompt", 1, CallResult.FAILED),
        ("prompt", 17, CallResult.BUSY),
        ("prompt", 20, CallResult.UNANSWERED),
        ("reject", 21, CallResult.FAILED),
    ],
)
def test_prompt_decides_the_result_when_the_caller_hangs_up_first(action: str, cause: int, result: CallResult) -> None:
    tracker = Tracker()
    tracker.planned(planned(action=action, plan_cause=cause))
    tracker.channel_begins(A)
    assert ended(tracker.hung_up(A, 16, at(2)))[0] is result


@pytest.mark.parametrize(("status", "result"), [("BUSY", CallResult.BUSY), ("NOANSWER", CallResult.UNANSWERED)])
def test_result_is_not_cancelled_when_the_caller_hangs_up_in_the_prompt(status: str, result: CallResult) -> None:
    tracker = Tracker()
    ringing(tracker)
    tracker.dial_ends(B, status, at(9))
    tracker.hung_up(B, 17, at(9))
    assert ended(tracker.hung_up(A, 16, at(10))) == (result, 16)


def test_echo_call_counts_as_answered() -> None:
    tracker = Tracker()
    tracker.planned(planned(action="echo", to_number="*43"))
    assert states(tracker.state(A, True, at(1))) == [CallState.TALKING]
    assert ended(tracker.hung_up(A, 16, at(9))) == (CallResult.ANSWERED, 16)


def test_tracker_takes_a_plan_before_the_channels_first_event() -> None:
    tracker = Tracker()
    tracker.planned(planned())
    tracker.channel_begins(A)
    tracker.dial_begins(leg(A), leg(B, number="1002", kind="web"), at(1))
    answered(tracker)
    assert tracker.calls()[0].state is CallState.TALKING


def test_tracker_makes_a_call_when_the_core_had_no_plan() -> None:
    """The brain was down, so the core rang all clients without a plan (docs/contracts/core-control.md)."""
    tracker = Tracker()
    caller = leg(A, "777", first=True, call_id="id-9", number="1001", kind="phone")
    tracker.dial_begins(caller, leg(B, number="1002", kind="web"), at(1))
    [call] = tracker.calls()
    assert (call.call_id, call.from_number, call.from_kind, call.to_number) == ("id-9", "1001", "phone", "1002")


def test_resync_adopts_calls_that_go_on() -> None:
    tracker = Tracker()
    caller = leg(A, up=True, first=True, call_id="id-1", number="1001", kind="web")
    called = leg(B, up=True, call_id="id-1", number="1002", kind="mobile")
    changes = tracker.resync([called, caller, leg(C, "other", up=True)], at(0))
    assert states(changes) == [CallState.TALKING]
    assert tracker.on_call() == {"1001", "1002"}
    assert tracker.resync([called, caller], at(60)) == []
    assert ended(tracker.hung_up(A, 16, at(70))) == (CallResult.ANSWERED, 16)


def test_resync_ends_a_call_that_is_gone() -> None:
    tracker = Tracker()
    ringing(tracker)
    answered(tracker)
    assert ended(tracker.resync([], at(60))) == (CallResult.ANSWERED, 0)
    assert tracker.calls() == []
    assert tracker.channels_of("1001", "web") == []


def test_resync_keeps_a_call_that_was_just_planned() -> None:
    tracker = Tracker()
    tracker.planned(planned(seconds=0))
    assert tracker.resync([], at(1)) == []
    assert len(tracker.calls()) == 1


def test_resync_without_grace_ends_even_a_young_call() -> None:
    tracker = Tracker()
    tracker.planned(planned(seconds=0))
    assert ended(tracker.resync([], at(1), at(0.5), grace=timedelta(0))) == (CallResult.FAILED, 0)
    assert tracker.calls() == []


def test_tracker_knows_the_legs_of_one_client() -> None:
    tracker = Tracker()
    ringing(tracker, {B: "web", C: "phone"})
    assert tracker.channels_of("1002", "web") == [B]
    assert tracker.channels_of("1001", "web") == [A]
    assert tracker.channels_of("1001", "phone") == []


names = st.sampled_from([A, B, C, B2])
numbers = st.sampled_from(["1001", "1002", "1003"])
events = st.one_of(
    st.tuples(st.just("begin"), names),
    st.tuples(st.just("plan"), names, numbers, numbers, st.sampled_from(["dial", "prompt", "echo"]), st.booleans()),
    st.tuples(st.just("up"), names),
    st.tuples(st.just("dial"), names, names, numbers),
    st.tuples(st.just("end"), names, st.sampled_from(["ANSWER", "BUSY", "NOANSWER", "CANCEL"])),
    st.tuples(st.just("enter"), names, st.sampled_from(["x", "y"])),
    st.tuples(st.just("leave"), names),
    st.tuples(st.just("hangup"), names, st.sampled_from([16, 17, 19, 21])),
    st.tuples(st.just("resync"), st.sets(names)),
)


def play(tracker: Tracker, event: tuple[object, ...], moment: datetime) -> list[Change]:
    match event:
        case ("begin", str(name)):
            tracker.channel_begins(name)
        case ("plan", str(name), str(number), str(to), str(action), bool(is_transfer)):
            call = Call("id", name, number, to, moment, action=action)
            return tracker.planned(call, is_transfer=is_transfer)
        case ("up", str(name)):
            return tracker.state(name, True, moment)
        case ("dial", str(name), str(called), str(number)) if name != called:
            return tracker.dial_begins(leg(name), leg(called, number=number, kind="web"), moment)
        case ("end", str(name), str(status)):
            return tracker.dial_ends(name, status, moment)
        case ("enter", str(name), str(bridge)):
            return tracker.bridge_entered(name, bridge, moment)
        case ("leave", str(name)):
            tracker.bridge_left(name)
        case ("hangup", str(name), int(cause)):
            return tracker.hung_up(name, cause, moment)
        case ("resync", set() as present):
            return tracker.resync([leg(str(name)) for name in sorted(present)], moment)
        case _:
            pass
    return []


@settings(max_examples=300)
@given(st.lists(events, max_size=40))
def test_every_call_ends_exactly_once_whatever_the_order_of_events(history: list[tuple[object, ...]]) -> None:
    tracker = Tracker()
    begun: set[int] = set()
    finished: list[int] = []
    kept: list[Call] = []  # so that no id is used again
    for number, event in enumerate([*history, *(("hangup", name, 16) for name in (A, B, C, B2))]):
        for change in play(tracker, event, at(number * 10)):
            kept.append(change.call)
            begun.add(id(change.call))
            if change.ended:
                finished.append(id(change.call))
            else:
                assert id(change.call) not in finished, "a call spoke after its end"
    assert sorted(finished) == sorted(begun)
    assert tracker.calls() == []
    assert tracker.on_call() == set()
