"""The rule that blocks an address, by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.security import block_rules
from linkus.security.block_rules import (
    BLOCK_SECONDS,
    COUNTED_REASONS,
    MAX_FAILURES,
    MAX_TRUSTED_FAILURES,
    TRUST_SECONDS,
    TRUSTED_BLOCK_SECONDS,
    WINDOW_SECONDS,
    FailureCounter,
    Verdict,
)

STRANGER, OFFICE = "203.0.113.9", "198.51.100.7"


def refused(
    counter: FailureCounter, times: int, *, address: str = STRANGER, reason: str = "wrong_password"
) -> list[int]:
    """Return the failures at which the address was blocked. There is one failure per second."""
    verdicts = [counter.refused(address, reason, float(second)) for second in range(times)]
    return [verdict.failures for verdict in verdicts if verdict is not None]


def test_the_tenth_failure_within_five_minutes_blocks() -> None:
    counter = FailureCounter()
    assert refused(counter, MAX_FAILURES - 1) == []
    verdict = counter.refused(STRANGER, "unknown_identity", float(MAX_FAILURES))
    assert verdict == Verdict(MAX_FAILURES, float(MAX_FAILURES), BLOCK_SECONDS)
    assert counter.refused(STRANGER, "unknown_identity", float(MAX_FAILURES)) is None  # the count starts again


def test_slow_failures_never_block() -> None:
    counter = FailureCounter()
    step = WINDOW_SECONDS / (MAX_FAILURES - 1) + 0.1
    assert [counter.refused(STRANGER, "wrong_password", number * step) for number in range(500)] == [None] * 500


@pytest.mark.parametrize("reason", ["expired", "revoked", "stale", "flood", "anything else"])
def test_what_our_own_clients_cause_never_counts(reason: str) -> None:
    assert refused(FailureCounter(), 1000, reason=reason) == []


def test_an_office_with_a_mistyped_phone_goes_on() -> None:
    counter = FailureCounter()
    counter.registered(OFFICE, 0.0)
    assert refused(counter, MAX_TRUSTED_FAILURES - 1, address=OFFICE) == []
    assert refused(counter, MAX_FAILURES) == [MAX_FAILURES]  # no other address is trusted because of it


def test_guessing_without_end_blocks_an_office_too() -> None:
    counter = FailureCounter()
    counter.registered(OFFICE, 0.0)
    found = [counter.refused(OFFICE, "wrong_password", number / 10) for number in range(MAX_TRUSTED_FAILURES)]
    last = found[-1]
    assert last is not None
    assert (last.failures, last.block_seconds) == (MAX_TRUSTED_FAILURES, TRUSTED_BLOCK_SECONDS)
    assert found[:-1] == [None] * (MAX_TRUSTED_FAILURES - 1)


def test_trust_ends_and_is_asked_for_elsewhere() -> None:
    counter = FailureCounter()
    counter.registered(OFFICE, 0.0)
    late = [counter.refused(OFFICE, "wrong_password", TRUST_SECONDS + number) for number in range(MAX_FAILURES)]
    last = late[-1]
    assert last is not None
    assert (last.failures, last.block_seconds) == (MAX_FAILURES, BLOCK_SECONDS)
    asked: list[int] = []

    def is_known() -> bool:
        asked.append(1)
        return True

    for number in range(MAX_FAILURES + 5):
        assert counter.refused(OFFICE, "wrong_password", TRUST_SECONDS + 1000.0 + number, is_known) is None
    assert len(asked) == 6  # not before the small budget was used up


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_rules, "MAX_ADDRESSES", 50)
    counter = FailureCounter()
    for number in range(1000):
        counter.refused(f"address {number}", "wrong_password", float(number))
        counter.registered(f"address {number}", float(number))
    assert len(counter._failures) == len(counter._registered) == 50
    assert counter.is_trusted("address 999", 1000.0)
    assert not counter.is_trusted("address 0", 1000.0)


ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from([STRANGER, OFFICE]),
        st.sampled_from([*sorted(COUNTED_REASONS), "expired", "revoked", "stale"]),
        st.floats(0, 60),
    ),
    max_size=80,
)


@given(ATTEMPTS)
def test_blocked_exactly_when_so_many_failures_lie_within_the_window(attempts: list[tuple[str, str, float]]) -> None:
    """Compare with the rule itself: counted one by one, without the counter's bookkeeping."""
    counter, at = FailureCounter(), 0.0
    since: dict[str, list[float]] = {STRANGER: [], OFFICE: []}
    for address, reason, pause in attempts:
        at += pause
        blocked = counter.refused(address, reason, at)
        if reason not in COUNTED_REASONS:
            assert blocked is None
            continue
        since[address] = [each for each in [*since[address], at] if at - each < WINDOW_SECONDS]
        assert (blocked is not None) == (len(since[address]) == MAX_FAILURES)
        if blocked is not None:
            assert blocked.failures == MAX_FAILURES
            since[address] = []
