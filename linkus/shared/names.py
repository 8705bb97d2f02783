"""Formats a person's name."""

from __future__ import annotations

import re

# Han, Hiragana, Katakana and Hangul names are written family name first and without a space
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def display_name(first: str, last: str) -> str:
    """Return 张伟 for 伟 and 张, but Wei Zhang for Wei and Zhang."""
    if _EAST_ASIAN.search(first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()
