"""Everything that the documents point to exists: relative links, and files of this repository in backticks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.manual import REPOSITORY

TOP_LEVEL_PAGES = ("README*.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md")
SKIPPED_FOLDERS = frozenset({"node_modules", "dist", "var", "test-results", "__pycache__"})
# Folders of an instance (LINKUS_HOME) whose names begin like one of ours, and what the tests write.
INSTANCE_PATHS = ("engine/run", "engine/image.toml", "prompts/", "logs/", "keys/", "test-results/")
SOURCE_SUFFIXES = (".py", ".ts", ".tsx", ".j2", ".md")

_CODE_BLOCK = re.compile(r"^```.*?^```|^ {4}[^\n]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"\.?[\w-][\w.-]*(?:/[\w.-]+)+/?|[\w-]+/")
_FILE_NAME = re.compile(r"[\w-]+\.(?:py|ts|tsx|j2|md)")

PAGES = sorted({page for pattern in TOP_LEVEL_PAGES for page in REPOSITORY.glob(pattern)})


def file_names(root: Path) -> frozenset[str]:
    """Return the names of all files of the repository, without what is built or installed in it."""
    names: set[str] = set()
    for _folder, folders, files in os.walk(root):
        folders[:] = [
            name for name in folders if name not in SKIPPED_FOLDERS and name not in (".venv", ".tools", ".git")
        ]
        names.update(files)
    return frozenset(names)


def broken_links(text: str, folder: Path) -> Iterator[str]:
    """Yield the targets of relative links that do not exist. `folder` is that of the page."""
    for target in _LINK.findall(_CODE_BLOCK.sub("", text)):
        path = target.partition("#")[0]
        if path and re.match(r"[a-z]+:", path) is None and not (folder / path).exists():
            yield target


def missing_paths(text: str, root: Path, names: frozenset[str]) -> Iterator[str]:
    """Yield what stands in backticks, looks like a file or folder of the repository `root`, and does not exist.

    A path looks so if its first part is one of ours or it is a source file; a bare name must be that of some file.
    """
    for code in _CODE.findall(_CODE_BLOCK.sub("", text)):
        if _FILE_NAME.fullmatch(code):
            if code not in names:
                yield code
        elif _PATH.fullmatch(code) and not code.startswith(INSTANCE_PATHS):
            is_ours = (root / code.partition("/")[0]).is_dir() or code.endswith(SOURCE_SUFFIXES)
            if is_ours and not (root / code).exists():
                yield code


@pytest.fixture(scope="module")
def names() -> frozenset[str]:
    return file_names(REPOSITORY)


class TestPages:
    def test_there_are_pages_in_every_folder_of_docs(self) -> None:
        folders = {page.parent.relative_to(REPOSITORY).as_posix() for page in PAGES}
        assert {".", "docs", "docs/contracts", "docs/decisions", "docs/en", "docs/zh-CN"} <= folders

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
    def test_relative_links_lead_to_files(self, page: Path) -> None:
        assert list(broken_links(page.read_text(encoding="utf-8"), page.parent)) == []

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
    def test_paths_in_backticks_exist(self, page: Path, names: frozenset[str]) -> None:
        assert list(missing_paths(page.read_text(encoding="utf-8"), REPOSITORY, names)) == []


class TestRules:
    def test_a_link_is_broken_when_its_file_is_missing(self, tmp_path: Path) -> None:
        (tmp_path / "there.md").touch()
        text = "[a](there.md#part) [b](gone.md) [c](https://example.cn/x) [d](#here)\n\n    [e](in-a-block.md)\n"
        assert list(broken_links(text, tmp_path)) == ["gone.md"]

    def test_a_path_is_missing_when_its_first_part_is_ours(self, tmp_path: Path) -> None:
        (tmp_path / "linkus" / "kit").mkdir(parents=True)
        (tmp_path / "linkus" / "kit" / "bus.py").touch()
        text = (
            "    `linkus/kit/indented.py`\n`linkus/kit/bus.py` `linkus/kit/` `linkus/kit/gone.py` `/api/v1/calls` "
            "`application/json` `bus.py` `gone.py` `linkus/<feature>/` `call/plan.py`\n"
            "```\n`linkus/kit/in-a-block.py`\n```\n"
        )
        assert list(missing_paths(text, tmp_path, file_names(tmp_path))) == [
            "linkus/kit/gone.py",
            "gone.py",
            "call/plan.py",
        ]
