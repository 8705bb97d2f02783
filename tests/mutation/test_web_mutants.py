"""Stryker's report as counts, and the lines before and after a change that no test noticed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tools.mutation.modules import Mutant
from tools.mutation.web_mutants import read_report

SOURCE = "const a = 1;\nif (a < b) {\n  run();\n}\n"


def mutant(status: str, replacement: str, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    places = {"start": {"line": start[0], "column": start[1]}, "end": {"line": end[0], "column": end[1]}}
    return {"status": status, "replacement": replacement, "location": places}


def report(*mutants: dict[str, Any]) -> dict[str, Any]:
    return {"files": {"packages/sdk/src/a.ts": {"source": SOURCE, "mutants": list(mutants)}}}


def test_what_no_test_noticed_is_shown_with_its_line() -> None:
    found = read_report(
        report(
            mutant("Killed", "a > b", (2, 5), (2, 10)),
            mutant("Survived", "a <= b", (2, 5), (2, 10)),
            mutant("NoCoverage", "{}", (2, 12), (4, 2)),
            mutant("CompileError", "x", (1, 1), (1, 2)),
        )
    )
    assert found == (
        True,
        Counter({"killed": 1, "survived": 1, "no tests": 1}),
        [
            Mutant("a.ts", "if (a < b) {", "if (a <= b) {", "survived"),
            Mutant("a.ts", "if (a < b) { run(); }", "if (a < b) {}", "no tests"),
        ],
    )


def test_a_mutant_that_was_not_tried_makes_the_run_incomplete() -> None:
    is_complete, _states, _unnoticed = read_report(report(mutant("Pending", "x", (1, 1), (1, 2))))
    assert not is_complete
    assert read_report({"files": {}}) == (False, Counter(), [])
