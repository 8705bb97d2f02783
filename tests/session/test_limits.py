from __future__ import annotations

import pytest

from linkus.kit.errors import TooManyRequests
from linkus.session import limits
from linkus.session.limits import ResetLimits


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
