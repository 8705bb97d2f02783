"""Decodes text that is not UTF-8 but may name a person. Does not import Kamailio.

RFC 3261 7 requires UTF-8. Phones of some makers send GB18030 or Latin-1 in display names. Those bytes must not be
passed on, because no other component expects them.
"""

import re
from itertools import pairwise

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_SECOND_HALF = re.compile(rb"(?<=[\x81-\xfe])\\")
_CJK = ("\u4e00", "\u9fff")
_CJK_MARKS = ("\u3000", "\u303f")
_FULL_WIDTH = ("\uff00", "\uffef")


def decode_name(value: bytes) -> str:
    """Return `value` as text: UTF-8, else Chinese (GB18030), else Windows-1252, with `?` for each odd byte."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if (chinese := _as_chinese(value)) is not None:
        return chinese
    text = close_quotes(value).decode("cp1252", "replace")
    return "".join(
        character if character.isprintable() or character == "\t" else "?" for character in text.replace("\ufffd", "?")
    )


def close_quotes(value: bytes) -> bytes:
    """Return `value` with its quoted name closed. In Big5 and Shift JIS a backslash may be half of a character (`許`),
    and would then escape the quotation mark after it."""
    is_open = _ESCAPED.sub(b"", value).count(b'"') % 2 == 1
    return _SECOND_HALF.sub(b"?", value) if is_open else value


def _as_chinese(value: bytes) -> str | None:
    """Return the text if every foreign character is a common Chinese one, and none is made of half a Latin word.

    In `M\\xfcller` the bytes of `ül` are a valid but rare GB18030 character, so try the stricter GB 2312 first.
    """
    try:
        return value.decode("gb2312")
    except UnicodeDecodeError:
        pass
    try:
        text = value.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [character for character in text if not character.isascii()]
    if len(foreign) < 2 or not all(_is_chinese(character) for character in foreign):
        return None
    return None if any(_is_mixed(first, second) for first, second in pairwise(text)) else text


def _is_mixed(first: str, second: str) -> bool:
    """Return whether a Latin letter stands next to a Chinese character."""
    letters = [character.isascii() and character.isalpha() for character in (first, second)]
    return any(letters) and any(_is_chinese(character) for character in (first, second))


def _is_chinese(character: str) -> bool:
    return any(first <= character <= last for first, last in (_CJK, _CJK_MARKS, _FULL_WIDTH))


def mask(value: bytes) -> bytes:
    """Return `value` as valid UTF-8 of the same length, with a `?` for each byte that is not part of a character."""
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return b"".join(b"?" if byte >= 0x80 else bytes([byte]) for byte in value)
    return value
