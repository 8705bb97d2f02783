"""The choice of the route for a call, by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.route.rules import (
    Inbound,
    Outbound,
    RouteTrunk,
    dialled_number,
    first_inbound,
    first_outbound,
    fits,
    plain_number,
    sent_number,
)

DIALLED = st.text("0123456789*#+", max_size=12)
PATTERNS = st.text("0123456789*#+XZN", min_size=1, max_size=6).flatmap(
    lambda head: st.sampled_from([head, f"{head}.", f"[1357-9]{head}"])
)
outbounds = st.builds(
    Outbound, name=st.text(max_size=3), pattern=PATTERNS, strip=st.integers(0, 8), prepend=st.sampled_from(["", "+86"])
)
inbounds = st.builds(
    Inbound,
    name=st.text(max_size=3),
    destination=st.just("extension"),
    trunk_id=st.none() | st.integers(1, 3),
    did_number=st.sampled_from(["", "+862155501001", "862155501001", "+86 (21) 5550-1002", "4711"]),
)


class TestInbound:
    ANY = Inbound("any", "extension")
    SALES = Inbound("sales", "extension", trunk_id=1, did_number="+862155501001")

    @pytest.mark.parametrize(
        ("trunk_id", "dialled", "name"),
        [
            (1, "+862155501001", "sales"), (1, "862155501001", "sales"), (1, "+86 21 5550-1001", "sales"),
            (2, "+862155501001", "any"), (1, "+862155501002", "any"), (None, "+862155501001", "any"),
        ],
    )  # fmt: skip
    def test_trunk_and_number(self, trunk_id: int | None, dialled: str, name: str) -> None:
        found = first_inbound([self.SALES, self.ANY], trunk_id, dialled)
        assert found is not None
        assert found.name == name

    def test_the_order_decides(self) -> None:
        assert first_inbound([self.ANY, self.SALES], 1, "+862155501001") is self.ANY
        assert first_inbound([self.SALES], 1, "4711") is None
        assert first_inbound([], 1, "4711") is None

    @given(
        st.lists(inbounds, max_size=6), st.integers(1, 3), st.sampled_from(["+862155501001", "4711", "86215550 1002"])
    )
    def test_the_first_of_those_that_take_it(self, routes: list[Inbound], trunk_id: int, dialled: str) -> None:
        taking = [
            route
            for route in routes
            if (route.trunk_id is None or route.trunk_id == trunk_id)
            and (not route.did_number or first_inbound([route], trunk_id, dialled))
        ]
        assert first_inbound(routes, trunk_id, dialled) is (taking[0] if taking else None)

    @given(inbounds, st.integers(1, 3))
    def test_a_route_of_another_trunk_never_takes_it(self, route: Inbound, trunk_id: int) -> None:
        if route.trunk_id not in (None, trunk_id):
            assert first_inbound([route], trunk_id, route.did_number) is None
        else:
            assert first_inbound([route], trunk_id, route.did_number) is route

    @given(st.text("0123456789+ ().-/", max_size=20))
    def test_what_is_only_for_the_eye_makes_no_difference(self, number: str) -> None:
        plain = plain_number(number)
        assert plain_number(plain) == plain or plain.startswith("+")
        assert not set(plain) & set(" ().-/")
        assert plain_number(" ".join(number)) == plain


class TestOutbound:
    @pytest.mark.parametrize("typed", ["0-900", " 0 900", "(0)900", "0.9_0/0", "0900"])
    def test_separators_are_not_dialled(self, typed: str) -> None:
        assert dialled_number(typed) == "0900"

    @given(st.lists(outbounds, max_size=6), DIALLED)
    def test_the_first_whose_pattern_fits(self, routes: list[Outbound], dialled: str) -> None:
        found = first_outbound(routes, dialled)
        fitting = [route for route in routes if fits(route.pattern, dialled)]
        assert found is (fitting[0] if fitting else None)

    @given(outbounds, DIALLED)
    def test_what_is_sent_is_the_rest_behind_the_prefix_or_nothing(self, route: Outbound, dialled: str) -> None:
        sent = sent_number(route, dialled)
        if len(dialled) > route.strip:
            assert sent == route.prepend + dialled[route.strip :]
        else:
            assert sent == ""

    @given(st.text("0123456789*#+", min_size=1, max_size=12))
    def test_a_number_fits_itself_and_nothing_longer(self, number: str) -> None:
        assert fits(number, number)
        assert not fits(number, f"{number}0")
        assert fits(f"{number}.", f"{number}0")
        assert not fits(f"{number}.", number)

    @pytest.mark.parametrize(
        ("calls", "most", "full"), [(0, 0, False), (99, 0, False), (1, 2, False), (2, 2, True), (3, 2, True)]
    )
    def test_when_a_line_is_full(self, calls: int, most: int, full: bool) -> None:
        assert RouteTrunk(1, calls=calls, max_calls=most).is_full is full
