from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from linkus.kit.addresses import is_wildcard, outgoing_address
from linkus.kit.interfaces import OwnAddress
from linkus.kit.setting_rules import explain
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


def test_sqlite_file_is_in_the_home(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).database == f"sqlite+aiosqlite:///{tmp_path}/linkus.db"


@pytest.mark.parametrize(
    ("host", "internal", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:8088"),
        ("127.0.0.3", "127.0.0.3", "http://127.0.0.3:8088"),
        ("192.0.2.5", "127.0.0.1", "https://192.0.2.5:8088"),
        ("0.0.0.0", "127.0.0.1", "https://198.51.100.7:8088"),
        ("::", "127.0.0.1", "https://198.51.100.7:8088"),  # both families: links use one of them
        ("2001:db8::5", "127.0.0.1", "https://[2001:db8::5]:8088"),
        ("localhost", "127.0.0.1", "http://localhost:8088"),
        ("::1", "127.0.0.1", "http://[::1]:8088"),
        ("127.0.0.3,::1", "127.0.0.3", "http://127.0.0.3:8088"),
        ("2001:db8::5, 192.0.2.5", "127.0.0.1", "https://192.0.2.5:8088"),
    ],
)
def test_plain_http_is_allowed_on_loopback_only(
    host: str, internal: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On all addresses, links use the one that this machine uses, because nobody can open https://0.0.0.0."""
    own = {"0.0.0.0": "198.51.100.7", "::": "2001:db8::7"}
    monkeypatch.setattr("linkus.kit.addresses.outgoing_address", own.__getitem__)
    settings = Settings(host=host)
    assert (settings.internal_host, settings.portal_url) == (internal, url)


def test_links_of_an_ipv6_only_machine_have_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"0.0.0.0": "127.0.0.1", "::": "2001:db8::7"}  # no IPv6 route to the outside
    monkeypatch.setattr("linkus.kit.addresses.outgoing_address", own.__getitem__)
    monkeypatch.setattr("linkus.kit.addresses.own_addresses", lambda: (OwnAddress("eth0", "2001:db8::7"),))
    assert Settings(host="::").portal_url == "https://[2001:db8::7]:8088"


def test_links_have_the_public_address() -> None:
    settings = Settings(host="10.0.0.5", public_address="203.0.113.50")
    assert settings.portal_url == "https://203.0.113.50:8088"
    assert Settings(host="10.0.0.5", domain="2001:db8::9").portal_url == "https://[2001:db8::9]:8088"
    behind_proxy = Settings(host="127.0.0.1", public_url="https://PBX.example.cn/")
    assert behind_proxy.portal_url == "https://pbx.example.cn"
    assert (behind_proxy.uses_tls, behind_proxy.has_secure_pages) == (False, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_default_host_is_an_address_of_this_machine(host: str) -> None:
    assert not is_wildcard(outgoing_address(host))


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKUS_DOMAIN", "pbx.example.cn")
    monkeypatch.setenv("LINKUS_ADMIN_PASSWORD", "First-Admin-7")
    settings = Settings()
    assert settings.public_name == "pbx.example.cn"
    assert "First-Admin-7" not in repr(settings)
    monkeypatch.setenv("LINKUS_ENGINE", "maybe")
    with pytest.raises(ValidationError):
        Settings()


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """compose.yaml passes unset variables on as empty ones."""
    for name in ("HOME", "HOST", "DOMAIN", "TLS_CERT", "TLS_KEY", "DATABASE_URL", "ENGINE"):
        monkeypatch.setenv(f"LINKUS_{name}", "")
    settings = Settings()
    assert (settings.home, settings.host, settings.tls_cert) == (Path("var").resolve(), "127.0.0.1", None)
    assert settings.public_name == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("host", "pbx.example.cn", "LINKUS_DOMAIN"),
        ("host", "192.168.1.300", "192.168.1.300"),
        ("host", "192.168.1.3;192.168.1.4", "192.168.1.3;192.168.1.4"),
        ("host", ",", "“,”"),
        ("host", "fe80::1%eth0", "fe80::1%eth0"),
        ("host", "192.0.2.5,fe80::1", "fe80::1"),
        ("public_address", "fe80::1", "fe80::1"),
        ("public_address", "pbx.example.cn", "pbx.example.cn"),
        ("public_address", "203.0.113.1,203.0.113.2", "IPv4"),
        ("public_address", "0.0.0.0", "0.0.0.0"),
        ("public_address", "127.0.0.1", "127.0.0.1"),
        ("trusted_proxies", "10.0.0.5/8", "10.0.0.5/8"),
        ("trusted_proxies", "proxy.example", "proxy.example"),
        ("local_networks", "home", "home"),
        ("public_url", "pbx.example.cn", "https://pbx.example.cn"),
        ("public_url", "https://pbx.example.cn/linkus", "https://pbx.example.cn"),
        ("public_url", "https://user@pbx.example.cn", "https://pbx.example.cn"),
        ("public_url", "ftp://pbx.example.cn", "https://pbx.example.cn"),
        ("public_url", "https://[", "https://pbx.example.cn"),
        ("domain", "https://pbx.example.cn", "https://"),
        ("domain", "pbx.example.cn:8088", "https://"),
        ("database_url", "mysql://root:secret-7@h/d", "postgresql://"),
        ("database_url", "postgresql://u:secret-7@h:port/d", "postgresql://"),
        ("database_url", "linkus.db", "postgresql://"),
        ("log_level", "loud", "'debug'"),
    ],
)
def test_wrong_variable_is_explained_in_both_languages(name: str, value: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({name: value})
    chinese, english = explain(caught.value.errors())
    assert said in chinese
    assert said in english
    assert chinese.startswith(f"LINKUS_{name.upper()}：")
    assert english.startswith(f"LINKUS_{name.upper()}: ")
    assert english.isascii() or "“" in english
    assert "secret-7" not in chinese + english


@pytest.mark.parametrize(
    "domain", ["", "pbx.example.cn", "pbx.example.cn.", "pbx", "通信.example", "203.0.113.9", "a_b.cn"]
)
def test_domains(domain: str) -> None:
    assert Settings(domain=domain).domain == domain
