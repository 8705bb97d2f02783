"""The features: all of their parts are loaded, and the document shows the order that import-linter checks."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import linkus
from linkus.features import FEATURES

ROOT = Path(__file__).parents[2]
NOT_LISTED = {"linkus.shared.models"}  # a package of tables, which `load_models` reads as well
# their feature includes them
INCLUDED = {"linkus.client_settings.bulk_change.endpoints", "linkus.client_settings.history.endpoints"}
MODULES = {module.name for module in pkgutil.walk_packages(linkus.__path__, "linkus.")}


@pytest.mark.parametrize("part", ["models", "endpoints", "tasks"])
def test_every_part_of_a_feature_is_loaded(part: str) -> None:
    parts = {name for name in MODULES - NOT_LISTED if name.endswith(f".{part}")}
    loaded = {f"linkus.{feature}.{part}" for feature in FEATURES} & MODULES
    within = {name for name in parts if any(name.startswith(f"linkus.{feature}.") for feature in FEATURES)}
    assert parts == within  # of no feature that is not listed
    assert parts - loaded == INCLUDED & parts


def _layers() -> list[list[str]]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [sorted(re.split(r"\s*[|:]\s*", layer)) for layer in contracts[0]["layers"]]


def _documented() -> list[list[str]]:
    text = (ROOT / "docs" / "contracts" / "code.md").read_text()
    section = text.partition("## The features, in order\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[2] for line in section.splitlines() if re.match(r"\| (?!layer)", line)]
    layers = (layer for cell in cells for layer in re.sub(r"\([^)]*\)", "", cell).split(";"))
    return [sorted(re.findall(r"`(\w+)`", layer)) for layer in layers]


def test_the_document_shows_the_order_of_the_features() -> None:
    layers = _layers()
    features = [[name for name in layer if name != "engine"] for layer in layers[layers.index(["rescue"]) :]]
    assert _documented() == features
