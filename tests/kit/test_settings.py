from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from linkus.kit.settings import Settings


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:////x/y.db", "sqlite+aiosqlite:////x/y.db"),
        ("postgresql://u:p%40@h/d", "postgresql+asyncpg://u:p%40@h/d"),
        ("postgres://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_database_url_gets_the_async_driver(url: str, expected: str) -> None:
    assert Settings(database_url=url).database == expected


def test_sqlite_lies_in_the_home(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).database == f"sqlite+aiosqlite:///{tmp_path}/linkus.db"


@pytest.mark.parametrize(
    ("host", "internal", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:8088"),
        ("127.0.0.3", "127.0.0.3", "http://127.0.0.3:8088"),
        ("192.0.2.5", "127.0.0.1", "https://192.0.2.5:8088"),
        ("0.0.0.0", "127.0.0.1", "https://0.0.0.0:8088"),
    ],
)
def test_plain_http_on_loopback_only(host: str, internal: str, url: str) -> None:
    settings = Settings(host=host)
    assert (settings.internal_host, settings.portal_url) == (internal, url)


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKUS_DOMAIN", "pbx.example.cn")
    monkeypatch.setenv("LINKUS_ADMIN_PASSWORD", "First-Admin-7")
    settings = Settings()
    assert settings.public_name == "pbx.example.cn"
    assert "First-Admin-7" not in repr(settings)
    monkeypatch.setenv("LINKUS_ENGINE", "maybe")
    with pytest.raises(ValidationError):
        Settings()
