import os
import stat
from pathlib import Path

import pytest

from linkus.engine import logfile
from linkus.engine.logfile import LogFile, rotate


def test_remembers_the_last_words(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "x.log")
    log.write(b"one\ntwo\n\n")
    assert log.last_words == "two"
    log.write(b"\n")
    assert log.last_words == "two"
    log.write(b"ERROR: no such module\nINFO: goodbye\n")
    assert log.last_words == "ERROR: no such module"
    log.close()


def test_remembers_the_error_that_the_others_follow_from(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "x.log")
    log.write(b"reading settings\n")
    assert log.cause_of_failed_start == "reading settings"
    log.write(b"ERROR: database is locked\nERROR: cannot connect\n")
    log.write(b"ERROR: error while initializing modules\ngoodbye\n")
    assert log.cause_of_failed_start == "ERROR: database is locked"
    log.close()


def test_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfile, "LIMIT", 100)
    monkeypatch.setattr(logfile.rotate, "__kwdefaults__", {"limit": 100, "kept": 3})
    log = LogFile(tmp_path / "x.log")
    for number in range(100):
        log.write(f"{number:02} {'x' * 46}\n".encode())
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.log", "x.log.1", "x.log.2", "x.log.3"]
    assert (tmp_path / "x.log.1").read_text().splitlines()[-1].startswith("99")
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400


def test_small_files_stay(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text("little")
    assert not rotate(tmp_path / "x.log")
    assert not rotate(tmp_path / "not-there.log")


def test_no_other_user_reads_a_log_also_when_it_has_been_moved_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "LIMIT", 100)
    monkeypatch.setattr(logfile.rotate, "__kwdefaults__", {"limit": 100, "kept": 3})
    before = os.umask(0)
    try:
        log = LogFile(tmp_path / "x.log")
        for _ in range(10):
            log.write(b"x" * 60)
        log.close()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}
