"""What a pattern of dialled numbers is, and which numbers it fits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.route.pattern import DIALLED, Pattern, PatternError, parse, sent

PIECES = st.one_of(
    st.sampled_from("0123456789*#XZN"),
    st.sampled_from(["[1]", "[13]", "[2-5]", "[0-39]", "[13-5*]"]),
)
PATTERNS = st.builds(
    lambda plus, pieces, rest: plus + "".join(pieces) + rest,
    st.sampled_from(["", "+"]),
    st.lists(PIECES, min_size=1, max_size=6),
    st.sampled_from(["", "."]),
)
NUMBERS = st.from_regex(r"\+?[0-9*#]{1,10}", fullmatch=True)


def as_expression(pattern: str) -> re.Pattern[str]:
    """The same pattern for an engine that was written by others."""
    words = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", "*": r"\*", "+": r"\+", ".": "[0-9*#]+"}
    pieces = re.findall(r"\[[^]]*\]|.", pattern)
    return re.compile("".join(words.get(piece, piece) for piece in pieces))


@pytest.mark.parametrize(
    ("pattern", "fits", "not_these"),
    [
        ("110", ["110"], ["1100", "11"]),
        ("9.", ["91", "901088886666", "9*1"], ["9", "8123"]),
        ("0ZXX.", ["01012", "075588"], ["0012", "010", "0000"]),
        ("1[3-9]XXXXXXXXX", ["13800138000"], ["12800138000", "1380013800"]),
        ("+86.", ["+8610"], ["8610", "+86"]),
        ("NXX", ["200", "999"], ["100", "099"]),
        ("nxx", ["200"], ["100"]),
        ("*9[13-5]", ["*91", "*94"], ["*92"]),
        (".", ["1", "110"], ["", "+", "abc", "1 2"]),
    ],
)
def test_examples(pattern: str, fits: list[str], not_these: list[str]) -> None:
    parsed = parse(pattern)
    assert [number for number in fits if not parsed.matches(number)] == []
    assert [number for number in not_these if parsed.matches(number)] == []


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
def test_what_is_wrong_is_said_with_its_place(pattern: str, code: str, position: int | None) -> None:
    with pytest.raises(PatternError) as raised:
        parse(pattern)
    error = raised.value.error
    assert (error.code, error.params.get("position")) == (code, position)


@given(st.text(max_size=50))
def test_whatever_is_typed_is_a_pattern_or_an_error(pattern: str) -> None:
    try:
        parsed = parse(pattern)
    except PatternError:
        return
    assert parsed.rest or parsed.places


@given(PATTERNS, NUMBERS)
def test_it_fits_what_a_regular_expression_fits(pattern: str, number: str) -> None:
    assert parse(pattern).matches(number) == bool(as_expression(pattern).fullmatch(number))


@given(PATTERNS, PATTERNS, st.lists(NUMBERS, max_size=20), st.data())
def test_a_pattern_that_covers_another_fits_all_of_its_numbers(
    one: str, other: str, numbers: list[str], data: st.DataObject
) -> None:
    wide, narrow = parse(one), parse(other)
    tried = [*numbers, data.draw(_a_number_of(narrow))]
    assert narrow.matches(tried[-1])
    if wide.covers(narrow):
        assert [number for number in tried if narrow.matches(number) and not wide.matches(number)] == []
    assert wide.covers(wide)


@given(PATTERNS, st.data())
def test_one_that_does_not_cover_lets_some_number_through(pattern: str, data: st.DataObject) -> None:
    """Of one place less, or one more, no number is the same."""
    parsed = parse(pattern)
    number = data.draw(_a_number_of(parsed))
    exact = Pattern(tuple(frozenset(char) for char in number), rest=False)
    assert parsed.covers(exact)
    assert not Pattern((*parsed.places, DIALLED), rest=False).covers(parsed) or parsed.rest is False


def _a_number_of(pattern: Pattern) -> st.SearchStrategy[str]:
    places = [st.sampled_from(sorted(place)) for place in pattern.places]
    rest = st.text(alphabet=sorted(DIALLED), min_size=1, max_size=4) if pattern.rest else st.just("")
    return st.tuples(*places, rest).map("".join)


@given(NUMBERS, st.integers(0, 12), st.from_regex(r"\+?[0-9]{0,6}", fullmatch=True))
def test_what_is_stripped_is_gone_and_what_is_prepended_stands_first(number: str, strip: int, prepend: str) -> None:
    found = sent(number, strip, prepend)
    assert found.startswith(prepend)
    assert found.removeprefix(prepend) == number[strip:]
