"""The list of mutated modules names files that exist, and an explanation fits one mutant of one module."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.mutation.modules import (
    REPOSITORY,
    Equivalent,
    Mutant,
    read_equivalents,
    read_modules,
    unused_explanations,
)
from tools.mutation.python_mutants import unnoticed_mutant


def test_every_file_and_test_of_the_list_exists() -> None:
    _limits, modules = read_modules()
    assert modules
    for module in modules:
        assert all((REPOSITORY / path).exists() for path in (*module.files, *module.tests)), module.name


def test_every_explanation_belongs_to_a_module_and_gives_a_reason() -> None:
    _limits, modules = read_modules()
    names = {module.name for module in modules}
    for row in read_equivalents():
        assert row.module in names, row
        assert row.reason, row


def test_a_file_that_has_moved_is_named(tmp_path: Path) -> None:
    listed = tmp_path / "modules.toml"
    listed.write_text(
        "[limits]\nminimum_percent = 85\nmodule_minutes = 1\nall_minutes = 1\n"
        '[[module]]\nname = "gone"\nfiles = ["linkus/gone.py"]\ntests = ["tests/mutation"]\n'
    )
    with pytest.raises(SystemExit, match=r"linkus/gone\.py"):
        read_modules(listed)


def test_an_explanation_is_for_one_function_of_one_module() -> None:
    row = Equivalent("plan", "_ring", ("a = 2",), "either is the same")
    assert row.explains("plan", Mutant("_ring", "a = 1", "a = 2"))
    assert not row.explains("ringing", Mutant("_ring", "a = 1", "a = 2"))
    assert not row.explains("plan", Mutant("_page", "a = 1", "a = 2"))
    assert not row.explains("plan", Mutant("_ring", "a = 1", "a = 3"))


def test_an_explanation_that_no_mutant_needs_any_more_is_named() -> None:
    rows = [Equivalent("plan", "_ring", ("a = 2", "a = 3"), "why"), Equivalent("csv", "_ring", ("a = 4",), "why")]
    assert unused_explanations("plan", rows, [Mutant("_ring", "a = 1", "a = 2")]) == ["a = 3"]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("linkus.call.plan.x__ring__mutmut_3", "_ring"),
        ("linkus.call.claims.xǁClaimsǁgive_back__mutmut_12", "Claims.give_back"),
    ],
)
def test_a_mutant_is_named_after_its_function_and_its_changed_line(name: str, function: str) -> None:
    diff = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n def f():\n-    return -1\n+    return +1\n"
    assert unnoticed_mutant("survived", name, diff) == Mutant(function, "return -1", "return +1", "survived")
