from __future__ import annotations

import time

import pytest

from linkus.kit.errors import TooManyRequests
from linkus.security import limits
from linkus.security.limits import SignInLimits


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
    monkeypatch.setattr(time, "time", lambda: began + limits.MINUTES * 60 + 1)
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
