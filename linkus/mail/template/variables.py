"""Variables that a template may name, with their meaning in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from linkus.kit.messages import Language

Values = Mapping[str, str]  # variable to its text; for a picture, to the source that <img> names


class Use(StrEnum):
    """Says where a variable may stand: text anywhere, a link also as the target of <a>, a picture as the source of
    <img>."""

    TEXT = "text"
    LINK = "link"
    PICTURE = "picture"


@dataclass(frozen=True)
class Variable:
    name: str
    use: Use
    chinese: str
    english: str
    client_kind: str = ""  # of the login credential that it carries; else empty
    is_secret: bool = False  # no part of an address: a click on a link to another server would tell it there

    def explanation(self, language: Language) -> str:
        return self.chinese if language == "zh-CN" else self.english


_OPEN, _CLOSE = "{｛", "}｝"  # Chinese input methods produce full-width braces


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Holds the variables that the templates of one kind of mail may name."""

    variables: tuple[Variable, ...]

    @cached_property
    def by_name(self) -> dict[str, Variable]:
        return {variable.name: variable for variable in self.variables}

    @cached_property
    def by_lower(self) -> dict[str, str]:
        return {name.lower(): name for name in self.by_name}

    @cached_property
    def attempt(self) -> re.Pattern[str]:
        """Match an attempt at a variable: two opening or closing braces, or one brace before a dot.

        A single brace with neither (in CSS, in prose) is an attempt only before the name of a variable."""
        return re.compile(
            rf"[{_OPEN}]{{2,}}[^{_OPEN}{_CLOSE}<>\n]{{0,60}}[{_CLOSE}]*"
            rf"|[{_OPEN}]\s*[.。][^{_OPEN}{_CLOSE}<>\n]{{0,60}}[{_CLOSE}]*"
            rf"|[{_OPEN}]\s*(?:{'|'.join(self.by_name)})\s*[{_CLOSE}]*"
            rf"|[{_CLOSE}]{{2,}}"
        )

    def use_of(self, name: str) -> Use | None:
        variable = self.by_name.get(name)
        return None if variable is None else variable.use
