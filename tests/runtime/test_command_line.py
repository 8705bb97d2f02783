"""Commands that need the server's database, typed where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linkus.kit.settings import Settings
from linkus.runtime.migrate import upgrade

pytestmark = pytest.mark.timeout(60)


def run(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("LINKUS_")}
    command = [sys.executable, "-m", "linkus", *words]
    environment = {**others, "LINKUS_HOME": str(home), **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [("rescue", "admin"), ("rescue",), ("accept-lost-keys",)])
def test_elsewhere_a_command_names_the_home_and_leaves_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run(tmp_path, *words)
    assert (ran.returncode, ran.stdout) == (1, "")
    chinese, english = ran.stderr.splitlines()
    assert str(tmp_path) in chinese
    for line in (chinese, english):
        assert f"LINKUS_HOME=/var/lib/linkus .venv/bin/linkus {' '.join(words)}" in line
    assert list(tmp_path.iterdir()) == []


def test_empty_file_is_no_database_either(tmp_path: Path) -> None:
    (tmp_path / "linkus.db").touch()
    ran = run(tmp_path, "rescue", "admin")
    assert ran.returncode == 1
    assert "LINKUS_HOME=" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_variable_of_another_database_is_named(tmp_path: Path) -> None:
    ran = run(tmp_path, "rescue", LINKUS_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert ran.returncode == 1
    assert "LINKUS_DATABASE_URL" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_damaged_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "linkus.db").write_bytes(b"not a database" * 500)
    ran = run(tmp_path, "rescue")
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 2


def test_in_the_right_home_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKUS_HOME", str(tmp_path))
    monkeypatch.delenv("LINKUS_DATABASE_URL", raising=False)
    upgrade(Settings())
    assert run(tmp_path, "rescue").returncode == 0
    unknown = run(tmp_path, "rescue", "nobody")
    assert unknown.returncode == 1
    assert "没有管理员 nobody" in unknown.stderr
