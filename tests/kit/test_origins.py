"""The origin of a request's page, and the client address that a proxy reports."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.addresses import networks
from linkus.kit.origins import forwarded_client, is_own_origin
from linkus.kit.settings import Settings

OWN = ("https://pbx.example.cn", "https://192.0.2.5:8088")


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://127.0.0.1:8088", "127.0.0.1:8088", True),
        ("https://127.0.0.1:8088", "127.0.0.1:8088", True),
        ("https://pbx.example.cn", "127.0.0.1:8088", True),
        ("https://pbx.example.cn:443", "127.0.0.1:8088", True),
        ("https://PBX.example.cn", "127.0.0.1:8088", True),
        (
            "https://other.example.cn",
            "other.example.cn:443",
            True,
        ),  # some proxies write the port
        ("http://other.example.cn:80", "other.example.cn", True),
        ("https://[2001:db8::5]:8088", "[2001:db8::5]:8088", True),
        ("https://192.0.2.5:8088", None, True),
        ("http://pbx.example.cn", "127.0.0.1:8088", False),  # nobody vouches for that page
        ("https://pbx.example.cn:8443", "127.0.0.1:8088", False),
        ("http://127.0.0.1", "127.0.0.1:8088", False),
        ("http://127.0.0.1:8088.evil.cn", "127.0.0.1:8088", False),
        ("https://evil.cn@pbx.example.cn", "127.0.0.1:8088", False),
        ("https://pbx.example.cn/evil", "127.0.0.1:8088", False),
        ("https://pbx.example.cn.evil.cn", "127.0.0.1:8088", False),
        ("null", "null", False),
        ("", "", False),
        ("http://[", "[", False),
        ("file://", "", False),
        ("http://a:99999999", "a:99999999", False),
    ],
)
def test_own_origin_is_recognised(origin: str, host: str | None, own: bool) -> None:
    assert is_own_origin(origin, host, OWN) is own


def test_http_origin_is_foreign_where_pages_use_https() -> None:
    assert is_own_origin("http://pbx.example.cn", "pbx.example.cn", (), secure=False)
    assert not is_own_origin("http://pbx.example.cn", "pbx.example.cn", (), secure=True)
    assert is_own_origin("https://pbx.example.cn", "pbx.example.cn", (), secure=True)


@given(st.text(), st.none() | st.text())
def test_arbitrary_text_is_no_own_origin(origin: str, host: str | None) -> None:
    assert is_own_origin(origin, host, OWN) in (True, False)
    assert not is_own_origin(origin, "127.0.0.1:8088", ()) or "127.0.0.1:8088" in origin


@given(st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z]{2,8}){1,2}", fullmatch=True), st.integers(1, 65535))
def test_own_origin_has_the_same_host_and_port(name: str, port: int) -> None:
    assert is_own_origin(f"https://{name}:{port}", f"{name}:{port}", ())
    assert not is_own_origin(f"https://{name}:{port}", f"{name}:{port % 65535 + 1}", ())
    assert not is_own_origin(f"https://{name}.cn:{port}", f"{name}:{port}", ())


PROXIES = networks(("10.0.0.0/24", "fd00::2"))


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("203.0.113.9", "192.0.2.7", "203.0.113.9"),  # anybody can write the header
        ("10.0.0.2", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.2", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.2", "198.51.100.1, 192.0.2.7, 10.0.0.3", "192.0.2.7"),  # two proxies, one behind the other
        ("fd00::2", "2001:DB8::7", "2001:db8::7"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "unknown", "10.0.0.2"),
        ("10.0.0.2", "192.0.2.7, unknown", "10.0.0.2"),
        ("10.0.0.2", "10.0.0.9", "10.0.0.9"),  # the browser runs on a proxy's machine
        ("", "192.0.2.7", ""),
    ],
)
def test_forwarded_client(peer: str, told: str, client: str) -> None:
    assert forwarded_client(peer, told, PROXIES) == client


_ADDRESS = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), st.ip_addresses(v=4, network="10.0.0.0/24")).map(str)


@given(_ADDRESS, st.lists(_ADDRESS, max_size=5), st.text())
def test_forwarded_client_ignores_what_a_client_wrote(peer: str, chain: list[str], written: str) -> None:
    """A client may send any header. Proxies append to it, and only what they append counts."""
    trusted = [any(ip_address(each) in network for network in PROXIES) for each in (peer, *chain)]
    honest = forwarded_client(peer, ", ".join(chain), PROXIES)
    assert honest in (peer, *chain)
    if not all(trusted):
        assert forwarded_client(peer, ", ".join([written, *chain]), PROXIES) == honest
        assert not any(ip_address(honest) in network for network in PROXIES)


def test_own_origin_behind_a_proxy_is_the_public_address() -> None:
    settings = Settings(host="127.0.0.1", public_url="https://pbx.example.cn")
    assert is_own_origin("https://pbx.example.cn", "127.0.0.1:8088", settings.origins)
    assert not is_own_origin("https://pbx.example.cn:8088", "127.0.0.1:8088", settings.origins)
    named = Settings(host="192.0.2.5", domain="pbx.example.cn")
    assert is_own_origin("https://pbx.example.cn:8088", "10.0.0.5:8088", named.origins)
