"""The version is written in one place, and the changelog begins with it."""

from __future__ import annotations

import json
import re
import tomllib

import linkus
from linkus.app import create_app
from linkus.kit.settings import Settings
from tools.manual import REPOSITORY


def test_package_takes_its_version_from_the_code() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "linkus.__version__"}


def test_api_description_has_the_version() -> None:
    assert create_app(Settings()).openapi()["info"]["version"] == linkus.__version__


def test_pages_have_no_version_of_their_own() -> None:
    packages = [*REPOSITORY.glob("web/apps/*/package.json"), *REPOSITORY.glob("web/packages/*/package.json")]
    assert len(packages) >= 4
    for package in packages:
        assert "version" not in json.loads(package.read_text("utf-8")), package


def test_changelog_begins_with_the_version() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    released = [name for name in re.findall(r"^## \[([^\]]+)\]", changelog, re.MULTILINE) if name != "Unreleased"]
    assert released[0] == linkus.__version__
