"""Starting and stopping: the messages, and that nothing is left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linkus.kit.settings import Settings
from linkus.runtime.migrate import upgrade
from tests.runtime.conftest import HOST, Instance
from tests.system.secrets import sealed_trunk
from tests.walk.server import REPOSITORY, Server, share_engine_image

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


@pytest.fixture
def fresh(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "home")


def serve(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `linkus serve`, which is expected to refuse."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKUS_")}
    environment |= {"LINKUS_HOME": str(home), "LINKUS_HOST": HOST, "PYTHONPATH": str(REPOSITORY)} | settings
    return subprocess.run(
        [sys.executable, "-m", "linkus", "serve"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_interrupt_stops_everything(fresh: Instance) -> None:
    link = fresh.server.setup_link()
    assert f"http://{HOST}:8088/portal/setup#t=" in link
    assert any(f"http://{HOST}:8111/" in line for line in fresh.server.lines)
    fresh.wait_ready()
    started = time.monotonic()
    assert fresh.server.stop() == []
    assert time.monotonic() - started < 8
    assert not (fresh.home / "run.json").exists()


def test_sigkill_of_linkus_leaves_no_process(fresh: Instance) -> None:
    fresh.wait_ready()
    pids = [fresh.record["pid"], *(part["pid"] for part in fresh.record["parts"].values())]
    assert len(set(pids)) == 6
    os.kill(fresh.record["pid"], signal.SIGKILL)
    assert fresh.left_over() == []
    end = time.monotonic() + 5  # a process that is being taken down no longer has an environment, but still exists
    while (alive := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < end:
        time.sleep(0.1)
    assert alive == []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_interrupt_while_starting(tmp_path: Path) -> None:
    home = tmp_path / "home"
    share_engine_image(home)
    server = Server(home, HOST)
    end = time.monotonic() + 30
    while not server.lines and time.monotonic() < end:
        time.sleep(0.05)
    assert server.stop() == []


def test_second_instance_of_a_home_is_refused(fresh: Instance) -> None:
    fresh.wait_ready()
    try:
        refused = serve(fresh.home)
        assert refused.returncode == 1
        assert str(fresh.record["pid"]) in refused.stderr
        assert "LINKUS_HOME" in refused.stderr
        assert fresh.server.is_running
    finally:
        assert fresh.server.stop() == []


@pytest.mark.parametrize(("kind", "port"), [(socket.SOCK_STREAM, 8088), (socket.SOCK_DGRAM, 5060)])
def test_taken_port_is_named_with_its_holder(kind: int, port: int, tmp_path: Path) -> None:
    share_engine_image(tmp_path)
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((HOST, port))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        refused = serve(tmp_path)
    assert refused.returncode == 1
    chinese, english = refused.stderr.splitlines()
    for line in (chinese, english):
        assert f"{HOST}:{port}/" in line
        assert str(os.getpid()) in line
        assert "LINKUS_HOST" in line
    assert "Traceback" not in refused.stderr


def test_missing_image_is_said(tmp_path: Path) -> None:
    refused = serve(tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.count("make run") == 2
    assert len(refused.stderr.splitlines()) == 2


def test_address_of_another_machine_is_said(tmp_path: Path) -> None:
    share_engine_image(tmp_path)
    refused = serve(tmp_path, LINKUS_HOST="192.0.2.1")
    assert refused.returncode == 1
    assert "192.0.2.1" in refused.stderr
    assert len(refused.stderr.splitlines()) == 2


def test_unusable_certificate_is_said(tmp_path: Path) -> None:
    share_engine_image(tmp_path)
    (tmp_path / "bad.pem").write_text("not a certificate")
    refused = serve(tmp_path, LINKUS_TLS_CERT=str(tmp_path / "bad.pem"))
    assert refused.returncode == 1
    assert "LINKUS_TLS_CERT" in refused.stderr
    assert len(refused.stderr.splitlines()) == 2


def test_lost_keys_are_said(tmp_path: Path) -> None:
    """Only the key that sealed the database lets it start. Without that key no new one is made in its place."""
    share_engine_image(tmp_path)
    settings = Settings(home=tmp_path, host=HOST)
    upgrade(settings)
    asyncio.run(sealed_trunk(settings, "电信"))
    (tmp_path / "keys" / "seal").unlink()
    refused = serve(tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.count("linkus accept-lost-keys") == 2
    assert len(refused.stderr.splitlines()) == 2
    assert not (tmp_path / "keys" / "seal").exists()


def test_unusable_first_administrator_is_said(tmp_path: Path) -> None:
    share_engine_image(tmp_path)
    refused = serve(tmp_path, LINKUS_ADMIN_USERNAME="admin", LINKUS_ADMIN_PASSWORD="1")
    assert refused.returncode == 1
    assert "LINKUS_ADMIN_PASSWORD" in refused.stderr


def test_wrong_setting_is_named(tmp_path: Path) -> None:
    refused = serve(tmp_path, LINKUS_LOG_LEVEL="loud", LINKUS_HOST="pbx.example.cn", LINKUS_DATABASE_URL="mysql://h/d")
    assert refused.returncode == 1
    chinese, english = refused.stderr.splitlines()  # and no traceback
    for name in ("LINKUS_LOG_LEVEL", "LINKUS_HOST", "LINKUS_DATABASE_URL"):
        assert name in chinese
        assert name in english
