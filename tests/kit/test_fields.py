"""Names: what a person sees is all that is there."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from linkus.kit.fields import Moment, Name, without_invisible

INVISIBLE = [
    *"\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064",
    *"\u2066\u2067\u2068\u2069\u206a\ufeff\ufff9\U000e0041\u2028\u2029",
    *"\u034f\u115f\u1160\u2800\u3164\uffa0",
]
name = TypeAdapter(Name)


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_name_with_an_invisible_character_is_refused(character: str) -> None:
    with pytest.raises(ValidationError) as refused:
        name.validate_python(f"a{character}b")
    assert [error["type"] for error in refused.value.errors()] == ["invisible_characters"]
    assert without_invisible(f"a{character}b") == "ab"


@pytest.mark.parametrize("text", ["张伟", "Ünal Ğ", "עברית", "عربي", "O'Brien-Smith (2)", "☎️ 前台", "é", "=1+1", ""])
def test_other_names_stay_as_they_are(text: str) -> None:
    assert name.validate_python(f"  {text} ") == without_invisible(text) == text


@given(st.text(max_size=20))
def test_name_never_has_a_format_or_control_character(text: str) -> None:
    try:
        accepted = name.validate_python(text)
    except ValidationError:
        return
    assert not {unicodedata.category(c) for c in accepted} & {"Cc", "Cf", "Zl", "Zp"}
    assert accepted == text.strip()


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_moment_that_utc_has_not_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Moment).validate_python(text)
    assert [error["type"] for error in refused.value.errors()] == ["moment_out_of_range"]


def test_moment_is_in_utc() -> None:
    assert TypeAdapter(Moment).validate_python("2026-12-01T08:00:00+08:00").isoformat() == "2026-12-01T00:00:00+00:00"
