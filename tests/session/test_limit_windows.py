"""Each limit of signing in by itself: how many, for whom, for how long, and what the refused are told."""

from __future__ import annotations

import time

import pytest

from linkus.kit.errors import TooManyRequests
from linkus.session import limits
from linkus.session.limits import ResetLimits, SecondFactorLimits, SignInLimits, network_of

HERE = "192.0.2.1"


def refusal(one: SignInLimits, address: str = HERE, account: str = "1001", **code: str) -> TooManyRequests | None:
    try:
        one.check(address, account, **code)
    except TooManyRequests as error:
        return error
    return None


class Clock:
    """Stands still, and jumps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def fail_for_an_account(one: SignInLimits) -> None:
    one.failed(HERE, "1001")


def fail_for_an_address(one: SignInLimits) -> None:
    one.failed(HERE, "somebody else")


def fail_from_elsewhere(one: SignInLimits) -> None:
    one.failed("203.0.113.9", "1001")


LIMITS = [
    ({"failures": 2}, fail_for_an_account),
    ({"address_failures": 2}, fail_for_an_address),
    ({"account_failures": 2}, fail_from_elsewhere),
]


class TestSignIn:
    @pytest.mark.parametrize(("limit", "fail"), LIMITS)
    def test_each_limit_counts_to_its_number_and_ends_after_ten_minutes(
        self, clock: Clock, limit: dict[str, int], fail: object
    ) -> None:
        one = SignInLimits(**limit)
        fail(one)  # type: ignore[operator]
        assert refusal(one) is None
        fail(one)  # type: ignore[operator]
        refused = refusal(one)
        assert refused is not None
        assert refused.code == "sign_in_locked"
        assert 599 <= refused.params["seconds"] <= 600
        clock.now += 599
        assert refusal(one) is not None
        clock.now += 2
        assert refusal(one) is None

    def test_the_last_second_is_told_as_one_and_never_as_none(self, clock: Clock) -> None:
        one = SignInLimits(failures=1)
        one.failed(HERE, "1001")
        clock.now += 599.7
        refused = refusal(one)
        assert refused is not None
        assert refused.params["seconds"] == 1

    def test_the_refused_are_told_what_they_were_doing(self) -> None:
        one = SignInLimits(failures=1)
        one.failed(HERE, "1001")
        refused = refusal(one, code="links_locked")
        assert refused is not None
        assert refused.code == "links_locked"
        with pytest.raises(TooManyRequests) as caught, one.attempt(HERE, "1001", "links_locked"):
            pytest.fail("the limit is reached")
        assert caught.value.code == "links_locked"
        with pytest.raises(TooManyRequests) as caught, one.attempt(HERE, "1001"):
            pytest.fail("the limit is reached")
        assert caught.value.code == "sign_in_locked"

    def test_the_usual_limits(self) -> None:
        one = SignInLimits()
        for _ in range(limits.MAX_FAILURES):
            assert refusal(one) is None
            one.failed(HERE, "1001")
        assert refusal(one) is not None
        for number in range(limits.MAX_ADDRESS_FAILURES - limits.MAX_FAILURES):
            assert refusal(one, account="9999") is None
            one.failed(HERE, f"account {number}")
        assert refusal(one, account="9999") is not None
        for number in range(limits.MAX_ACCOUNT_FAILURES):
            assert refusal(one, f"198.51.100.{number}", "1002") is None
            one.failed(f"198.51.100.{number}", "1002")
        assert refusal(one, "198.51.100.250", "1002") is not None

    def test_a_success_forgives_the_own_failures_and_not_those_of_the_address(self) -> None:
        one = SignInLimits(failures=2, address_failures=3)
        one.failed(HERE, "1001")
        one.succeeded(HERE, "1001")
        one.failed(HERE, "1001")
        assert refusal(one) is None
        one.failed(HERE, "1002")
        assert refusal(one, account="1003") is not None

    def test_where_a_user_has_signed_in_failures_elsewhere_lock_nobody_out(self) -> None:
        one = SignInLimits(account_failures=2)
        one.succeeded(HERE, "1001")
        for _ in range(3):
            one.failed(HERE, "1001")  # does not count for other addresses either
        assert refusal(one, "198.51.100.1") is None
        for _ in range(2):
            one.failed("203.0.113.9", "1001")
        assert refusal(one, "198.51.100.1") is not None
        assert refusal(one) is None

    def test_everything_is_forgotten_on_request(self) -> None:
        one = SignInLimits(failures=1, account_failures=1)
        one.succeeded(HERE, "1001")
        one.failed(HERE, "1001")
        one.failed("203.0.113.9", "1001")
        one.forget()
        assert refusal(one) is None
        one.failed("203.0.113.9", "1001")
        assert refusal(one) is not None  # the address is no longer known

    @pytest.mark.parametrize("others", [{}, {"address_failures": 1}, {"account_failures": 1}])
    def test_an_attempt_in_flight_counts_for_every_limit_and_then_no_more(self, others: dict[str, int]) -> None:
        one = SignInLimits(failures=1, **others)
        with one.attempt(HERE, "1001"):
            assert refusal(one) is not None
            assert (refusal(one, account="1002") is not None) is ("address_failures" in others)
            assert (refusal(one, "203.0.113.9") is not None) is ("account_failures" in others)
        assert refusal(one) is None
        with pytest.raises(ValueError, match="broken"), one.attempt(HERE, "1001"):
            raise ValueError("broken")
        assert refusal(one) is None

    def test_a_name_counts_in_small_letters(self) -> None:
        one = SignInLimits(failures=1)
        one.failed(HERE, " Straße ")
        assert refusal(one, account="STRAßE") is not None
        assert refusal(one, account="strasse") is None  # another name, although both have the same capitals

    def test_only_the_beginning_of_an_endless_name_counts(self) -> None:
        one = SignInLimits(failures=1)
        one.failed(HERE, "x" * 255 + "a")
        assert refusal(one, account="x" * 255 + "b") is not None
        assert refusal(one, account="x" * 254 + "b") is None


class TestReset:
    @pytest.mark.parametrize("same", ["name", "address"])
    def test_each_limit_counts_to_its_number_for_an_hour(self, clock: Clock, same: str) -> None:
        one = ResetLimits()
        names = ["1001"] * limits.MAX_RESETS if same == "name" else [str(n) for n in range(limits.MAX_ADDRESS_RESETS)]
        for name in names:
            one.hit(HERE, name)
        with pytest.raises(TooManyRequests) as caught:
            one.hit(HERE, names[0] if same == "name" else "another")
        assert 3599 <= caught.value.params["seconds"] <= 3600
        clock.now += 3599.7
        with pytest.raises(TooManyRequests) as caught:
            one.hit(HERE, names[0] if same == "name" else "another")
        assert caught.value.params["seconds"] == 1
        clock.now += 1
        one.hit(HERE, "1001")

    def test_everything_is_forgotten_on_request(self) -> None:
        one = ResetLimits()
        for _ in range(limits.MAX_RESETS):
            one.hit(HERE, "1001")
        one.forget()
        one.hit(HERE, "1001")

    def test_addresses_of_one_network_are_one_sender(self) -> None:
        one = ResetLimits()
        for last in range(limits.MAX_RESETS):
            one.hit(f"2001:db8:1:2::{last:x}", "1001")
        with pytest.raises(TooManyRequests):
            one.hit("2001:db8:1:2:ffff::1", "1001")
        one.hit("2001:db8:1:3::1", "1001")


class TestSecondFactor:
    def test_the_limit_counts_codes_to_its_number_for_ten_minutes(self, clock: Clock) -> None:
        one = SecondFactorLimits()
        for _ in range(limits.MAX_CODES):
            one.attempt(1)
        with pytest.raises(TooManyRequests) as caught:
            one.attempt(1)
        assert caught.value.code == "second_factor_locked"
        assert 599 <= caught.value.params["seconds"] <= 600
        clock.now += 599.7
        with pytest.raises(TooManyRequests) as caught:
            one.attempt(1)
        assert caught.value.params["seconds"] == 1
        clock.now += 1
        one.attempt(1)

    def test_each_administrator_has_codes_of_their_own(self) -> None:
        one = SecondFactorLimits()
        for _ in range(limits.MAX_CODES):
            one.attempt(1)
        one.attempt(2)

    def test_a_success_forgives_the_own_codes_only(self) -> None:
        one = SecondFactorLimits()
        for _ in range(limits.MAX_CODES):
            one.attempt(1)
            one.attempt(2)
        one.succeeded(1)
        for _ in range(limits.MAX_CODES):
            one.attempt(1)
        with pytest.raises(TooManyRequests):
            one.attempt(1)
        with pytest.raises(TooManyRequests):
            one.attempt(2)

    def test_everything_is_forgotten_on_request(self) -> None:
        one = SecondFactorLimits()
        for _ in range(limits.MAX_CODES):
            one.attempt(1)
        one.forget()
        one.attempt(1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_the_network_that_a_sender_can_choose_addresses_from(address: str, network: str) -> None:
    assert network_of(address) == network
