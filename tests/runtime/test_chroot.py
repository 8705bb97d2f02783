"""Root runs the programs in a chroot if bubblewrap does not work, as in most containers."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linkus.engine.sandbox import ENGINE_UID
from tests.runtime.conftest import Instance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


def path_without_bubblewrap(folder: Path) -> str:
    folder.mkdir()
    for name in ("python3", "chroot", "setpriv"):
        found = shutil.which(name)
        assert found, f"{name} is missing"
        (folder / name).symlink_to(found)
    return str(folder)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    assert os.geteuid() == 0, "a chroot needs root: run the tests as root"
    home = tmp_path / "home"
    started = Instance(home, PATH=path_without_bubblewrap(tmp_path / "bin"))
    try:
        yield started
    finally:
        started.server.stop()
        # remove this instance's files from the image, which others use too
        shutil.rmtree((home / "engine" / "image").resolve() / str(tmp_path).lstrip("/"), ignore_errors=True)


def test_runs_and_leaves_nothing(instance: Instance) -> None:
    instance.wait_ready()
    assert httpx.get(f"{instance.portal}/portal/").status_code == 200
    for name in ("rtpengine", "kamailio", "asterisk", "nginx"):
        process = Path(f"/proc/{instance.pid(name)}")
        assert (process / "root").readlink() == (instance.home / "engine" / "image").resolve()
        assert f"Uid:\t{ENGINE_UID}\t{ENGINE_UID}" in (process / "status").read_text()
    for folder in (instance.home / "engine" / "run", instance.home / "logs", instance.home / "prompts"):
        for path in (folder.resolve(), *folder.resolve().rglob("*")):
            assert path.stat().st_mode & 0o027 == 0, path
    os.kill(instance.record["pid"], signal.SIGKILL)
    assert instance.left_over() == []
