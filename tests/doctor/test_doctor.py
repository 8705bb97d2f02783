"""The doctor's findings and remedies."""

import datetime
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography.fernet import Fernet

from linkus.doctor import run_doctor
from linkus.doctor.finding import Finding, Level
from linkus.doctor.instance import check_certificate, check_database, check_engine, check_integrity
from linkus.doctor.keys import check_keys
from linkus.doctor.machine import check_clock, check_disk, check_fence, check_ports_free, check_udp_guard
from linkus.doctor.mail import check_mail_server, try_mail_server
from linkus.engine.layout import Layout
from linkus.engine.tls import own_certificate
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.mail.schemas import TlsMode
from linkus.mail.transport import Account
from linkus.runtime.migrate import upgrade
from tests.system.secrets import damage, sealed_trunk

HOST = "127.0.0.12"
NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, host=HOST)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(home=tmp_path, host=HOST, internal=HOST)


def is_problem(finding: Finding) -> bool:
    """Return whether this is a problem. Each problem must have a remedy, in both languages."""
    if finding.level is not Level.PROBLEM:
        return False
    assert finding.remedy is not None
    assert finding.remedy.chinese
    assert finding.remedy.english
    return True


def test_disk(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_disk(layout).level is Level.OK
    monkeypatch.setattr("linkus.doctor.machine.DISK_NEEDED", 1 << 60)
    assert is_problem(check_disk(layout))


def test_clock() -> None:
    assert check_clock(NOW, synchronised=True).level is Level.OK
    assert check_clock(NOW, synchronised=False).level is Level.NOTE
    assert is_problem(check_clock(datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC), synchronised=False))


def test_ports(layout: Layout) -> None:
    with socket.create_server((HOST, 8089)):
        (finding,) = check_ports_free(layout)
        assert is_problem(finding)
        assert f"{HOST}:8089" in finding.said.english
        assert str(os.getpid()) in finding.said.chinese
        assert finding.remedy is not None
        assert "LINKUS_HOST" in finding.remedy.english
    assert [finding.level for finding in check_ports_free(layout)] == [Level.OK]


def test_udp_guard_is_reported_when_the_system_forbids_it(layout: Layout) -> None:
    record = layout.home / "run.json"
    assert check_udp_guard(layout) == []
    record.write_text('{"pid": 1, "parts": {"kamailio": {"pid": 2, "udp_problem": ""}}}')
    assert check_udp_guard(layout) == []
    record.write_text('{"pid": 1, "parts": {"kamailio": {"pid": 2, "udp_problem": "Operation not permitted"}}}')
    (finding,) = check_udp_guard(layout)
    assert finding.level is Level.NOTE
    assert "kamailio" in finding.said.english
    assert "Operation not permitted" in finding.said.chinese
    assert finding.remedy is not None


def test_ports_of_the_running_instance_are_no_problem(layout: Layout) -> None:
    (layout.home / "run.json").write_text(f'{{"pid": {os.getpid()}, "parts": {{}}}}')
    with socket.create_server((HOST, 8089)):
        assert [finding.level for finding in check_ports_free(layout)] == [Level.OK]


def test_certificate(tmp_path: Path, layout: Layout) -> None:
    assert check_certificate(layout, NOW).level is Level.OK  # loopback needs none
    made = own_certificate(Layout(home=tmp_path, host="192.0.2.1"), NOW)
    given = Layout(home=tmp_path, host=HOST, tls_cert=made.chain, tls_key=made.key)
    assert check_certificate(given, NOW).level is Level.OK
    assert check_certificate(given, made.not_after - datetime.timedelta(days=3)).level is Level.NOTE
    assert is_problem(check_certificate(given, made.not_after + datetime.timedelta(days=2)))
    made.key.write_text("broken")
    assert is_problem(check_certificate(given, NOW))


async def test_engine_without_an_image(layout: Layout) -> None:
    (finding,) = await check_engine(layout)
    assert is_problem(finding)
    assert finding.remedy is not None
    assert "make run" in finding.remedy.english


async def test_database(settings: Settings) -> None:
    assert (await check_database(settings)).level is Level.NOTE  # not there yet
    upgrade(settings)
    assert (await check_database(settings)).level is Level.OK
    (settings.home / "linkus.db").write_bytes(b"not a database" * 100)
    assert is_problem(await check_database(settings))


async def test_database_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://linkus@{HOST}:1/linkus"
    assert is_problem(await check_database(Settings(home=tmp_path, database_url=url)))


async def test_database_of_another_version(settings: Settings) -> None:
    settings.home.joinpath("linkus.db").touch()
    assert (await check_database(settings)).level is Level.NOTE


async def test_no_mail_server(settings: Settings) -> None:
    upgrade(settings)
    assert (await check_mail_server(settings, Seal(Fernet.generate_key()))).level is Level.NOTE


async def test_a_damaged_database(settings: Settings) -> None:
    upgrade(settings)
    assert (await check_integrity(settings)).level is Level.OK
    damage(settings.home / "linkus.db")
    assert is_problem(await check_integrity(settings))


async def test_keys(settings: Settings) -> None:
    upgrade(settings)
    finding, seal = await check_keys(settings)
    assert (finding.level, seal) == (Level.NOTE, None)
    assert not (settings.home / "keys").exists()  # a mere check creates none
    await sealed_trunk(settings, "电信")
    finding, seal = await check_keys(settings)
    assert finding.level is Level.OK
    assert seal is not None


async def test_lost_keys(settings: Settings) -> None:
    upgrade(settings)
    await sealed_trunk(settings, "电信")
    (settings.home / "keys" / "seal").unlink()
    finding, seal = await check_keys(settings)
    assert is_problem(finding)
    assert seal is None
    assert "accept-lost-keys" in str(finding.remedy)
    assert not (settings.home / "keys" / "seal").exists()


async def test_one_secret_that_cannot_be_read(settings: Settings) -> None:
    upgrade(settings)
    await sealed_trunk(settings, "电信")
    await sealed_trunk(settings, "联通", Seal(Fernet.generate_key()))
    finding, seal = await check_keys(settings)
    assert is_problem(finding)
    assert seal is not None
    assert "联通" in finding.said.chinese
    assert "电信" not in finding.said.chinese


@pytest.fixture
def mail_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(Sink(), hostname=HOST, port=port)
    controller.start()
    yield port
    controller.stop()


def account_at(port: int) -> Account:
    return Account(host=HOST, port=port, tls_mode=TlsMode.NONE, username="", password="")


async def test_mail_server(mail_port: int) -> None:
    assert (await try_mail_server(account_at(mail_port))).level is Level.OK


async def test_mail_server_that_is_not_there() -> None:
    finding = await try_mail_server(account_at(1))
    assert is_problem(finding)
    assert f"{HOST}:1" in finding.said.english


def test_exit_code_and_words(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty home has no engine image: one problem, with its remedy, in both languages."""
    assert run_doctor(settings) == 1
    said = capsys.readouterr().out
    assert "[问题] 引擎" in said
    assert "[problem] Engine" in said
    assert "make run" in said
    assert "Problems found: 1" in said


def test_internal_ports_without_a_packet_filter() -> None:
    assert check_fence(True).level is Level.OK
    finding = check_fence(False)
    assert finding.level is Level.NOTE
    assert "2223" in finding.said.english
    assert finding.remedy is not None
