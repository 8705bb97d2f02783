"""Docstrings and comments follow the rules that a program can check (CONTRIBUTING.md, Names and texts)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("linkus", "engine/kamailio", "engine/prompts", "tests", "tools", "bench", "scripts")
# A relative clause or a pronoun without a noun is a riddle: a docstring says what the thing does, or names it.
RIDDLES = frozenset({
    "What", "One", "Of", "Who", "Whose", "Which", "Whether", "How", "Where", "When", "That", "It", "Whoever",
    "Whatever",
})  # fmt: skip
# Migrations are what has been released; Alembic shows their docstrings as messages.
EXEMPT = frozenset({"linkus/cli.py", "engine/prompts/build.py"})
NOT_HERE = re.compile(r"\bDESIGN\b|linkus-facts|field-cases|engine-spike|\bissue [0-9]+\b")


def sources() -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in EXEMPT]


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "lineno", 1), text


def test_docstrings_begin_with_a_verb_or_a_noun() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for path in sources()
        for line, text in docstrings(ast.parse(path.read_text("utf-8")))
        if text.split()[0].rstrip(",.:;") in RIDDLES
    ]
    assert found == []


@pytest.mark.parametrize("kind", ["py", "ts", "tsx", "j2", "conf", "toml"])
def test_no_document_is_cited_that_is_not_here(kind: str) -> None:
    places = [
        ROOT / folder for folder in (*FOLDERS, "engine", "web/apps/client/src", "web/apps/portal/src", "web/packages")
    ]
    own = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for place in places
        for path in sorted(place.rglob(f"*.{kind}"))
        if "node_modules" not in path.parts and path != own
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if NOT_HERE.search(line)
    ]
    assert found == []
