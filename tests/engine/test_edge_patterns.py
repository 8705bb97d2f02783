"""Patterns of the edge mean the same in every Python that may run them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tests.engine import edge_modules  # noqa: F401 - imports them

OF_ONE_CHARACTER = (op.IN, op.LITERAL, op.NOT_LITERAL, op.ANY)


def _is_one_character(repeated: Any) -> bool:
    return len(repeated) == 1 and repeated[0][0] in OF_ONE_CHARACTER


def _groups_without_backtracking(parsed: Any) -> Iterator[Any]:
    """Find groups: Python before 3.11.5, which Debian 12 has, then matches too much (python/cpython#106052)."""
    for operator, argument in parsed:
        if operator is op.ATOMIC_GROUP:
            yield argument
        if operator is op.POSSESSIVE_REPEAT and not _is_one_character(argument[2]):
            yield argument
        for part in argument if isinstance(argument, (tuple, list)) else [argument]:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, parser.SubPattern):
                    yield from _groups_without_backtracking(inner)


def test_no_group_of_the_edge_is_repeated_without_backtracking() -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("edge_")]
    patterns = {each for module in modules for each in vars(module).values() if isinstance(each, re.Pattern)}
    assert len(patterns) > 20
    bad = [each.pattern for each in patterns if list(_groups_without_backtracking(parser.parse(each.pattern)))]
    assert bad == []


@pytest.mark.parametrize("pattern", [r"(?:ab)*+", r"(?:a|(?:b=(?:c|d))*+)x", r"(?>ab)"])
def test_finds_one(pattern: str) -> None:
    assert list(_groups_without_backtracking(parser.parse(pattern)))


@pytest.mark.parametrize("pattern", [r"[ab]*+", r"a{1,9}+", r"(?:ab)*"])
def test_a_run_of_characters_may_be_taken_whole(pattern: str) -> None:
    assert not list(_groups_without_backtracking(parser.parse(pattern)))
