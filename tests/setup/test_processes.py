"""Commands run before the server: their output is kept, failures are reported, and nothing is left behind."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]
# a shell whose child works on: killing only the shell would leave the child
WORKER = ["sh", "-c", 'sleep 300 & echo $! > "$0"; wait']


@pytest.fixture
def processes(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = script("processes")
    monkeypatch.setattr(module, "LOGS", tmp_path / "logs")
    return module


def test_output_is_kept(processes: ModuleType, tmp_path: Path) -> None:
    assert processes.run("hello", [sys.executable, "-c", "print('hello')"]) == "hello\n"
    assert (tmp_path / "logs" / "hello.log").read_text() == "hello\n"


def test_a_failure_says_the_command_the_end_of_its_output_and_where_all_of_it_is(
    processes: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(processes.Refusal) as refused:
        processes.run("bad", ["sh", "-c", "seq 100; echo the reason; exit 3"])
    chinese, english = refused.value.lines
    assert "the reason" in chinese
    assert "50" not in chinese
    for line in (chinese, english):
        assert str(tmp_path / "logs" / "bad.log") in line


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(os.geteuid() != 0, reason="what sudo started is not ours to end")
def test_stopping_ends_what_was_started_with_all_that_it_started(processes: ModuleType, tmp_path: Path) -> None:
    told: list[BaseException] = []
    child = tmp_path / "child"

    def work() -> None:
        try:
            processes.run("worker", [*WORKER, str(child)])
        except processes.Stopped as stopped:
            told.append(stopped)

    thread = threading.Thread(target=work)
    thread.start()
    until = time.monotonic() + 10
    while not (child.is_file() and child.read_text().strip()) and time.monotonic() < until:
        time.sleep(0.01)
    pid = int(child.read_text())
    assert is_alive(pid)
    processes.stop_all()
    thread.join(10)
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_alive(pid)
    assert len(told) == 1


def test_nothing_begins_after_the_stop(processes: ModuleType) -> None:
    processes.stop_all()
    began = time.monotonic()
    with pytest.raises(processes.Stopped):
        processes.run("late", ["sleep", "300"])
    assert time.monotonic() - began < 60
