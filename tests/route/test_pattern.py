"""Patterns of dialled numbers, and the numbers that they fit."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.route.pattern import KEYPAD_CHARACTERS, MAX_PATTERN_CHARACTERS, Pattern, PatternError, parse
from linkus.route.rules import Outbound, fits, is_pattern, sent_number

PIECES = st.one_of(
    st.sampled_from("0123456789*#XZN"),
    st.sampled_from(["[1]", "[13]", "[2-5]", "[0-39]", "[13-5*]"]),
)
PATTERNS = st.builds(
    lambda plus, pieces, rest: plus + "".join(pieces) + rest,
    st.sampled_from(["", "+"]),
    st.lists(PIECES, min_size=1, max_size=6),
    st.sampled_from(["", "."]),
).filter(lambda pattern: len(pattern) <= MAX_PATTERN_CHARACTERS)
NUMBERS = st.from_regex(r"\+?[0-9*#]{1,10}", fullmatch=True)


@pytest.mark.parametrize(
    ("pattern", "these", "not_these"),
    [
        ("110", ["110"], ["1100", "11"]),
        ("9.", ["91", "901088886666", "9*1"], ["9", "8123"]),
        ("0ZXX.", ["01012", "075588"], ["0012", "010", "0000"]),
        ("1[3-9]XXXXXXXXX", ["13800138000"], ["12800138000", "1380013800"]),
        ("+86.", ["+8610"], ["8610", "+86"]),
        ("NXX", ["200", "999"], ["100", "099"]),
        ("nxx", ["200"], ["100"]),
        ("*9[13-5]", ["*91", "*94"], ["*92"]),
        (".", ["1", "110"], [""]),
    ],
)
def test_examples(pattern: str, these: list[str], not_these: list[str]) -> None:
    parse(pattern)
    assert [number for number in these if not fits(pattern, number)] == []
    assert [number for number in not_these if fits(pattern, number)] == []


@pytest.mark.parametrize(
    ("pattern", "code", "position"),
    [
        ("", "field_required", None),
        ("X" * 41, "field_too_long", None),
        ("9.0", "pattern_rest_not_last", 2),
        ("0[12", "pattern_bracket_open", 2),
        ("0[]1", "pattern_bracket_empty", 2),
        ("0[5-2]", "pattern_range", 3),
        ("0[5-]", "pattern_range", 3),
        ("0[*-2]", "pattern_range", 3),
        ("0[X]", "pattern_character", 3),
        ("0]", "pattern_character", 2),
        ("_9XX", "pattern_character", 1),
        ("0+1", "pattern_character", 2),
        ("9 1", "pattern_character", 2),
        ("９", "pattern_character", 1),
        ("+", "pattern_plus_alone", None),
    ],
)
def test_pattern_error_names_its_place(pattern: str, code: str, position: int | None) -> None:
    with pytest.raises(PatternError) as raised:
        parse(pattern)
    error = raised.value.error
    assert (error.code, error.params.get("position")) == (code, position)


@given(st.text(max_size=50) | st.text(alphabet="0123456789XZNxzn*#+.[]-", max_size=12))
def test_valid_pattern_is_valid_for_the_call_plan(pattern: str) -> None:
    try:
        parse(pattern)
    except PatternError:
        return
    assert is_pattern(pattern)


@given(PATTERNS, st.data())
def test_numbers_of_a_pattern_fit_it(pattern: str, data: st.DataObject) -> None:
    assert fits(pattern, data.draw(_a_number_of(parse(pattern))))


@given(PATTERNS, PATTERNS, st.lists(NUMBERS, max_size=20), st.data())
def test_covering_pattern_fits_all_numbers_of_the_covered(
    one: str, other: str, numbers: list[str], data: st.DataObject
) -> None:
    tried = [*numbers, data.draw(_a_number_of(parse(other)))]
    if parse(one).covers(parse(other)):
        assert [number for number in tried if fits(other, number) and not fits(one, number)] == []
    assert parse(one).covers(parse(one))


@given(PATTERNS, PATTERNS)
def test_pattern_that_does_not_cover_another_misses_a_number(one: str, other: str) -> None:
    """For short patterns, try every number of few digits: a marked route really never takes a call."""
    wide, narrow = parse(one), parse(other)
    if wide.covers(narrow) or len(narrow.places) > 2:
        return
    extra = ["", "0", "00"] if narrow.rest else [""]
    places = [sorted(place) for place in narrow.places]
    numbers = ["".join(chars) + more for chars in itertools.product(*places) for more in extra]
    mine = [number for number in numbers if fits(other, number)]
    longest = len(wide.places) + 1
    if narrow.rest:  # only a longer number may be left over
        mine += [number + "0" * longest for number in mine]
    assert any(not fits(one, number) for number in mine)


@given(PATTERNS, st.data())
def test_number_is_covered_by_the_pattern_that_it_fits(pattern: str, data: st.DataObject) -> None:
    number = data.draw(_a_number_of(parse(pattern)))
    assert parse(pattern).covers(Pattern(tuple(frozenset(char) for char in number), rest=False))


def _a_number_of(pattern: Pattern) -> st.SearchStrategy[str]:
    places = [st.sampled_from(sorted(place)) for place in pattern.places]
    rest = st.text(alphabet=sorted(KEYPAD_CHARACTERS), min_size=1, max_size=4) if pattern.rest else st.just("")
    return st.tuples(*places, rest).map("".join)


@given(NUMBERS, st.integers(0, 12), st.from_regex(r"\+?[0-9]{0,6}", fullmatch=True))
def test_sent_number_is_stripped_and_prefixed(number: str, strip: int, prepend: str) -> None:
    found = sent_number(Outbound("A", ".", strip, prepend), number)
    assert found == (prepend + number[strip:] if strip < len(number) else "")
