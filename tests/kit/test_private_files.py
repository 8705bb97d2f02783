from __future__ import annotations

from pathlib import Path

import pytest

from linkus.kit.private_files import replacing


@pytest.mark.parametrize("durable", [False, True])
def test_replacing_writes_a_private_file_and_leaves_no_other(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "key.pem"
    path.write_text("old")
    path.chmod(0o644)
    with replacing(path, durable=durable) as fresh:
        fresh.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_replacing_keeps_the_old_file_when_the_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"), replacing(path) as fresh:
        fresh.write_text("half")
        raise OSError("disk full")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_at_once_do_not_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "prompt.wav"
    with replacing(path) as first, replacing(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"  # the one that ended last
    assert list(tmp_path.iterdir()) == [path]
