"""Routes that are never reached because an earlier one takes all of their calls."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.route import shadow
from linkus.route.pattern import Pattern, PatternError, parse
from linkus.route.rules import fits


@dataclass(frozen=True)
class Outgoing:
    id: int
    pattern: str
    enabled: bool = True


@dataclass(frozen=True)
class Incoming:
    id: int
    did_number: str = ""
    trunk_id: int | None = None
    enabled: bool = True


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+86 (21) 5550-1001", "+862155501001"),
        ("021.5550/1001", "02155501001"),
        ("*43 #", "*43#"),
        ("acme-4711", "acme-4711"),
        ("my number", "my number"),
        ("", ""),
    ],
)
def test_a_number_is_stored_without_separators_and_a_name_as_it_is(written: str, stored: str) -> None:
    assert shadow.clean_did(written) == stored


class TestOutbound:
    @pytest.mark.parametrize(
        ("earlier", "later", "takes"),
        [
            ("9.", "901", True),
            ("901", "9.", False),
            ("XXX", "110", True),
            ("XX", "110", False),
            (".", "+86.", True),
            ("9X.", "9.", False),
            ("110", "110", True),
            ("9[", "9.", False),
            ("9.", "9[", False),
        ],
    )
    def test_a_pattern_takes_what_it_covers(self, earlier: str, later: str, takes: bool) -> None:
        assert shadow.outbound_takes(Outgoing(1, earlier), Outgoing(2, later)) is takes

    def test_the_first_that_takes_all_calls_is_named(self) -> None:
        routes = [Outgoing(9, "0."), Outgoing(8, "00."), Outgoing(3, "0XX"), Outgoing(5, "00."), Outgoing(4, "1.")]
        assert shadow.shadowed_outbound(routes) == {8: 9, 3: 9, 5: 9}

    def test_one_that_is_off_takes_nothing_and_loses_nothing(self) -> None:
        routes = [
            Outgoing(1, ".", enabled=False),
            Outgoing(2, "0."),
            Outgoing(3, "0.", enabled=False),
            Outgoing(4, "00."),
        ]
        assert shadow.shadowed_outbound(routes) == {4: 2}

    def test_one_whose_pattern_cannot_be_read_is_passed_over(self) -> None:
        assert shadow.shadowed_outbound([Outgoing(1, "9["), Outgoing(2, "9."), Outgoing(3, "90")]) == {3: 2}
        assert shadow.shadowed_outbound([]) == {}

    @given(
        st.lists(st.tuples(st.sampled_from(["0.", "0X", "00", "X.", "ZX", "1[2-4]", "."]), st.booleans()), max_size=6),
        st.text("01234", min_size=1, max_size=4),
    )
    def test_no_call_would_reach_a_shadowed_route(self, present: list[tuple[str, bool]], dialled: str) -> None:
        routes = [Outgoing(at, pattern, enabled) for at, (pattern, enabled) in enumerate(present)]
        shadowed = shadow.shadowed_outbound(routes)
        reached = next((route.id for route in routes if route.enabled and fits(route.pattern, dialled)), None)
        assert reached not in shadowed


@pytest.mark.parametrize(
    ("pattern", "number", "good"),
    [
        ("[1-1]", "1", True),
        ("[1-1]", "2", False),
        ("z", "0", False),
        ("z", "5", True),
        ("*", "*", True),
        ("#.", "#1", True),
    ],
)
def test_a_pattern_fits_what_it_says(pattern: str, number: str, good: bool) -> None:
    assert fits(pattern, number) is good


class TestInbound:
    def test_the_first_in_the_list_is_named_whatever_its_id(self) -> None:
        routes = [Incoming(9, "1"), Incoming(3), Incoming(5, "1", trunk_id=7)]
        assert shadow.shadowed_inbound(routes) == {5: 9}
        routes = [Incoming(9), Incoming(3, "1"), Incoming(5, "1", trunk_id=7)]
        assert shadow.shadowed_inbound(routes) == {3: 9, 5: 9}

    def test_a_route_is_inserted_before_the_first_that_takes_its_calls(self) -> None:
        order = shadow.InboundOrder([Incoming(1, "1"), Incoming(2), Incoming(3, "3", trunk_id=7)])
        order.insert(Incoming(4, "4"))
        order.insert(Incoming(5, "1", trunk_id=7))
        order.insert(Incoming(6))
        assert [route.id for route in order.routes] == [5, 1, 4, 2, 3, 6]


@pytest.mark.parametrize("pattern", ["9[", "", "a"])
def test_an_error_of_a_pattern_has_its_code_as_text(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        parse(pattern)
    assert str(caught.value) == caught.value.error.code


@pytest.mark.parametrize(
    ("pattern", "params"),
    [("X" * 41, {"max": 40}), ("0a", {"character": "a", "position": 2}), ("0[1a]", {"character": "a", "position": 4})],
)
def test_an_error_of_a_pattern_says_what_is_wrong(pattern: str, params: dict[str, object]) -> None:
    with pytest.raises(PatternError) as caught:
        parse(pattern)
    assert caught.value.error.params == params


def test_a_pattern_as_long_as_allowed() -> None:
    assert len(parse("X" * 40).places) == 40


@pytest.mark.parametrize(
    ("pattern", "places", "rest"),
    [
        ("1X", ["1", "0123456789"], False),
        ("[13-57-9]", ["1345789"], False),
        ("[3-3]", ["3"], False),
        ("0[2-4*]Z.", ["0", "234*", "123456789"], True),
        ("+N", ["+", "23456789"], False),
        (".", [], True),
    ],
)
def test_what_may_stand_at_each_place(pattern: str, places: list[str], rest: bool) -> None:
    assert parse(pattern) == Pattern(tuple(frozenset(place) for place in places), rest)


@pytest.mark.parametrize(("pattern", "position"), [("0[14-2]", 4), ("0[1-34-2]", 6), ("0[12-]", 4), ("0[1*-3]", 4)])
def test_a_wrong_range_has_its_place(pattern: str, position: int) -> None:
    with pytest.raises(PatternError) as caught:
        parse(pattern)
    assert (caught.value.error.code, caught.value.error.params) == ("pattern_range", {"position": position})
