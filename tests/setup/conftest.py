"""Loads scripts/setup, which runs before anything is installed: plain Python beside the project."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return a freshly imported module of scripts/setup by its name."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for name in [name for name in sys.modules if name.partition(".")[0] == "setup"]:
        monkeypatch.delitem(sys.modules, name)
    return lambda name: importlib.import_module(f"setup.{name}")
