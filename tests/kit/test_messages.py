"""Every code that the server can answer with has a text in every language."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import linkus
from linkus.kit.messages import LANGUAGES, Language, catalogue, pick_language, text

SOURCE = Path(linkus.__file__).parent
# calls whose first argument is a code, and names that hold a code
CALLS = {
    "FieldError", "LinkusError", "ValidationFailed", "NotSignedIn", "Forbidden", "NotFound", "Conflict", "Gone",
    "TooManyRequests", "Unavailable", "file_error",
}  # fmt: skip
TABLES = {"_CODES", "_HTTP_CODES"}


def _codes(tree: ast.AST) -> set[str]:
    found: set[object] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            whole = [first for first in node.args[:1] if not isinstance(first, ast.JoinedStr)]  # no parts of f-strings
            found |= {part.value for first in whole for part in ast.walk(first) if isinstance(part, ast.Constant)}
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if name == "code" and isinstance(value, ast.Constant):
                found.add(value.value)
            if name in TABLES and isinstance(value, ast.Dict):
                found |= {part.value for part in value.values if isinstance(part, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


def used_codes() -> set[str]:
    return {code for path in SOURCE.rglob("*.py") for code in _codes(ast.parse(path.read_text("utf-8")))}


def _parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_codes_are_found_in_the_source() -> None:
    assert {"extension_number_taken", "linkus_disabled", "field_required", "csv_too_large"} <= used_codes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_text(language: Language) -> None:
    assert used_codes() - catalogue(language).keys() == set()


def test_languages_have_the_same_texts_with_the_same_parameters() -> None:
    chinese, english = catalogue("zh-CN"), catalogue("en")
    assert chinese.keys() == english.keys()
    for code in chinese:
        assert _parameters(chinese[code]) - _parameters(english[code]) <= {"heading"}, code
        assert _parameters(english[code]) <= _parameters(chinese[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_in_alphabetical_order(language: Language) -> None:
    codes = list(catalogue(language))
    assert codes == sorted(codes)


def test_chinese_is_written_as_chinese() -> None:
    for code, written in catalogue("zh-CN").items():
        assert not any(f"{character}{mark}" in written for mark in ",!?;" for character in "的了在是请"), code
        assert "您" not in written, code


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, en;q=0.5", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("de", "zh-CN"),
        (";;;,,q=", "zh-CN"),
    ],
)
def test_language_is_the_readers(header: str | None, language: Language) -> None:
    assert pick_language(header) == language


def test_parameters_are_filled_in() -> None:
    assert text("en", "field_too_long", max=63) == "At most 63 characters."
