from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.errors import TooManyRequests
from linkus.session import limits
from linkus.session.limits import ResetLimits, SignInLimits, network_of


def refused(one: SignInLimits, address: str, account: str) -> bool:
    try:
        one.check(address, account)
    except TooManyRequests:
        return True
    return False


def test_address_and_account_together_are_the_unit() -> None:
    one = SignInLimits(failures=2)
    for _ in range(2):
        assert not refused(one, "192.0.2.1", "1001")
        one.failed("192.0.2.1", "1001")
    assert refused(one, "192.0.2.1", "1001")
    assert refused(one, "192.0.2.1", " 1001 ")
    assert not refused(one, "192.0.2.1", "1002")
    assert not refused(one, "192.0.2.2", "1001")


def test_one_account_from_many_addresses() -> None:
    """Like a botnet. Users may still sign in from an address that they have used. Elsewhere they wait too."""
    one = SignInLimits(account_failures=20)
    one.succeeded("192.0.2.1", "1001")
    for number in range(20):
        address = f"203.0.113.{number}"
        assert not refused(one, address, "1001")
        one.failed(address, "1001")
    assert refused(one, "203.0.113.200", "1001")
    assert refused(one, "203.0.113.200", "1001 ")
    assert not refused(one, "192.0.2.1", "1001")
    assert not refused(one, "203.0.113.200", "1002")
    for _ in range(limits.MAX_FAILURES):  # a known address may fail as often as any other, and has its own count
        one.failed("192.0.2.1", "1001")
    assert refused(one, "192.0.2.1", "1001")


def test_known_addresses_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KNOWN_PAIRS", 2)
    one = SignInLimits(account_failures=1)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        one.succeeded(address, "1001")
    one.failed("203.0.113.1", "1001")
    known = [address for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3") if not refused(one, address, "1001")]
    assert known == ["192.0.2.1", "192.0.2.3"]


def test_spelling_makes_no_other_account() -> None:
    one = SignInLimits(failures=1)
    one.failed("192.0.2.1", "Li@Example.CN")
    assert refused(one, "192.0.2.1", "li@example.cn")


def test_it_ends_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    one, began = SignInLimits(failures=1), time.time()
    one.failed("192.0.2.1", "1001")
    with pytest.raises(TooManyRequests) as caught:
        one.check("192.0.2.1", "1001")
    assert 595 <= caught.value.params["seconds"] <= 600
    monkeypatch.setattr(time, "time", lambda: began + limits.WINDOW_MINUTES * 60 + 1)
    assert not refused(one, "192.0.2.1", "1001")


def test_trying_while_refused_does_not_prolong_it() -> None:
    one = SignInLimits(failures=1)
    one.failed("192.0.2.1", "1001")
    with pytest.raises(TooManyRequests) as first:
        one.check("192.0.2.1", "1001")
    for _ in range(20):
        assert refused(one, "192.0.2.1", "1001")
    with pytest.raises(TooManyRequests) as last:
        one.check("192.0.2.1", "1001")
    assert last.value.params["seconds"] <= first.value.params["seconds"]


def test_guesses_at_the_same_time_count_before_they_have_failed() -> None:
    one = SignInLimits(failures=3)
    with one.attempt("192.0.2.1", "1001"), one.attempt("192.0.2.1", "1001"), one.attempt("192.0.2.1", "1001"):
        assert refused(one, "192.0.2.1", "1001")
        assert not refused(one, "192.0.2.1", "1002")
    assert not refused(one, "192.0.2.1", "1001")  # none of them failed


@given(st.lists(st.booleans(), max_size=20), st.integers(1, 5))
def test_at_most_so_many_fail_in_a_row(outcomes: list[bool], failures: int) -> None:
    """The limit holds for any sequence, except that a right password resets the count."""
    one, left = SignInLimits(failures=failures), failures
    for is_right in outcomes:
        try:
            with one.attempt("192.0.2.1", "1001"):
                assert left > 0
                if is_right:
                    one.succeeded("192.0.2.1", "1001")
                    left = failures
                else:
                    one.failed("192.0.2.1", "1001")
                    left -= 1
        except TooManyRequests:
            assert left == 0


def test_addresses_of_one_network_are_one_sender() -> None:
    one = SignInLimits(failures=2)
    for last in range(2):
        one.failed(f"2001:db8:1:2::{last:x}", "1001")
    assert refused(one, "2001:db8:1:2:ffff::1", "1001")
    assert not refused(one, "2001:db8:1:3::1", "1001")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("") == ""


@pytest.mark.parametrize("spelling", ["LI@example.cn", " li@example.cn "])
def test_spelling_makes_no_other_name_that_asks_for_a_link(spelling: str) -> None:
    one = ResetLimits()
    for _ in range(limits.MAX_RESETS):
        one.hit("192.0.2.1", "Li@Example.CN")
    with pytest.raises(TooManyRequests):
        one.hit("192.0.2.1", spelling)


def test_a_stranger_does_not_use_up_what_others_may_ask() -> None:
    one = ResetLimits()
    for _ in range(limits.MAX_RESETS):
        one.hit("192.0.2.1", "1001")
    with pytest.raises(TooManyRequests):
        one.hit("192.0.2.1", "1001")
    one.hit("192.0.2.2", "1001")
    for number in range(limits.MAX_ADDRESS_RESETS - 1):
        one.hit("192.0.2.2", f"name {number}")
    with pytest.raises(TooManyRequests):
        one.hit("192.0.2.2", "another")
