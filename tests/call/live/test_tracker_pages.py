"""Pages, trunk legs, and users on a call with their clients, from the core's events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from linkus.call.call_state import Call
from linkus.call.live.core_sync import _with_ticks
from linkus.call.live.tracker import Tracker
from linkus.call.types import PAGE_RING_SECONDS, CallResult, CallState
from linkus.engine.core_events import Connected, CoreEvent
from tests.call.live.test_tracker import B2, T0, A, B, C, answered, at, ended, leg, planned, ringing, states


def paging(tracker: Tracker, *rung: tuple[str, str, str], targets: int | None = None) -> Call:
    """Let 1001 page. These legs ring: channel, number, kind."""
    call = planned(
        action="page", origin="page", to_number="6000", page_targets=len(rung) if targets is None else targets
    )
    tracker.planned(call)
    for name, number, kind in rung:
        tracker.channel_begins(name)
        tracker.page_rings(leg(name, number=number, kind=kind, call_id="id-1"))
    return call


MEMBERS = ((B, "1002", "web"), (B2, "1002", "phone"), (C, "1003", "phone"))


class TestPage:
    def test_member_is_on_a_call_from_answer_to_hang_up(self) -> None:
        tracker = Tracker()
        call = paging(tracker, *MEMBERS)
        assert (call.state, tracker.on_call()) == (CallState.RINGING, {"1001"})
        tracker.dial_ends(B, "ANSWER", at(2))
        tracker.dial_ends(C, "ANSWER", at(3))
        assert (call.state, call.answered_at) == (CallState.TALKING, at(2))
        assert tracker.on_call() == {"1001", "1002", "1003"}
        assert tracker.busy_kinds("1002") == {"web"}
        assert states(tracker.hung_up(B, 16, at(9))) == [CallState.TALKING]
        assert tracker.busy_kinds("1002") == frozenset()
        assert ended(tracker.hung_up(A, 16, at(20))) == (CallResult.ANSWERED, 16)
        assert tracker.hung_up(C, 16, at(20)) == []
        assert tracker.on_call() == set()

    def test_tracker_names_the_other_legs_when_a_member_has_answered(self) -> None:
        tracker = Tracker()
        paging(tracker, *MEMBERS)
        assert tracker.others_of_member(B) == [B2]
        assert tracker.others_of_member(C) == []
        assert tracker.others_of_member("PJSIP/edge-unknown") == []
        tracker.hung_up(B2, 26, at(2))
        assert tracker.others_of_member(B) == []

    def test_tracker_names_no_other_legs_of_an_ordinary_call(self) -> None:
        tracker = Tracker()
        ringing(tracker, {B: "web", C: "phone"})
        assert tracker.others_of_member(B) == []

    def test_page_takes_no_leg_of_another_call(self) -> None:
        tracker = Tracker()
        call = paging(tracker)
        assert tracker.page_rings(leg(B, number="1002", kind="web", call_id="id-2")) == []
        assert call.legs == {}

    def test_page_is_unanswered_when_nobody_answered(self) -> None:
        tracker = Tracker()
        paging(tracker, *MEMBERS)
        for name in (B, B2, C):
            tracker.dial_ends(name, "NOANSWER", at(20))
            tracker.hung_up(name, 19, at(20))
        assert ended(tracker.hung_up(A, 19, at(25))) == (CallResult.UNANSWERED, 19)


class TestDeserted:
    def test_page_is_deserted_once_when_its_last_leg_is_gone(self) -> None:
        tracker = Tracker()
        paging(tracker, *MEMBERS)
        tracker.dial_ends(C, "ANSWER", at(2))
        for name in (B, B2):
            tracker.hung_up(name, 19, at(20))
            assert tracker.deserted_pages(at(20)) == []
        tracker.hung_up(C, 16, at(40))
        assert tracker.deserted_pages(at(40)) == [A]
        assert tracker.deserted_pages(at(41)) == []

    def test_page_is_not_deserted_before_all_legs_have_been_rung(self) -> None:
        """The core starts the legs one by one, so the first may have refused before the second starts."""
        tracker = Tracker()
        paging(tracker, MEMBERS[0], targets=2)
        tracker.hung_up(B, 17, at(1))
        assert tracker.deserted_pages(at(1)) == []
        tracker.page_rings(leg(C, number="1003", kind="phone", call_id="id-1"))
        tracker.hung_up(C, 17, at(2))
        assert tracker.deserted_pages(at(2)) == [A]

    def test_page_is_deserted_after_a_while_when_a_leg_never_began(self) -> None:
        tracker = Tracker()
        paging(tracker, targets=1)
        assert tracker.deserted_pages(at(PAGE_RING_SECONDS)) == []
        assert tracker.deserted_pages(at(PAGE_RING_SECONDS + 6)) == [A]

    def test_page_is_deserted_again_when_its_caller_enters_late(self) -> None:
        tracker = Tracker()
        paging(tracker, MEMBERS[0])
        tracker.hung_up(B, 16, at(1))
        assert tracker.deserted_pages(at(1)) == [A]
        tracker.bridge_entered(A, "page", at(2))
        assert tracker.deserted_pages(at(2)) == [A]
        assert tracker.deserted_pages(at(3)) == []

    def test_page_is_deserted_again_when_its_caller_does_not_leave(self) -> None:
        """The core forgot the redirect, and its event about the caller's entry came before the last leg was gone."""
        tracker = Tracker()
        paging(tracker, MEMBERS[0])
        tracker.bridge_entered(A, "page", at(1))
        tracker.hung_up(B, 16, at(1))
        assert tracker.deserted_pages(at(1)) == [A]
        assert tracker.deserted_pages(at(2)) == []
        assert tracker.deserted_pages(at(3)) == [A]
        tracker.bridge_left(A)
        assert tracker.deserted_pages(at(9)) == []

    def test_page_is_deserted_when_its_last_member_hangs_up_before_the_core_ends_the_leg(self) -> None:
        """The core keeps the leg of a member who hangs up just before entering, until the page is over."""
        tracker = Tracker()
        call = paging(tracker, *MEMBERS)
        for name in (B, B2, C):
            tracker.dial_ends(name, "ANSWER", at(1))
        assert states(tracker.leaves_page(B)) == [CallState.TALKING]
        assert (call.on_page, tracker.deserted_pages(at(2))) == ({B2, C}, [])
        tracker.leaves_page(B2)
        tracker.leaves_page(C)
        assert tracker.on_call() == {"1001"}
        assert tracker.deserted_pages(at(2)) == [A]
        assert tracker.leaves_page(C) == tracker.hung_up(C, 16, at(3)) == []

    def test_page_is_answered_by_a_member_who_hangs_up_before_the_core_reports_the_answer(self) -> None:
        tracker = Tracker()
        call = paging(tracker, MEMBERS[0])
        assert states(tracker.leaves_page(B)) == [CallState.RINGING]
        assert tracker.deserted_pages(at(1)) == [A]
        assert states(tracker.dial_ends(B, "ANSWER", at(1))) == [CallState.TALKING]
        assert (call.answered_at, call.on_page, tracker.on_call()) == (at(1), set(), {"1001"})
        assert tracker.hung_up(B, 0, at(1)) == []
        assert ended(tracker.hung_up(A, 19, at(6))) == (CallResult.ANSWERED, 19)

    def test_two_who_talk_leave_no_page(self) -> None:
        tracker = Tracker()
        ringing(tracker, {B: "web"})
        answered(tracker)
        assert tracker.leaves_page(B) == tracker.leaves_page(A) == []
        assert states(tracker.hung_up(B, 16, at(9))) == [CallState.ENDED]

    def test_ordinary_call_is_never_deserted(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(seconds=0))
        assert tracker.deserted_pages(at(1000)) == []


def test_resync_adopts_a_page_that_goes_on() -> None:
    tracker = Tracker()
    caller = leg(A, up=True, first=True, call_id="id-1", number="1001", kind="web")
    members = [leg(name, up=True, call_id="id-1", number=number, kind=kind) for name, number, kind in MEMBERS[1:]]
    assert states(tracker.resync([*members, caller], T0)) == [CallState.TALKING]
    [call] = tracker.calls()
    assert (call.is_page, call.origin, call.on_page) == (True, "page", {B2, C})
    assert tracker.on_call() == {"1001", "1002", "1003"}
    tracker.hung_up(B2, 16, at(5))
    assert (tracker.on_call(), tracker.deserted_pages(at(5))) == ({"1001", "1003"}, [])
    tracker.hung_up(C, 16, at(6))
    assert tracker.deserted_pages(at(6)) == [A]


class TestTrunkLegs:
    def test_outbound_call_counts_on_the_trunk_that_is_tried(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(action="trunk", origin="outbound", to_number="0138"))
        tracker.dial_begins(leg(A), leg(B, number="138", kind="trunk", trunk_id=1), at(1))
        assert (tracker.calls_on_trunk(1), tracker.calls_on_trunk(2)) == (1, 0)
        tracker.dial_ends(B, "CONGESTION", at(2))
        tracker.hung_up(B, 38, at(2))
        tracker.dial_begins(leg(A), leg(C, number="138", kind="trunk", trunk_id=2), at(3))
        assert (tracker.calls_on_trunk(1), tracker.calls_on_trunk(2)) == (0, 1)
        answered(tracker, C)
        assert tracker.on_call() == {"1001"}  # an outside number is no extension
        [change] = [last for last in tracker.hung_up(A, 16, at(9)) if last.ended]
        assert (change.call.origin, change.call.trunk_id) == ("outbound", 2)
        assert tracker.calls_on_trunk(2) == 0

    def test_outside_caller_makes_nobody_busy_when_the_number_is_one_of_ours(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(from_number="1003", from_kind="trunk", origin="inbound", trunk_id=1))
        tracker.dial_begins(leg(A), leg(B, number="1002", kind="web"), at(1))
        answered(tracker)
        assert tracker.on_call() == {"1002"}
        assert tracker.busy_kinds("1003") == frozenset()


@pytest.mark.parametrize("kind", ["web", "desktop", "mobile", "pad", "phone"])
def test_client_is_busy_when_it_talks_and_not_when_it_rings(kind: str) -> None:
    tracker = Tracker()
    ringing(tracker, {B: kind, C: "phone" if kind != "phone" else "web"})
    assert (tracker.busy_kinds("1001"), tracker.busy_kinds("1002")) == ({"web"}, frozenset())
    answered(tracker)
    assert tracker.busy_kinds("1002") == {kind}
    tracker.hung_up(A, 16, at(9))
    assert tracker.busy_kinds("1002") == tracker.busy_kinds("1001") == frozenset()


def test_plan_keeps_no_call_when_its_caller_is_gone() -> None:
    """The core waits a second. It then ends a call from outside while the plan for it is still in flight."""
    tracker = Tracker()
    tracker.channel_begins(A)
    tracker.hung_up(A, 38, at(1))
    assert ended(tracker.planned(planned(A, 2, from_kind="trunk", origin="inbound"))) == (CallResult.FAILED, 38)
    assert (tracker.calls(), tracker.on_call(), tracker.busy_kinds("1001")) == ([], set(), frozenset())
    # the core restarts, and so do the names of its channels
    tracker.forget_ended()
    assert states(tracker.planned(planned(A, 60))) == [CallState.RINGING]


async def test_ticks_come_however_many_events_arrive() -> None:
    async def events() -> AsyncIterator[CoreEvent]:
        while True:
            await asyncio.sleep(0.01)
            yield Connected()

    seen = []
    async for event in _with_ticks(events(), 0.1):
        seen.append(event)
        if len(seen) == 60:
            break
    assert seen.count(None) >= 3


def test_client_has_its_ringing_and_answered_calls() -> None:
    """Ringing calls count, as in the client. For an answered call only the leg that has it counts."""
    tracker = Tracker()
    ringing(tracker, {B: "web", B2: "mobile"})
    assert (tracker.calls_of("1001"), tracker.calls_of("1002")) == ({"web": 1}, {"web": 1, "mobile": 1})
    tracker.planned(planned(C, 2, from_number="1003", from_kind="phone", call_id="id-2"))
    waiting = "PJSIP/edge-00000009"
    tracker.dial_begins(leg(C), leg(waiting, number="1002", kind="web"), at(3))
    answered(tracker)
    assert tracker.calls_of("1002") == {"web": 2}
    assert tracker.busy_kinds("1002") == {"web"}
    tracker.hung_up(waiting, 17, at(6))
    assert tracker.calls_of("1002") == {"web": 1}
    tracker.hung_up(A, 16, at(7))
    assert not tracker.calls_of("1002")
