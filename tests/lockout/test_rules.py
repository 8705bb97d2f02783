from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkus.lockout.rules import (
    ACCOUNT_FACTOR,
    DAY_SECONDS,
    MAX_AHEAD_SECONDS,
    OFFICE_FACTOR,
    PAUSE_FACTORS,
    Key,
    Limit,
    Outcome,
    Policy,
    Record,
    Scope,
    Sender,
    add_failure,
    is_half_way,
    limits_of,
    remaining,
    seconds_left,
)

POLICY = Policy()
HERE = "203.0.113.7"
LIMIT = Limit(5, 15)


def fail(record: Record, at: float, limit: Limit = LIMIT, policy: Policy = POLICY) -> tuple[Record, Outcome]:
    return add_failure(record, limit, policy, at)


def fail_until_pause(record: Record, at: float, limit: Limit = LIMIT) -> Record:
    for _ in range(limit.failures - 1):
        record, outcome = fail(record, at, limit)
        assert outcome is Outcome.COUNTED
    record, outcome = fail(record, at, limit)
    assert outcome is Outcome.PAUSED
    return record


def test_a_stranger_is_counted_at_three_places() -> None:
    limits = limits_of(Sender(HERE, "1001"), POLICY)
    assert limits == {
        Key(Scope.PAIR, HERE, "1001"): Limit(5),
        Key(Scope.NETWORK, HERE): Limit(5, 15),
        Key(Scope.ACCOUNT, account="1001"): Limit(5 * ACCOUNT_FACTOR),
    }


def test_an_office_may_fail_more_often_but_not_with_one_account() -> None:
    limits = limits_of(Sender(HERE, "1001", is_office=True, is_known_here=True), POLICY)
    assert limits == {
        Key(Scope.PAIR, HERE, "1001"): Limit(5),
        Key(Scope.NETWORK, HERE): Limit(5 * OFFICE_FACTOR, 15 * OFFICE_FACTOR, is_of_office=True),
    }


def test_a_known_device_counts_for_itself_alone() -> None:
    sender = Sender(HERE, "1001", device="hash", is_known_here=True, is_office=True)
    assert limits_of(sender, POLICY) == {Key(Scope.DEVICE, "hash", "1001"): Limit(5)}


def test_an_allowed_address_is_never_blocked_yet_may_not_guess_without_end() -> None:
    limits = limits_of(Sender(HERE, "1001", is_allowed=True, is_known_here=True), POLICY)
    assert limits == {Key(Scope.PAIR, HERE, "1001"): Limit(5)}


def test_a_policy_without_blocks_has_none() -> None:
    limits = limits_of(Sender(HERE, "1001", is_office=True), Policy(block_after=None))
    assert limits[Key(Scope.NETWORK, HERE)] == Limit(5 * OFFICE_FACTOR, None, is_of_office=True)


def test_pauses_of_a_day_grow() -> None:
    assert [POLICY.pause_seconds(number) for number in range(5)] == [60, 300, 900, 3600, 3600]
    short = Policy(first_pause_seconds=120, longest_pause_seconds=600)
    assert [short.pause_seconds(number) for number in range(4)] == [120, 600, 600, 600]


def test_failures_lead_to_growing_pauses_and_each_ends() -> None:
    record, at, limit = Record(), 1e9, Limit(5)
    for seconds in (60, 300, 900, 3600, 3600):
        record = fail_until_pause(record, at, limit)
        assert record.paused_until == at + seconds
        assert remaining(record, limit, POLICY, at + seconds - 1) == 0
        assert remaining(record, limit, POLICY, at + seconds) == 5
        at += seconds


def test_slow_failures_begin_no_pause() -> None:
    record, at = Record(), 1e9
    for _ in range(20):
        record, outcome = fail(record, at, Limit(5))
        assert outcome is Outcome.COUNTED
        at += POLICY.window_seconds / 4
    assert remaining(record, Limit(5), POLICY, at) == 2


def test_a_day_with_many_failures_ends_in_a_block() -> None:
    record, at = Record(), 1e9
    for number in range(14):
        record, outcome = fail(record, at)
        assert outcome is not Outcome.BLOCKED
        assert is_half_way(record, LIMIT) is (number == 6)
        at += DAY_SECONDS / 15
    assert fail(record, at)[1] is Outcome.BLOCKED
    assert fail(record, at + DAY_SECONDS)[1] is Outcome.COUNTED  # those of before are forgotten


def test_pauses_are_forgotten_after_a_day() -> None:
    record = fail_until_pause(Record(), 1e9, Limit(5))
    record = fail_until_pause(record, 1e9 + DAY_SECONDS, Limit(5))
    assert record.paused_until == 1e9 + DAY_SECONDS + 60
    assert record.pauses == (1e9 + DAY_SECONDS,)


def test_the_last_second_is_told_as_one_and_never_as_none() -> None:
    record = Record(paused_until=100.0)
    assert [seconds_left(record, at) for at in (0, 99.7, 200)] == [100, 1, 1]


def test_failures_that_another_node_counted_a_moment_later_are_kept() -> None:
    record = Record()
    for at in (5.0, 4.0, 3.0, 2.0):
        record, _outcome = fail(record, 1e9 + at)
    assert record.failures == (1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 5)
    assert fail(record, 1e9 + 1)[1] is Outcome.PAUSED


def test_a_pause_of_the_longest_length_counts_from_its_first_moment() -> None:
    policy = Policy(first_pause_seconds=600, longest_pause_seconds=600)
    record = Record()
    for _ in range(5):
        record, _outcome = add_failure(record, Limit(5), policy, 1e9)
    assert remaining(record, Limit(5), policy, 1e9) == 0
    assert remaining(record, Limit(5), policy, 1e9 + 600) == 5


def test_only_an_hour_of_the_future_is_believed() -> None:
    record = Record((1e9 + MAX_AHEAD_SECONDS, 1e9 + MAX_AHEAD_SECONDS + 1))
    assert fail(record, 1e9)[0].failures == (1e9, 1e9 + MAX_AHEAD_SECONDS)


def test_a_clock_that_is_set_back_locks_nobody_out_for_long() -> None:
    record = fail_until_pause(Record(), 1e9 + 10 * DAY_SECONDS)
    assert remaining(record, LIMIT, POLICY, 1e9) == 5
    record, outcome = fail(record, 1e9)
    assert (record.failures, outcome) == ((1e9,), Outcome.COUNTED)


times = st.lists(st.floats(0, 3 * DAY_SECONDS, allow_nan=False), max_size=120).map(sorted)


@given(times, st.integers(1, 8), st.one_of(st.none(), st.integers(9, 40)))
def test_who_waits_for_each_pause_never_makes_more_attempts_than_allowed(
    at_times: list[float], failures: int, block_after: int | None
) -> None:
    """Compare with an obvious model: between two pauses there are at most so many failures within the window, within a
    day at most so many in all, and what is kept stays small."""
    limit, record, made = Limit(failures, block_after), Record(), []
    for at in at_times:
        if remaining(record, limit, POLICY, at) <= 0:
            continue
        record, outcome = add_failure(record, limit, POLICY, at)
        made.append(at)
        within_day = [time for time in made if at - DAY_SECONDS < time <= at]
        if outcome is Outcome.BLOCKED:
            assert block_after is not None
            assert len(within_day) >= block_after
            return
        assert block_after is None or len(within_day) < block_after
        assert (outcome is Outcome.PAUSED) == (record.paused_until > at)
        assert len(record.failures) <= max(failures, block_after or 0)
        assert len(record.pauses) <= len(PAUSE_FACTORS)


@given(times, st.integers(1, 8))
def test_every_lock_out_without_a_block_ends_within_the_longest_pause(at_times: list[float], failures: int) -> None:
    limit, record = Limit(failures), Record()
    for at in at_times:
        if remaining(record, limit, POLICY, at) > 0:
            record, _outcome = add_failure(record, limit, POLICY, at)
    last = at_times[-1] if at_times else 0.0
    assert remaining(record, limit, POLICY, last + POLICY.longest_pause_seconds) > 0
