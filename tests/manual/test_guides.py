"""Every label that a guide names in bold is a text of the pages, so that its steps can be followed word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("administrator", "user")
LANGUAGES = ("zh-CN", "en")
# headings of the guide itself
OWN_WORDS = {"通过邮件", "By mail", "手动", "By hand"}
_TEXT = re.compile(r':\s*"((?:[^"\\\n]|\\.)*)"')
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def shown_texts() -> set[str]:
    """Return the texts of the web pages, and the messages and headings of the server."""
    files = [path for path in (ROOT / "web" / "apps").glob("*/src/**/*.ts*") if "test" not in path.name]
    found = {text for path in files for text in _TEXT.findall(path.read_text("utf-8"))}
    for path in ROOT.glob("linkus/**/*columns.py"):
        found |= set(re.findall(r'"([^"\n]+)"', path.read_text("utf-8")))
    for path in ROOT.glob("linkus/kit/messages/*.toml"):
        found |= set(re.findall(r'= "(.+)"', path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guide", GUIDES)
def test_the_labels_of_a_guide_are_those_of_the_pages(guide: str, language: str) -> None:
    texts = shown_texts()
    bold = _BOLD.findall((ROOT / "docs" / language / f"{guide}.md").read_text("utf-8"))
    labels = {" ".join(part.split()).rstrip("：:") for each in bold for part in each.split(" > ")}
    assert len(labels) > 20
    unknown = {
        label for label in labels - texts - OWN_WORDS if not any(text.startswith(spelt(label)) for text in texts)
    }
    assert unknown == set()


def spelt(label: str) -> str:
    """Return a label as the pages spell it, which a sentence of the guide may begin with a small letter. A button may
    go on, as in "Select all 12"."""
    return label[0].upper() + label[1:]
