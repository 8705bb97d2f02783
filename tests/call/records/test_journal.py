"""The core's journal gives the same calls and records as its events, wherever the brain begins to read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.call.call_state import Call, Change, Ended, Leg
from linkus.call.live.replay import replay
from linkus.call.live.tracker import Tracker
from linkus.call.records import journal
from linkus.call.types import CallResult

T0 = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
A, B, C = "PJSIP/edge-00000001", "PJSIP/edge-00000002", "PJSIP/edge-00000003"


def line(seconds: float, event: str, channel: str, extra: object = "", run: str = "170") -> bytes:
    is_own = event.startswith("LK_")
    return json.dumps(
        {
            "eventtype": "USER_DEFINED" if is_own else event,
            "userdeftype": event if is_own else "",
            "eventtime": (T0 + timedelta(seconds=seconds)).timestamp(),
            "channame": channel,
            "uniqueid": f"{run}.{channel[-1]}",
            "linkedid": f"{run}.1",
            "eventextra": json.dumps(extra) if extra else "",
        }
    ).encode()


def plan(channel: str, key: str, *, is_transfer: bool = False, **values: object) -> dict[str, str]:
    fields = {"call_id": "id-1", "from_number": "1001", "from_kind": "web", "to_number": "1002", **values}
    call = Call(caller_channel=channel, started_at=T0, core_key=key, **fields)  # type: ignore[arg-type]
    return {"extra": journal.of_plan(call, is_transfer=is_transfer)}


def leg(number: str, kind: str, caller: str, **values: str) -> dict[str, str]:
    said = {"call": "id-1", "number": number, "kind": kind, "caller": caller, "caller_unique": f"170.{caller[-1]}"}
    return {"extra": urlencode({**said, "caller_number": "1001", "caller_kind": "web", **values})}


def answered_call(run: str = "170") -> list[bytes]:
    return [
        line(0, "CHAN_START", A, run=run),
        line(0.1, "LK_PLAN", A, plan(A, f"{run}.1/1"), run),
        line(0.2, "CHAN_START", B, run=run),
        line(0.3, "LK_LEG", B, leg("1002", "phone", A), run),
        line(5, "ANSWER", B, run=run),
        line(5, "ANSWER", A, run=run),
        line(5, "BRIDGE_ENTER", B, {"bridge_id": "x"}, run),
        line(5, "BRIDGE_ENTER", A, {"bridge_id": "x"}, run),
        line(65, "BRIDGE_EXIT", B, {"bridge_id": "x"}, run),
        line(65, "HANGUP", B, {"hangupcause": 16, "dialstatus": ""}, run),
        line(65.5, "HANGUP", A, {"hangupcause": 16, "dialstatus": "ANSWER"}, run),
    ]


def entries(lines: Iterable[bytes]) -> list[journal.Entry]:
    parsed = [journal.parse(text) for text in lines]
    return [entry for entry in parsed if entry is not None]


def records(changes: Iterable[Change]) -> list[Ended]:
    return [change.ended for change in changes if change.ended]


def test_replay_records_the_cores_times_of_an_answered_call() -> None:
    tracker = Tracker()
    [record] = records(replay(tracker, entries(answered_call())))
    assert (record.call.started_at, record.call.answered_at) == (T0, T0 + timedelta(seconds=5))
    assert record.ended_at == T0 + timedelta(seconds=65)
    assert (record.result, record.cause, record.call.core_key) == (CallResult.ANSWERED, 16, "170.1/1")
    assert (record.call.from_number, record.call.to_number, record.call.answered_kind) == ("1001", "1002", "phone")
    assert tracker.calls() == []


def test_replay_leaves_a_live_call_when_it_goes_on() -> None:
    tracker = Tracker()
    assert records(replay(tracker, entries(answered_call()[:8]))) == []
    [call] = tracker.calls()
    assert (call.started_at, call.answered_at) == (T0, T0 + timedelta(seconds=5))
    assert tracker.resync([Leg(A, "1", up=True), Leg(B, "1", up=True)], T0 + timedelta(seconds=60)) == []
    assert tracker.on_call() == {"1001", "1002"}


@pytest.mark.parametrize(
    ("status", "cause", "result"),
    [
        ("CANCEL", 16, CallResult.CANCELLED),
        ("BUSY", 17, CallResult.BUSY),
        ("NOANSWER", 19, CallResult.UNANSWERED),
        ("CHANUNAVAIL", 38, CallResult.FAILED),
    ],
)
def test_replay_gives_the_result_of_an_unanswered_call(status: str, cause: int, result: CallResult) -> None:
    lines = [
        *answered_call()[:4],
        line(9, "HANGUP", B, {"hangupcause": 26, "dialstatus": ""}),
        line(9, "HANGUP", A, {"hangupcause": cause, "dialstatus": status}),
    ]
    [record] = records(replay(Tracker(), entries(lines)))
    assert record.result is result


def test_replay_records_a_call_when_it_had_no_plan() -> None:
    lines = [text for text in answered_call() if b"LK_PLAN" not in text]
    [record] = records(replay(Tracker(), entries(lines)))
    assert (record.result, record.call.core_key, record.call.call_id) == (CallResult.ANSWERED, "170.1/0", "id-1")
    assert (record.call.from_number, record.call.started_at) == ("1001", T0)


def test_replay_gives_each_call_of_a_blind_transfer_its_own_key() -> None:
    lines = [
        *answered_call()[:8],
        line(20, "BRIDGE_EXIT", A),
        line(20, "HANGUP", B, {"hangupcause": 16}),
        line(20.1, "LK_PLAN", A, plan(A, "170.1/2", to_number="1003", is_transfer=True)),
        line(20.2, "CHAN_START", C),
        line(20.3, "LK_LEG", C, leg("1003", "web", A)),
        line(30, "ANSWER", C),
        line(40, "HANGUP", C, {"hangupcause": 16}),
        line(40, "HANGUP", A, {"hangupcause": 16, "dialstatus": "ANSWER"}),
    ]
    ended = records(replay(Tracker(), entries(lines)))
    assert [(record.call.to_number, record.call.core_key) for record in ended] == [
        ("1002", "170.1/1"),
        ("1003", "170.1/2"),
    ]
    assert ended[1].call.started_at == T0 + timedelta(seconds=20.1)


def test_replay_ends_calls_at_the_last_entry_when_the_core_was_killed() -> None:
    lines = [*answered_call()[:8], *(line(100 + n, "CHAN_START", A, run="200") for n in range(1))]
    [record] = records(replay(Tracker(), entries(lines)))
    assert (record.result, record.ended_at) == (CallResult.ANSWERED, T0 + timedelta(seconds=5))


def test_replay_notices_another_core_when_its_first_channel_has_another_name() -> None:
    """The first channel of the next core has another name, and a smaller number."""
    lines = [*answered_call()[:8], line(100, "CHAN_START", "PJSIP/edge-00000000", run="200")]
    [record] = records(replay(Tracker(), entries(lines)))
    assert record.ended_at == T0 + timedelta(seconds=5)


def test_replay_keeps_a_call_when_two_channels_are_written_in_reverse_order() -> None:
    tracker = Tracker()
    lines = [line(0, "CHAN_START", B), line(0, "CHAN_START", A), answered_call()[1]]
    assert records(replay(tracker, entries(lines))) == []
    assert len(tracker.calls()) == 1


def test_tracker_makes_another_call_when_another_core_reuses_a_name() -> None:
    tracker = Tracker()
    list(replay(tracker, entries(answered_call())))
    moment = T0 + timedelta(seconds=200)
    late = Call("id-1", A, "1001", "1002", moment, core_key="170.1/1")
    assert [change.ended is not None for change in tracker.planned(late)] == [True]
    assert tracker.dial_begins(Leg(A, "1", up=False, unique="170.1"), Leg(B, "1", up=False), moment) == []
    assert tracker.calls() == []
    tracker.planned(Call("id-2", A, "1001", "1002", moment, core_key="200.1/1"))
    assert [call.call_id for call in tracker.calls()] == ["id-2"]


@given(st.integers(0, 11))
def test_replay_agrees_with_the_events_wherever_the_server_is_killed(cut: int) -> None:
    """A brain that heard the call to its end and one that reads it later use the same key for the record."""
    all_entries = entries(answered_call())
    tracker = Tracker()
    heard = records(replay(tracker, all_entries[:cut]))
    again = Tracker()
    written = records(replay(again, all_entries))
    assert len(written) == 1
    assert [record.call.core_key for record in heard] in ([], ["170.1/1"])
    live = tracker.calls()
    # a repeated plan request over HTTP, or a repeated event, makes no second call
    for call in live:
        assert tracker.planned(Call(call.call_id, A, "1001", "1002", T0, core_key=call.core_key)) == []
    assert [call.core_key for call in live] == (["170.1/1"] if 2 <= cut < 10 else [])


@given(noise=st.lists(st.binary(max_size=60), max_size=5), cut=st.integers(0, 200))
def test_read_skips_only_the_broken_line(
    noise: list[bytes], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    whole = b"\n".join([*(text.replace(b"\n", b"") for text in noise), *answered_call()])
    file.write_bytes(whole + b"\n" + answered_call()[0][:cut])
    [record] = records(replay(Tracker(), journal.read([Path("/nowhere"), file])))
    assert record.call.core_key == "170.1/1"


def rejoined_call(*, is_noted_first: bool) -> list[bytes]:
    """After a minute the caller's page was reloaded. C takes the place of A, and the call continues for another."""
    swap = [
        line(63, "LK_REJOIN", C, {"extra": journal.of_rejoin(A, "170.1", "id-2")}),
        line(63, "HANGUP", A, {"hangupcause": 16, "dialstatus": "ANSWER"}),
    ]
    return [
        *answered_call()[:8],
        line(60, "BRIDGE_EXIT", A, {"bridge_id": "x"}),
        line(60, "BRIDGE_EXIT", B, {"bridge_id": "x"}),
        line(62.9, "CHAN_START", C),
        *(swap if is_noted_first else reversed(swap)),
        line(63.1, "ANSWER", C),
        line(63.2, "BRIDGE_ENTER", C, {"bridge_id": "y"}),
        line(63.2, "BRIDGE_ENTER", B, {"bridge_id": "y"}),
        line(120, "HANGUP", B, {"hangupcause": 16, "dialstatus": ""}),
        line(120, "HANGUP", C, {"hangupcause": 16, "dialstatus": ""}),
    ]


@pytest.mark.parametrize("is_noted_first", [True, False])
def test_replay_makes_one_record_when_a_page_rejoined_the_call(is_noted_first: bool) -> None:
    lines = rejoined_call(is_noted_first=is_noted_first)
    [record] = records(replay(Tracker(), entries(lines)))
    assert (record.call.started_at, record.call.answered_at) == (T0, T0 + timedelta(seconds=5))
    assert (record.ended_at, record.call.core_key) == (T0 + timedelta(seconds=120), "170.1/1")
    assert (record.call.from_number, record.call.to_number) == ("1001", "1002")


@pytest.mark.parametrize("is_noted_first", [True, False])
def test_replay_knows_the_new_leg_when_a_page_rejoined_the_call(is_noted_first: bool) -> None:
    tracker = Tracker()
    assert records(replay(tracker, entries(rejoined_call(is_noted_first=is_noted_first)[:-2]))) == []
    [call] = tracker.calls()
    assert call.sides == (C, B)
    assert tracker.leg_of("1001", "web", "id-2") == C
    assert tracker.leg_of("1001", "web", "id-1") is None
