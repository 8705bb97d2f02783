"""Finds unknown, misspelt and broken variables in a template."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from linkus.kit.messages import Language, text
from linkus.mail.template.variables import Vocabulary

VARIABLE = re.compile(r"\{\{\.([A-Za-z][A-Za-z0-9_]*)\}\}")
_MAX_SHOWN_CHARACTERS = 60
MAX_PROBLEMS = 100


@dataclass(frozen=True)
class Problem:
    """Describes a problem and its place. `code` is in the message catalogue. `line` and `column` count from 1."""

    code: str
    text: str
    line: int
    column: int
    suggestion: str = ""  # the placeholder that was probably meant

    def message(self, language: Language) -> str:
        return text(language, self.code, **self.params)

    @property
    def params(self) -> dict[str, str | int]:
        return {"text": self.text, "line": self.line, "column": self.column, "suggestion": self.suggestion}


def nearest(name: str, vocabulary: Vocabulary) -> str:
    """Return the placeholder that `name` was probably meant to be; empty if none is close."""
    matches = difflib.get_close_matches(name.lower(), vocabulary.by_lower, n=1, cutoff=0.6)
    return "{{." + vocabulary.by_lower[matches[0]] + "}}" if matches else ""


def find_problems(source: str, vocabulary: Vocabulary) -> list[Problem]:
    """Return the first problems in the order of the text: nobody corrects thousands at once."""
    found = [*islice(_unknown(source, vocabulary), MAX_PROBLEMS), *islice(_broken(source, vocabulary), MAX_PROBLEMS)]
    return sorted(found, key=lambda problem: (problem.line, problem.column))[:MAX_PROBLEMS]


def _unknown(source: str, vocabulary: Vocabulary) -> Iterator[Problem]:
    for match in VARIABLE.finditer(source):
        if match[1] not in vocabulary.by_name:
            suggestion = nearest(match[1], vocabulary)
            code = "template_variable_misspelt" if suggestion else "template_variable_unknown"
            yield problem_at(source, match.start(), code, match[0], suggestion)


def _broken(source: str, vocabulary: Vocabulary) -> Iterator[Problem]:
    rest = VARIABLE.sub(lambda match: " " * len(match[0]), source)  # keeps the positions
    for match in vocabulary.attempt.finditer(rest):
        suggestion = nearest("".join(re.findall(r"[A-Za-z0-9]+", match[0])), vocabulary)
        code = "template_variable_broken_near" if suggestion else "template_variable_broken"
        yield problem_at(source, match.start(), code, match[0].strip(), suggestion)


def problem_at(source: str, offset: int, code: str, written: str, suggestion: str = "") -> Problem:
    line_start = source.rfind("\n", 0, offset) + 1
    return Problem(
        code, written[:_MAX_SHOWN_CHARACTERS], source.count("\n", 0, offset) + 1, offset - line_start + 1, suggestion
    )
