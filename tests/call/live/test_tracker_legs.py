"""Tests what the tracker knows of each leg: times, names, holds, replaced legs, and calls that began unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linkus.call.call_state import Call, Change, Ended
from linkus.call.live import tracker as tracker_module
from linkus.call.live.tracker import Tracker
from linkus.call.types import CallResult, CallState, Cause
from tests.call.live.test_tracker import B2, A, B, C, answered, at, ended, leg, planned, ringing, states


def talking() -> tuple[Tracker, Call]:
    tracker = Tracker()
    ringing(tracker)
    answered(tracker)
    [call] = tracker.calls()
    return tracker, call


class TestTimes:
    def test_the_core_s_time_counts_whichever_came_first(self) -> None:
        tracker = Tracker()
        tracker.channel_begins(A, "u1", at(-2))
        tracker.planned(planned(A, 0))
        assert tracker.calls()[0].started_at == at(-2)
        tracker = Tracker()
        tracker.planned(planned(A, 0))
        tracker.channel_begins(A, "u1", at(-2))
        assert tracker.calls()[0].started_at == at(-2)

    def test_a_later_event_does_not_move_the_beginning(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0))
        tracker.channel_begins(A, "u1", at(3))
        tracker.channel_begins(A, "u2", at(-9))
        assert tracker.calls()[0].started_at == at(-9)
        assert tracker.unique_of(A) == "u1"

    def test_the_second_call_of_a_leg_begins_with_its_plan(self) -> None:
        tracker, _ = talking()
        tracker.channel_begins(A, "u1", at(-2))
        tracker.planned(planned(A, 20, to_number="1003"))
        assert tracker.calls()[0].started_at == at(20)

    def test_an_unplanned_call_begins_when_its_leg_did(self) -> None:
        tracker = Tracker()
        tracker.channel_begins(A, "u1", at(-2))
        tracker.dial_begins(leg(A, number="1001", kind="web"), leg(B, number="1002", kind="web"), at(1))
        assert tracker.calls()[0].started_at == at(-2)
        tracker = Tracker()
        tracker.dial_begins(leg(A, number="1001", kind="web"), leg(B, number="1002", kind="web"), at(1))
        assert tracker.calls()[0].started_at == at(1)

    def test_calls_are_listed_by_their_beginning(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 5, call_id="later"))
        tracker.planned(planned(B, 1, call_id="earlier"))
        assert [call.call_id for call in tracker.calls()] == ["earlier", "later"]


class TestPlans:
    def test_a_plan_that_the_journal_has_already_shown_makes_no_second_call(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0, core_key="u1/0"))
        assert tracker.planned(planned(A, 1, core_key="u1/0")) == []
        assert states(tracker.planned(planned(A, 2, core_key="u1/1"))) == [CallState.ENDED, CallState.RINGING]

    def test_plans_without_a_key_are_calls_of_their_own(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0))
        assert states(tracker.planned(planned(A, 1))) == [CallState.ENDED, CallState.RINGING]

    def test_a_plan_for_an_ended_leg_is_a_failed_call_unless_the_name_is_used_again(self) -> None:
        tracker = Tracker()
        tracker.channel_begins(A, "u1")
        tracker.hung_up(A, 16, at(1))
        assert ended(tracker.planned(planned(A, 2, core_key="u1/0"))) == (CallResult.FAILED, 38)
        assert states(tracker.planned(planned(A, 2, core_key="u2/0"))) == [CallState.RINGING]

    def test_a_late_event_of_an_ended_caller_makes_no_call(self) -> None:
        tracker = Tracker()
        tracker.channel_begins(A, "u1")
        tracker.hung_up(A, 16, at(1))
        assert tracker.dial_begins(leg(A, unique="u1"), leg(B, number="1002", kind="web"), at(2)) == []
        assert tracker.calls() == []

    def test_a_transfer_of_an_answered_call_does_not_wait(self) -> None:
        tracker, _ = talking()
        changes = tracker.planned(planned(A, 20, to_number="1003"), is_transfer=True)
        assert states(changes) == [CallState.ENDED, CallState.RINGING]

    def test_the_next_plan_of_a_leg_takes_it_out_of_its_bridge(self) -> None:
        tracker, _ = talking()
        assert tracker.is_bridged(A)
        tracker.planned(planned(A, 20, to_number="1003"))
        assert not tracker.is_bridged(A)

    @pytest.mark.parametrize("stays", [A, B])
    def test_the_call_that_a_transfer_leaves_ends_at_that_moment(self, stays: str) -> None:
        tracker, call = talking()
        ends = [change.ended for change in tracker.planned(planned(stays, 20, to_number="1003")) if change.ended]
        assert ends == [Ended(call, at(20), CallResult.ANSWERED, 16)]


class TestEcho:
    @pytest.mark.parametrize("action", ["echo", "voicemail"])
    def test_a_call_of_one_side_is_answered_when_its_leg_is_up_and_only_then(self, action: str) -> None:
        tracker = Tracker()
        tracker.planned(planned(action=action))
        assert tracker.state(A, False, at(1)) == []
        [change] = tracker.state(A, True, at(2))
        assert change.call.answered_at == at(2)
        assert tracker.state(A, True, at(3)) == []
        assert change.call.answered_at == at(2)

    def test_a_call_that_left_a_message_was_answered_by_nobody(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(action="voicemail"))
        tracker.state(A, True, at(2))
        ends = [change.ended for change in tracker.hung_up(A, 16, at(9)) if change.ended]
        assert [end.result for end in ends] == [CallResult.VOICEMAIL]

    def test_no_other_call_is(self) -> None:
        tracker = Tracker()
        tracker.planned(planned())
        assert tracker.state(A, True, at(1)) == []
        assert tracker.calls()[0].answered_at is None
        assert tracker.state(B, True, at(1)) == []


class TestAnswer:
    def test_the_number_of_the_leg_that_answered_is_the_called_one(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(to_number="6000"))
        tracker.dial_begins(leg(A), leg(B, number="1002", kind="web"), at(1))
        tracker.dial_ends(B, "ANSWER", at(2))
        assert tracker.calls()[0].to_number == "1002"

    def test_a_leg_without_a_number_leaves_the_dialled_one(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(to_number="0138"))
        tracker.dial_begins(leg(A), leg(B), at(1))
        tracker.dial_ends(B, "ANSWER", at(2))
        assert tracker.calls()[0].to_number == "0138"

    def test_only_the_plan_of_a_leg_of_this_call_goes_on_with_its_answer(self) -> None:
        tracker = Tracker()
        ringing(tracker)
        tracker.planned(planned(C, 2, call_id="id-2", from_number="1003", to_number="1004"))
        assert tracker.planned(planned(C, 3, call_id="id-3", from_number="1003"), is_transfer=True) == []
        assert states(tracker.dial_ends(B, "ANSWER", at(5))) == [CallState.TALKING]

    def test_a_plan_of_the_caller_s_leg_and_one_of_the_called_leg_wait_for_the_same_answer(self) -> None:
        for stays in (A, B):
            tracker = Tracker()
            ringing(tracker)
            tracker.planned(planned(stays, 6, to_number="1003"), is_transfer=True)
            changes = tracker.dial_ends(B, "ANSWER", at(5))
            assert states(changes) == [CallState.TALKING, CallState.ENDED, CallState.RINGING]


class TestEndOfDialling:
    def test_the_core_s_own_word_counts_while_nobody_has_answered(self) -> None:
        tracker = Tracker()
        ringing(tracker)
        tracker.dial_status(A, "BUSY")
        assert ended(tracker.hung_up(A, 16, at(9))) == (CallResult.BUSY, 16)

    @pytest.mark.parametrize(("channel", "status"), [(A, ""), (C, "BUSY")])
    def test_an_empty_word_and_that_of_another_call_count_for_nothing(self, channel: str, status: str) -> None:
        tracker = Tracker()
        ringing(tracker)
        tracker.dial_status(channel, status)
        [call] = tracker.calls()
        assert call.dial_ends == set()

    def test_after_the_answer_it_changes_nothing(self) -> None:
        tracker, call = talking()
        tracker.dial_status(A, "BUSY")
        assert call.dial_ends == {"ANSWER"}

    def test_a_leg_that_nobody_knows_ends_nothing(self) -> None:
        assert Tracker().dial_ends(B, "ANSWER", at(1)) == []


class TestHold:
    def test_a_leg_holds_until_it_resumes(self) -> None:
        tracker, call = talking()
        assert not tracker.is_holding(A)
        assert tracker.holds(A, True) == [Change(call)]
        assert (tracker.is_holding(A), tracker.is_holding(B)) == (True, False)
        assert tracker.holds(A, False) == [Change(call)]
        assert not tracker.is_holding(A)

    def test_a_leg_in_no_call_changes_none(self) -> None:
        tracker, _ = talking()
        assert tracker.holds(C, True) == []


class TestReplacedLeg:
    """A client comes back with a new leg: its call goes on."""

    def test_of_the_caller(self) -> None:
        tracker, call = talking()
        assert tracker.replace_leg(A, C, "own") == [Change(call)]
        assert (call.caller_channel, call.answered_channel) == (C, B)
        assert (tracker.identity(C), tracker.own_id(C)) == (("1001", "web"), "own")
        assert tracker.call_of(C) is call
        assert tracker.call_of(A) is None
        assert tracker.hung_up(A, 16, at(9)) == []
        assert ended(tracker.hung_up(C, 16, at(9))) == (CallResult.ANSWERED, 16)

    def test_of_the_called_side(self) -> None:
        tracker, call = talking()
        assert tracker.replace_leg(B, C, "own") == [Change(call)]
        assert (call.caller_channel, call.answered_channel, call.legs) == (A, C, {C: "web"})
        assert (tracker.identity(C), tracker.own_id(C)) == (("1002", "web"), "own")
        assert tracker.hung_up(B, 16, at(9)) == []
        assert ended(tracker.hung_up(C, 16, at(9))) == (CallResult.ANSWERED, 16)

    def test_of_nobody(self) -> None:
        tracker, _ = talking()
        assert tracker.replace_leg(B2, C, "own") == []


class TestUnplanned:
    def test_a_call_gets_what_the_core_knows_of_its_caller(self) -> None:
        tracker = Tracker()
        caller = leg(A, "777", call_id="id-9", number="138", kind="trunk", trunk_id=4, unique="u1")
        [change] = tracker.dial_begins(caller, leg(B, number="1002", kind="web"), at(1))
        call = change.call
        assert (call.call_id, call.from_number, call.from_kind, call.to_number) == ("id-9", "138", "trunk", "1002")
        assert (call.origin, call.trunk_id, call.core_key, call.legs) == ("inbound", 4, "u1/0", {B: "web"})
        assert tracker.unique_of(A) == "u1"

    @pytest.mark.parametrize(("group", "call_id"), [("777", "777"), ("", A)])
    def test_its_id_is_that_of_the_group_or_of_the_leg_when_there_is_no_other(self, group: str, call_id: str) -> None:
        tracker = Tracker()
        [change] = tracker.dial_begins(leg(A, group, number="1001", kind="web"), leg(B, number="1002"), at(1))
        assert (change.call.call_id, change.call.core_key, change.call.origin) == (call_id, "", "internal")

    def test_what_is_known_of_a_leg_already_is_kept(self) -> None:
        tracker = Tracker()
        tracker.channel_begins(A, "u1")
        tracker.planned(planned(A, 0))
        tracker.hung_up(B, 16, at(0))
        tracker.dial_begins(leg(A), leg(B, number="1002", kind="web", unique="u2"), at(1))
        assert tracker.unique_of(B) == "u2"
        tracker.dial_begins(leg(A), leg(B, number="1002", kind="web", unique="u3"), at(1))
        assert (tracker.unique_of(B), tracker.identity(B)) == ("u2", ("1002", "web"))


class TestResync:
    def caller(self, **values: Any) -> Any:
        return leg(A, up=True, first=True, call_id="id-1", number="1001", kind="web", **values)

    def test_a_ringing_call_is_taken_in_as_ringing(self) -> None:
        tracker = Tracker()
        caller = leg(A, up=False, first=True, call_id="id-1", number="1001", kind="web")
        changes = tracker.resync([leg(B, number="1002", kind="mobile"), caller], at(3))
        assert states(changes) == [CallState.RINGING]
        [call] = tracker.calls()
        assert (call.caller_channel, call.to_number, call.legs, call.started_at) == (A, "1002", {B: "mobile"}, at(3))
        tracker.dial_ends(B, "ANSWER", at(4))
        assert call.answered_channel == B

    def test_a_talking_call_is_answered_by_the_leg_that_is_up(self) -> None:
        tracker = Tracker()
        caller = leg(A, up=True, first=True, number="1001", kind="web")
        legs = [caller, leg(B, number="1002", kind="web"), leg(C, up=True, number="1002", kind="phone")]
        tracker.resync(legs, at(3))
        [call] = tracker.calls()
        assert (call.answered_channel, call.answered_kind, call.answered_at) == (C, "phone", at(3))
        assert call.legs == {B: "web", C: "phone"}

    def test_a_caller_that_is_not_up_yet_has_no_answer(self) -> None:
        tracker = Tracker()
        tracker.resync([leg(A, first=True, number="1001"), leg(B, up=True, number="1002")], at(3))
        assert [call.state for call in tracker.calls()] == [CallState.RINGING]
        tracker = Tracker()
        tracker.resync([leg(A, up=True, first=True, number="1001"), leg(B, number="1002")], at(3))
        assert [call.state for call in tracker.calls()] == [CallState.RINGING]

    def test_without_a_first_leg_the_first_of_the_list_calls(self) -> None:
        tracker = Tracker()
        tracker.resync([leg(B, up=True, number="1002"), leg(A, up=True, number="1001")], at(3))
        [call] = tracker.calls()
        assert (call.caller_channel, call.answered_channel) == (B, A)

    def test_legs_of_several_groups_are_several_calls_and_one_leg_alone_is_none(self) -> None:
        tracker = Tracker()
        tracker.resync([leg(A, "1"), leg(B, "1"), leg(C, "2"), leg(B2, "3"), leg("PJSIP/edge-5", "3")], at(3))
        assert [call.caller_channel for call in tracker.calls()] == [A, B2]

    def test_a_call_that_is_known_is_not_taken_in_again(self) -> None:
        tracker, call = talking()
        assert tracker.resync([leg(A, up=True), leg(B, up=True)], at(60)) == []
        assert tracker.calls() == [call]

    def test_a_call_that_is_gone_ends_when_the_core_said_or_now(self) -> None:
        for ended_at, moment in ((at(50), at(50)), (None, at(60))):
            tracker, _ = talking()
            [end] = [change.ended for change in tracker.resync([leg(A)], at(60), ended_at) if change.ended]
            assert end.ended_at == moment

    @pytest.mark.parametrize(("seconds", "stays"), [(5, True), (5.001, False)])
    def test_a_young_call_may_be_newer_than_the_list(self, seconds: float, stays: bool) -> None:
        assert timedelta(seconds=5) == tracker_module.RESYNC_GRACE
        tracker = Tracker()
        tracker.planned(planned(A, 0))
        tracker.resync([], at(seconds))
        assert bool(tracker.calls()) is stays

    def test_what_the_list_says_of_a_leg_fills_what_is_not_known(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0))
        tracker.resync(
            [leg(A, up=True, number="9999", kind="pad", unique="u1"), leg(B, "2", number="1002", kind="web")], at(1)
        )
        assert (tracker.identity(A), tracker.unique_of(A)) == (("1001", "web"), "u1")
        assert tracker.identity(B) == ("1002", "web")


class TestJoined:
    """An attended transfer leaves two legs in one bridge."""

    def transfer(self, first: str = A) -> tuple[Tracker, list[Change]]:
        """1002 calls 1001 and 1003, and connects them. `first` is the leg whose event comes last."""
        tracker = Tracker()
        tracker.channel_begins(A, "u1")
        tracker.channel_begins(C, "u3")
        tracker.planned(planned(B, 0, call_id="id-1", from_number="1002", from_kind="phone", to_number="1001"))
        tracker.dial_begins(leg(B), leg(A, number="1001", kind="web", unique="u1"), at(1))
        tracker.dial_ends(A, "ANSWER", at(2))
        tracker.planned(planned(B2, 10, call_id="id-2", from_number="1002", from_kind="phone", to_number="1003"))
        tracker.dial_begins(leg(B2), leg(C, number="1003", kind="mobile", unique="u3"), at(11))
        tracker.dial_ends(C, "ANSWER", at(12))
        tracker.hung_up(B, 16, at(20))
        tracker.hung_up(B2, 16, at(20))
        last, before = (A, C) if first == A else (C, A)
        assert tracker.bridge_entered(before, "b", at(21)) == []
        return tracker, tracker.bridge_entered(last, "b", at(22))

    @pytest.mark.parametrize("last", [A, C])
    def test_they_are_a_call_of_their_own(self, last: str) -> None:
        tracker, changes = self.transfer(last)
        assert states(changes) == [CallState.TALKING]
        [call] = tracker.calls()
        other = C if last == A else A
        assert (call.caller_channel, call.answered_channel, call.legs) == (
            last,
            other,
            {other: tracker.identity(other)[1]},
        )
        assert (call.from_number, call.from_kind) == tracker.identity(last)
        assert call.to_number == tracker.identity(other)[0]
        assert call.started_at == call.answered_at == at(22)
        assert call.core_key == ("u1+u3" if last == A else "u3+u1")
        assert call.call_id == ("id-1" if last == A else "id-2")
        assert ended(tracker.hung_up(other, 16, at(30))) == (CallResult.ANSWERED, 16)

    def test_they_are_one_as_soon_as_their_calls_have_ended(self) -> None:
        tracker, _ = talking()
        tracker.planned(planned(B2, 20, call_id="id-2", from_number="1002", to_number="1003"))
        tracker.dial_begins(leg(B2), leg(C, number="1003", kind="phone"), at(21))
        tracker.dial_ends(C, "ANSWER", at(22))
        for name in (A, C):
            tracker.bridge_entered(name, "b", at(25))
        assert states(tracker.hung_up(B, 16, at(30))) == [CallState.ENDED]
        assert states(tracker.hung_up(B2, 16, at(31))) == [CallState.ENDED, CallState.TALKING]
        [call] = tracker.calls()
        assert (call.started_at, call.answered_at, call.to_number) == (at(31), at(31), "1003")

    def test_a_third_leg_in_the_bridge_makes_it_no_call_of_two(self) -> None:
        tracker = Tracker()
        for name in (A, B, C):
            tracker.channel_begins(name)
        assert tracker.bridge_entered(A, "b", at(1)) == []
        [change] = tracker.bridge_entered(B, "b", at(2))
        assert change.call.call_id == "b"
        assert tracker.bridge_entered(C, "b", at(3)) == []

    def test_legs_of_different_bridges_are_no_call(self) -> None:
        tracker = Tracker()
        tracker.bridge_entered(A, "b", at(1))
        assert tracker.bridge_entered(B, "c", at(2)) == []
        tracker.bridge_left(A)
        assert tracker.bridge_entered(C, "b", at(3)) == []

    def test_who_called_before_is_the_caller(self) -> None:
        """1001 called 1002, who connects 1001 with 1003, whom 1002 had called."""
        tracker, _ = talking()
        tracker.planned(planned(B2, 20, call_id="id-2", from_number="1002", to_number="1003"))
        tracker.dial_begins(leg(B2), leg(C, number="1003", kind="phone"), at(21))
        tracker.dial_ends(C, "ANSWER", at(22))
        tracker.hung_up(B, 16, at(30))
        tracker.hung_up(B2, 16, at(30))
        tracker.bridge_entered(A, "b", at(31))
        tracker.bridge_entered(C, "b", at(31))
        [call] = tracker.calls()
        assert (call.caller_channel, call.answered_channel, call.call_id) == (A, C, "id-1")


class TestPageLegs:
    def test_only_a_page_with_the_id_rings_the_leg(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0))
        assert tracker.page_rings(leg(B, number="1002", kind="web", call_id="id-1")) == []
        tracker.planned(planned(C, 0, call_id="id-2", action="page"))
        [change] = tracker.page_rings(leg(B, number="1002", kind="web", call_id="id-2"))
        assert (change.call.caller_channel, change.call.legs, change.call.page_rung) == (C, {B: "web"}, 1)
        tracker.page_rings(leg(B, number="1002", kind="web", call_id="id-2"))
        assert change.call.page_rung == 1

    def test_a_leg_joins_when_it_answers_and_not_otherwise(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0, action="page"))
        [change] = tracker.page_rings(leg(B, number="1002", kind="web", call_id="id-1"))
        assert tracker.dial_ends(B, "BUSY", at(1)) == []
        assert change.call.on_page == set()
        assert states(tracker.dial_ends(B, "ANSWER", at(2))) == [CallState.TALKING]
        assert (change.call.on_page, change.call.answered_at) == ({B}, at(2))

    def test_the_last_two_legs_of_a_page_are_no_call(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(A, 0, action="page"))
        for name, number in ((B, "1002"), (C, "1003")):
            tracker.page_rings(leg(name, number=number, kind="web", call_id="id-1"))
            tracker.dial_ends(name, "ANSWER", at(2))
            tracker.bridge_entered(name, "page", at(2))
        assert states(tracker.hung_up(A, 16, at(9))) == [CallState.ENDED]
        assert tracker.calls() == []


class TestHangUp:
    def test_of_one_of_several_ringing_legs_goes_on_without_it(self) -> None:
        tracker = Tracker()
        ringing(tracker, {B: "web", C: "mobile"})
        [change] = tracker.hung_up(C, 17, at(2))
        assert (change.state, change.call.legs) == (CallState.RINGING, {B: "web"})

    def test_of_the_answered_leg_ends_the_call_with_its_cause(self) -> None:
        tracker, call = talking()
        assert tracker.hung_up(B, 31, at(9)) == [Change(call, Ended(call, at(9), CallResult.ANSWERED, 31))]

    def test_of_the_caller_ends_it_as_well(self) -> None:
        tracker, call = talking()
        assert tracker.hung_up(A, 31, at(9)) == [Change(call, Ended(call, at(9), CallResult.ANSWERED, 31))]

    def test_without_a_cause_the_plan_s_cause_counts(self) -> None:
        tracker = Tracker()
        tracker.planned(planned(action="prompt", plan_cause=17))
        assert ended(tracker.hung_up(A, 0, at(2))) == (CallResult.BUSY, 17)

    def test_an_ended_leg_is_still_known_for_a_while(self) -> None:
        tracker, _ = talking()
        tracker.hung_up(B, 16, at(9))
        assert tracker.identity(B) == ("1002", "web")
        assert not tracker.is_bridged(B)


class TestLateEvents:
    """The core reports about a channel that has ended, and a later channel may have its name."""

    def ended_caller(self, unique: str = "u1") -> Tracker:
        tracker = Tracker()
        tracker.channel_begins(A, unique, at(0))
        tracker.hung_up(A, 16, at(1))
        return tracker

    def test_a_plan_for_an_ended_caller_is_a_failed_call_at_once(self) -> None:
        call = planned(A, 2, core_key="u1/0")
        [change] = self.ended_caller().planned(call)
        assert change == Change(call, Ended(call, at(2), CallResult.FAILED, Cause.OUT_OF_ORDER))

    def test_a_plan_for_a_later_channel_of_the_same_name_is_a_call(self) -> None:
        tracker = self.ended_caller()
        call = planned(A, 2, core_key="u2/0")
        assert tracker.planned(call) == [Change(call)]
        assert tracker.calls() == [call]

    def test_the_channel_s_id_may_have_a_slash(self) -> None:
        tracker = self.ended_caller("edge/1")
        call = planned(A, 2, core_key="edge/1/0")
        [change] = tracker.planned(call)
        assert change.ended is not None

    def test_a_dial_of_an_ended_caller_is_none_and_one_of_a_later_channel_is(self) -> None:
        called = leg(B, number="1002", kind="web")
        assert self.ended_caller().dial_begins(leg(A, unique="u1"), called, at(2)) == []
        assert self.ended_caller().dial_begins(leg(A, unique="u2", number="1001", kind="web"), called, at(2)) != []


class TestLegsThatGo:
    def test_a_leg_in_two_calls_ends_both_when_it_is_transferred(self) -> None:
        tracker = Tracker()
        ringing(tracker)
        answered(tracker)
        tracker.channel_begins(C)
        tracker.dial_begins(leg(B, number="1002", kind="web"), leg(C, number="1003", kind="web"), at(6))
        first, second = tracker.calls()
        changes = tracker.planned(planned(B, 9, call_id="id-2", from_number="1002", to_number="1004"))
        assert {id(change.call) for change in changes if change.ended} == {id(first), id(second)}

    def test_a_leg_that_is_gone_from_the_list_ends_without_a_cause_of_its_own(self) -> None:
        tracker = Tracker()
        tracker.channel_begins(A, "u1", at(0))
        tracker.planned(planned(A, 0, plan_cause=21))
        changes = tracker.resync([], at(60), at(50))
        assert [(change.ended.ended_at, change.ended.cause) for change in changes if change.ended] == [(at(50), 21)]

    @pytest.mark.parametrize(("first", "second", "key"), [("u1", "u2", "u2+u1"), ("u1", "", ""), ("", "u2", "")])
    def test_legs_in_one_bridge_are_a_call_that_both_ids_name(self, first: str, second: str, key: str) -> None:
        tracker = Tracker()
        for name, unique in ((A, first), (B, second)):
            tracker.channel_begins(name, unique)
            tracker.bridge_entered(name, "bridge-1", at(1))
        [call] = tracker.calls()
        assert (call.core_key, call.from_number, call.to_number) == (key, "", "")
