"""Certificates: the administrator's own, or a leaf of the instance's own authority."""

import datetime
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from linkus.engine.layout import Layout
from linkus.kit.addresses import is_address
from linkus.kit.private_files import replacing

AUTHORITY_YEARS = 20
LEAF_DAYS = 397  # the longest lifetime that browsers accept (CA/Browser Forum baseline requirements 6.3.2)
RENEW_DAYS = 30
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    chain: Path
    key: Path

    def load(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.chain.read_bytes())

    @property
    def not_after(self) -> datetime.datetime:
        return self.load().not_valid_after_utc


def find_certificate(layout: Layout, now: datetime.datetime | None = None) -> Certificate | None:
    """Return the certificate of nginx and the edge, or None for plain HTTP on loopback."""
    if layout.tls_cert is not None:
        return Certificate(layout.tls_cert, layout.tls_key or layout.tls_cert)
    if not layout.tls:
        return None
    return own_certificate(layout, now or datetime.datetime.now(datetime.UTC))


def own_certificate(layout: Layout, now: datetime.datetime) -> Certificate:
    """Return a leaf of our own authority for this host and domain. Renew it before it expires, or when the names
    change."""
    authority = Certificate(layout.keys / "ca" / "ca.pem", layout.keys / "ca" / "ca.key")
    leaf = Certificate(layout.keys / "tls" / "cert.pem", layout.keys / "tls" / "key.pem")
    if not authority.chain.exists():
        _write(authority, *_make_authority(now))
    names = certificate_names(layout)
    if not leaf.chain.exists() or _needs_renewal(leaf, names, now):
        _write(leaf, *_make_leaf(authority, names, now))
    return leaf


def certificate_names(layout: Layout) -> list[x509.GeneralName]:
    """Return all names under which a browser outside, in the local network or on this machine may reach the server."""
    endpoints = layout.addresses.endpoints
    addresses = [*(each.public for each in endpoints), *(each.local for each in endpoints), "127.0.0.1"]
    names: list[x509.GeneralName] = [x509.IPAddress(ip_address(each)) for each in dict.fromkeys(addresses)]
    names.append(x509.DNSName("localhost"))
    if layout.domain and is_address(layout.domain):
        if layout.domain not in addresses:
            names.append(x509.IPAddress(ip_address(layout.domain)))
    elif layout.domain:
        names.append(x509.DNSName(layout.domain.encode("idna").decode()))
    return names


def _needs_renewal(leaf: Certificate, names: list[x509.GeneralName], now: datetime.datetime) -> bool:
    certificate = leaf.load()
    covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return certificate.not_valid_after_utc - now < RENEW_DAYS * _DAY or list(covered) != names


def _make_authority(now: datetime.datetime) -> tuple[list[x509.Certificate], ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Linkus server own authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + AUTHORITY_YEARS * 365 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificate_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return [certificate], key


def _make_leaf(
    authority: Certificate, names: list[x509.GeneralName], now: datetime.datetime
) -> tuple[list[x509.Certificate], ec.EllipticCurvePrivateKey]:
    issuer = authority.load()
    signer = serialization.load_pem_private_key(authority.key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{authority.key} is not an elliptic curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Linkus server")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(min(now + LEAF_DAYS * _DAY, issuer.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificate_sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return [certificate, issuer], key


def _usage(*, certificate_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificate_sign, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certificate_sign, crl_sign=certificate_sign,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write(target: Certificate, chain: list[x509.Certificate], key: ec.EllipticCurvePrivateKey) -> None:
    target.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem, pkcs8, none = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    for path, content in (
        (target.key, key.private_bytes(pem, pkcs8, none)),
        (target.chain, b"".join(certificate.public_bytes(pem) for certificate in chain)),
    ):
        with replacing(path) as fresh:
            fresh.write_bytes(content)
