"""Upkeep of a running instance: a certificate near its end is renewed, and a grown access log is rotated."""

import datetime
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509

from linkus.engine import tls
from linkus.engine.layout import Layout
from linkus.engine.logfile import LIMIT
from tests.runtime.test_public_address import ADDRESS, Public, fetch

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    started = Public(tmp_path_factory.mktemp("upkeep"), ADDRESS)
    try:
        started.wait_ready()
        yield started
    finally:
        assert started.stop() == []


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def shown(public: Public, port: int) -> int:
    """Return the serial number of the certificate on this port."""
    pem = public.inside(f"import ssl; print(ssl.get_server_certificate(('{ADDRESS}', {port}), timeout=10))")
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


def pids(public: Public) -> dict[str, int]:
    parts = json.loads((public.home / "run.json").read_text())["parts"]
    return {name: part["pid"] for name, part in parts.items()}


def test_a_certificate_near_its_end_is_renewed_without_a_restart(public: Public) -> None:
    layout = Layout(home=public.home, host=ADDRESS)
    leaf = public.home / "keys" / "tls" / "cert.pem"
    before, first = pids(public), x509.load_pem_x509_certificate(leaf.read_bytes()).serial_number
    assert [shown(public, port) for port in (8088, 5061)] == [first, first]
    # as the same folder would look a year later: a certificate with ten days left
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=tls.LEAF_DAYS - 10)
    leaf.unlink()
    tls.own_certificate(layout, then)
    short = x509.load_pem_x509_certificate(leaf.read_bytes())
    assert short.not_valid_after_utc < datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=11)
    public.process.send_signal(signal.SIGUSR1)
    until(lambda: shown(public, 8111) not in (first, short.serial_number))
    until(lambda: shown(public, 5061) == shown(public, 8088))
    renewed = x509.load_pem_x509_certificate(leaf.read_bytes())
    assert shown(public, 5061) == renewed.serial_number
    assert renewed.not_valid_after_utc > datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=300)
    authority = public.home / "keys" / "ca" / "ca.pem"
    assert '"setup_needed"' in fetch(public, 8088, "/api/v1/system/info", authority)
    assert pids(public) == before


def test_a_broken_certificate_does_not_replace_one_that_works(public: Public) -> None:
    before = shown(public, 5061)
    key = public.home / "keys" / "tls" / "key.pem"
    good, another = key.read_bytes(), (public.home / "keys" / "ca" / "ca.key").read_bytes()
    key.write_bytes(another)
    try:
        public.process.send_signal(signal.SIGUSR1)
        until(lambda: "upkeep_failed" in (public.home / "logs" / "supervisor.log").read_text())
    finally:
        key.write_bytes(good)
    assert [shown(public, port) for port in (8088, 5061)] == [before, before]


def test_a_grown_access_log_is_moved_aside(public: Public) -> None:
    authority, path = public.home / "keys" / "ca" / "ca.pem", public.home / "logs" / "nginx-access.log"
    for _ in range(4):  # the oldest is deleted
        until(lambda: path.stat().st_size > 0)
        grown = path.stat().st_ino
        os.truncate(path, LIMIT)  # nginx appends, so its next line comes after this
        public.process.send_signal(signal.SIGUSR1)
        until(lambda: is_another(path, grown))  # noqa: B023 - it is called before the loop continues
        until(lambda: is_logged(public, authority))
    logs = sorted(each.name for each in path.parent.glob("nginx-access.log*"))
    assert logs == ["nginx-access.log", "nginx-access.log.1", "nginx-access.log.2", "nginx-access.log.3"]


def is_another(path: Path, inode: int) -> bool:
    return path.exists() and path.stat().st_ino != inode


def is_logged(public: Public, authority: Path) -> bool:
    """Return whether a request is written to the present file."""
    address = "/api/v1/system/info"
    fetch(public, 8088, address, authority)
    return f'"path":"{address}"' in (public.home / "logs" / "nginx-access.log").read_text()
