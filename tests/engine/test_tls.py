"""Certificates of the instance's own authority."""

import dataclasses
import datetime
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from linkus.engine.layout import Layout
from linkus.engine.tls import LEAF_DAYS, RENEW_DAYS, find_certificate

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(home=tmp_path, host="192.0.2.7", domain="通信.example")


def names(certificate: x509.Certificate) -> set[str]:
    value = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in value}


def test_none_on_loopback(tmp_path: Path) -> None:
    assert find_certificate(Layout(home=tmp_path, host="127.0.0.12"), NOW) is None
    assert not (tmp_path / "keys").exists()


def test_names_an_address_that_stands_for_the_domain(layout: Layout) -> None:
    """Behind NAT the address that people type is not this machine's own."""
    found = find_certificate(dataclasses.replace(layout, domain="203.0.113.9"), NOW)
    assert found
    assert "203.0.113.9" in names(found.load())


def test_names_host_and_domain(layout: Layout) -> None:
    found = find_certificate(layout, NOW)
    assert found is not None
    assert names(found.load()) == {"192.0.2.7", "127.0.0.1", "localhost", "通信.example".encode("idna").decode()}


def test_authority_vouches_for_the_leaf(layout: Layout) -> None:
    found = find_certificate(layout, NOW)
    assert found is not None
    authority = x509.load_pem_x509_certificate((layout.keys / "ca" / "ca.pem").read_bytes())
    found.load().verify_directly_issued_by(authority)
    # OpenSSL itself accepts certificate and key
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(found.chain, found.key)


def test_keys_are_readable_by_nobody_else(layout: Layout) -> None:
    find_certificate(layout, NOW)
    for key in (layout.keys / "ca" / "ca.key", layout.keys / "tls" / "key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_kept_until_it_nears_its_end(layout: Layout) -> None:
    def serial(at: datetime.datetime) -> int:
        found = find_certificate(layout, at)
        assert found is not None
        return found.load().serial_number

    first = serial(NOW)
    assert serial(NOW + datetime.timedelta(days=LEAF_DAYS - RENEW_DAYS - 1)) == first
    renewed_at = NOW + datetime.timedelta(days=LEAF_DAYS - RENEW_DAYS + 1)
    assert serial(renewed_at) != first
    found = find_certificate(layout, renewed_at)
    assert found is not None
    assert found.not_after == renewed_at + datetime.timedelta(days=LEAF_DAYS)


def test_new_domain_new_leaf_same_authority(layout: Layout) -> None:
    find_certificate(layout, NOW)
    authority = (layout.keys / "ca" / "ca.pem").read_bytes()
    moved = Layout(home=layout.home, host=layout.host, domain="new.example")
    found = find_certificate(moved, NOW)
    assert found is not None
    assert "new.example" in names(found.load())
    assert (layout.keys / "ca" / "ca.pem").read_bytes() == authority


def test_the_administrators_own_is_used_as_it_is(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path, host="127.0.0.1", tls_cert=tmp_path / "a.pem", tls_key=tmp_path / "a.key")
    found = find_certificate(layout, NOW)
    assert found is not None
    assert (found.chain, found.key) == (tmp_path / "a.pem", tmp_path / "a.key")
