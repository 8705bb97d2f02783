"""The limits of asking for links, of changes and of test mails: how many, for whom, and for how long."""

from __future__ import annotations

import time

import pytest

from linkus.kit.errors import TooManyRequests
from linkus.session import limits
from linkus.session.limits import ChangeLimits, MailTestLimits, ResetLimits

HERE = "192.0.2.1"


class Clock:
    """Stands still, and jumps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


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

    def test_a_name_counts_in_small_letters_and_only_its_beginning(self) -> None:
        one = ResetLimits()
        for _ in range(limits.MAX_RESETS):
            one.hit(HERE, " Straße")
            one.hit("192.0.2.2", "x" * 255 + "a")
        for address, name in ((HERE, "STRAßE"), ("192.0.2.2", "x" * 255 + "b")):
            with pytest.raises(TooManyRequests):
                one.hit(address, name)
        one.hit(HERE, "strasse")  # another name, although both have the same capitals
        one.hit("192.0.2.2", "x" * 254 + "b")


@pytest.mark.parametrize(
    ("make", "most", "code"),
    [
        (ChangeLimits, limits.MAX_CHANGES, "changes_too_many"),
        (MailTestLimits, limits.MAX_TEST_MAILS, "test_mails_too_many"),
    ],
)
def test_changes_and_test_mails_have_a_number_for_ten_minutes(
    clock: Clock, make: type[ChangeLimits], most: int, code: str
) -> None:
    one = make()
    for _ in range(most):
        one.hit(1)
    with pytest.raises(TooManyRequests) as caught:
        one.hit(1)
    assert caught.value.code == code
    assert 599 <= caught.value.params["seconds"] <= 600
    one.hit(2)  # somebody else
    clock.now += 599.7
    with pytest.raises(TooManyRequests) as caught:
        one.hit(1)
    assert caught.value.params["seconds"] == 1
    clock.now += 1
    one.hit(1)
    for _ in range(most):
        one.hit(3)
    one.forget()
    one.hit(3)
