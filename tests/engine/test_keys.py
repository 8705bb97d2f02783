import stat
import threading
from pathlib import Path

from cryptography.fernet import Fernet

from linkus.engine.keys import NAMES, ensure_keys, read_key


def test_made_once_and_kept(tmp_path: Path) -> None:
    first = ensure_keys(tmp_path / "keys")
    assert set(first) == set(NAMES)
    assert len(set(first.values())) == len(NAMES)
    assert ensure_keys(tmp_path / "keys") == first


def test_readable_by_the_owner_only(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) for name in NAMES} == {0o600}


def test_without_what_configuration_files_give_a_meaning(tmp_path: Path) -> None:
    for name, key in ensure_keys(tmp_path / "keys").items():
        assert key.replace("-", "").replace("_", "").rstrip("=").isalnum(), name
        assert len(key) >= 43


def test_seal_is_a_fernet_key(tmp_path: Path) -> None:
    seal = Fernet(ensure_keys(tmp_path / "keys")["seal"])
    assert seal.decrypt(seal.encrypt(b"secret")) == b"secret"


def test_several_at_once_get_the_same(tmp_path: Path) -> None:
    found: list[str] = []
    start = threading.Barrier(8)

    def read() -> None:
        start.wait()
        found.append(read_key(tmp_path / "keys", "internal"))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
