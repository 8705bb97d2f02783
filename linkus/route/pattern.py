"""Reads and compares patterns of dialled numbers: pure functions. rules.py decides which numbers a pattern fits. This
module says what is wrong with an invalid pattern, and whether one pattern takes all numbers of another.

A digit, * and # stand for themselves, and so does + at the beginning. X is 0-9, Z 1-9, N 2-9; [13-5] is one of these. A
final . is at least one more digit, *, # or +.
"""

from __future__ import annotations

from dataclasses import dataclass

from linkus.kit.errors import FieldError

MAX_PATTERN_CHARACTERS = 40
REST_WILDCARD = "."
DIGITS = frozenset("0123456789")
KEYPAD_CHARACTERS = DIGITS | frozenset("*#")  # the keys of a keypad
DIGIT_CLASSES = {"X": DIGITS, "Z": DIGITS - {"0"}, "N": DIGITS - {"0", "1"}}


class PatternError(ValueError):
    """Says what is wrong with a pattern, and where."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.error = FieldError(code, params)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Holds a pattern. `places`: the characters that may stand at each place; `rest`: at least one more digit, `*`, `#`
    or `+` follows."""

    places: tuple[frozenset[str], ...]
    rest: bool

    def covers(self, other: Pattern) -> bool:
        """Return whether this pattern fits every number that `other` fits."""
        own_length, other_length = len(self.places), len(other.places)
        if self.rest:
            if other_length < own_length or (other_length == own_length and not other.rest):
                return False
        elif other.rest or other_length != own_length:
            return False
        return all(other_place <= own_place for own_place, other_place in zip(self.places, other.places, strict=False))


def parse(pattern: str) -> Pattern:
    """Parse a pattern. Raises PatternError."""
    if not pattern:
        raise PatternError("field_required")
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise PatternError("field_too_long", max=MAX_PATTERN_CHARACTERS)
    places: list[frozenset[str]] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == REST_WILDCARD:
            if at != len(pattern) - 1:
                raise PatternError("pattern_rest_not_last", position=at + 1)
            return Pattern(tuple(places), rest=True)
        if char == "[":
            end = pattern.find("]", at)
            if end < 0:
                raise PatternError("pattern_bracket_open", position=at + 1)
            places.append(_choice(pattern[at + 1 : end], at + 2))
            at = end
        elif char == "+" and at == 0:
            places.append(frozenset("+"))
        else:
            places.append(_place(char, at + 1))
        at += 1
    if places == [frozenset("+")]:
        raise PatternError("pattern_plus_alone")
    return Pattern(tuple(places), rest=False)


def _place(char: str, position: int) -> frozenset[str]:
    if char in KEYPAD_CHARACTERS:
        return frozenset(char)
    if char.upper() in DIGIT_CLASSES:
        return DIGIT_CLASSES[char.upper()]
    raise PatternError("pattern_character", character=char, position=position)


def _choice(inside: str, position: int) -> frozenset[str]:
    """Parse the text between brackets: 1, 13, 3-5, 13-5*."""
    if not inside:
        raise PatternError("pattern_bracket_empty", position=position - 1)
    characters: set[str] = set()
    at = 0
    while at < len(inside):
        first = inside[at]
        if first not in KEYPAD_CHARACTERS:
            raise PatternError("pattern_character", character=first, position=position + at)
        if inside[at + 1 : at + 2] == "-":
            last = inside[at + 2 : at + 3]
            if first not in DIGITS or last not in DIGITS or last < first or not last:
                raise PatternError("pattern_range", position=position + at)
            characters.update(chr(code) for code in range(ord(first), ord(last) + 1))
            at += 3
        else:
            characters.add(first)
            at += 1
    return frozenset(characters)
