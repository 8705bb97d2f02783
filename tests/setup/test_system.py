"""Checks of the system and the user's rights, and a stale mirror."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]
EXPIRED = "E: Release file for http://deb.example/debian/dists/bookworm/InRelease is expired (invalid since 9d)."
TOO_NEW = "E: Release file for http://deb.example/debian/dists/bookworm/InRelease is not valid yet (for another 3h)."


@pytest.fixture
def system(script: Script) -> ModuleType:
    return script("system")


@pytest.mark.parametrize(
    "release",
    [
        'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
        'ID=debian\nVERSION_ID="13"',
        "ID=debian\nVERSION_CODENAME=forky",  # testing has no number
    ],
)
def test_debian_since_12(system: ModuleType, monkeypatch: pytest.MonkeyPatch, release: str) -> None:
    monkeypatch.setattr(system, "read", lambda _path: release)
    system.check_system()


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ('ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"', "Ubuntu 24.04.1 LTS"),
        ('ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"', "Debian GNU/Linux 11 (bullseye)"),
        ("", "linux"),  # no such file
    ],
)
def test_another_system_is_told_of_the_container_files(
    system: ModuleType, monkeypatch: pytest.MonkeyPatch, release: str, name: str
) -> None:
    monkeypatch.setattr(system, "read", lambda _path: release)
    with pytest.raises(system.Refusal) as refused:
        system.check_system()
    for line in refused.value.lines:
        assert name in line
        assert "deploy/README.md" in line


def test_without_the_right_to_install(system: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda _name: None)
    with pytest.raises(system.Refusal) as refused:
        system.as_root(["apt-get", "update"])
    assert "root" in refused.value.lines[0]
    assert "sudo" in refused.value.lines[1]


def test_root_needs_no_sudo(system: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    assert system.as_root(("apt-get", "update")) == ["apt-get", "update"]


class Apt:
    """Acts as apt-get: records its calls, and gives the next answer each time."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.asked: list[list[str]] = []

    def attempt(self, _name: str, command: list[str], **_options: Any) -> tuple[int, str]:
        self.asked.append(command)
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("answers", "without_check", "said"),
    [
        ([(0, "")], False, ""),
        ([(100, EXPIRED), (0, "")], True, "已过期"),
        ([(100, TOO_NEW)], False, "系统时间"),
        ([(100, "E: The repository 'http://x' does not have a Release file.")], False, "does not have a Release file"),
    ],
)
def test_package_lists(
    system: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answers: list[tuple[int, str]],
    without_check: bool,
    said: str,
) -> None:
    apt = Apt(*answers)
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system, "attempt", apt.attempt)
    system._update_lists()
    assert apt.answers == []
    assert ("Acquire::Check-Valid-Until=false" in apt.asked[-1]) is without_check
    assert said in capsys.readouterr().out
