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
    "What", "One", "Of", "Who", "Whom", "Whose", "Which", "Whether", "How", "Where", "When", "That", "It", "Whoever",
    "Whatever",
})  # fmt: skip
# Migrations are what has been released; Alembic shows their docstrings as messages.
EXEMPT = frozenset({"linkus/cli.py", "engine/prompts/build.py"})
# A number whose name has only these words, or only a unit, does not say what it counts or measures.
NO_NOUNS = frozenset({
    "ALL", "ANY", "AGAIN", "AFTER", "AT", "BEFORE", "BOTH", "EACH", "ENOUGH", "EVERY", "FEW", "FIRST", "FOREVER",
    "HEARD", "HIGH", "KNOWN", "LAST", "LATE", "LATER", "LEAST", "LESS", "LONG", "LONGEST", "LOUD", "LOW", "MANY", "MAX",
    "MAXIMUM", "MIN", "MINIMUM", "MORE", "MOST", "NARROW", "NEAR", "OFTEN", "ONCE", "OVER", "QUICK", "QUIET", "SHORT",
    "SHORTEST", "SLOW", "SOME", "SOON", "TOO", "UNDER", "UNTIL", "WIDE",
})  # fmt: skip
UNITS = frozenset({"S", "MS", "SECONDS", "MINUTES", "HOURS", "DAYS", "YEARS", "BYTES", "MB", "PX", "PERCENT"})
# Durations that a state's name makes clear: how long something has been so.
STATES_WITH_UNIT = frozenset({"FOREVER_SECONDS", "HEARD_SECONDS", "MAX_QUICK_SECONDS", "SECONDS_UNTIL_HEARD"})
TS_NUMBER = re.compile(r"^(?:export )?const ([A-Z][A-Z0-9_]+) = -?[0-9][0-9_.]*(?: [-*+/] [0-9_.]+)*;", re.MULTILINE)
DOCUMENT = re.compile(r"\bdocs/[\w./-]+\.(?:md|toml|png)\b")
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
        if NOT_HERE.search(line) or any(not (ROOT / page).exists() for page in DOCUMENT.findall(line))
    ]
    assert found == []


def is_number(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return isinstance(value.value, int | float) and not isinstance(value.value, bool)
        case ast.BinOp():
            return is_number(value.left) and is_number(value.right)
        case ast.UnaryOp():
            return is_number(value.operand)
        case ast.Call(func=ast.Name("timedelta")):
            return True
    return False


def numbers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of the module's constants that are numbers or durations."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for name, number in pairs:
                if isinstance(name, ast.Name) and name.id.isupper() and number is not None and is_number(number):
                    yield node.lineno, name.id


def has_noun(name: str) -> bool:
    return name in STATES_WITH_UNIT or not set(name.strip("_").split("_")) <= NO_NOUNS | UNITS


def test_numbers_have_a_noun() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in [*sources(), ROOT / "scripts" / "stages", ROOT / "scripts" / "bootstrap"]
        for line, name in numbers(ast.parse(path.read_text("utf-8")))
        if not has_noun(name)
    ]
    assert found == []


def test_numbers_of_the_pages_have_a_noun() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("web/apps/client/src", "web/apps/portal/src", "web/packages")
        for path in sorted((ROOT / folder).rglob("*.ts*"))
        if "node_modules" not in path.parts
        for name in TS_NUMBER.findall(path.read_text("utf-8"))
        if not has_noun(name)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("MOST = 3", ["MOST"]),
        ("AT_ONCE: int = 2 * 8", ["AT_ONCE"]),
        ("WIDE, MAX_ROWS = 1, 2", ["WIDE"]),
        ("_SECONDS = timedelta(seconds=1)", ["_SECONDS"]),
        ("MAX_SECONDS = 1.5", ["MAX_SECONDS"]),
        ("MAX_BATCH_ROWS = 100\nMOST = 'text'\nmost = 1", []),
    ],
)
def test_a_number_without_a_noun_is_found(code: str, wrong: list[str]) -> None:
    assert [name for _line, name in numbers(ast.parse(code)) if not has_noun(name)] == wrong
