"""Proves that a digest answers a challenge that was sent to this very address. Does not import Kamailio.

A UDP source address can be forged, but the forger never sees our answer. So each nonce of ours ends with a seal, an
HMAC over the nonce and the address that it goes to (RFC 7616 5.4 leaves a nonce's form to the server). Every client
repeats the nonce, while some forget `opaque`. The seal needs no memory, and all processes can check it.

Only a digest with such a nonce is checked at all. Otherwise an attacker could guess without limit by answering from
another address than the challenged one: each guess would be checked, and none would count.
"""

import base64
import hashlib
import hmac
import re
from enum import Enum

ADDRESS_SEAL_BYTES, PORT_SEAL_BYTES = 10, 6
SEAL_BYTES = ADDRESS_SEAL_BYTES + PORT_SEAL_BYTES
# Kamailio's nonce (`union bin_nonce` in src/modules/auth/nonce.h) with the second MD5, which it leaves out unless
# auth_checks_* are on. Kamailio ignores what stands there, so the seal takes the place of that MD5 at the end.
MAX_NONCE_BYTES = 4 + 4 + 16 + 16 + 4 + 1
EXPIRY_BYTES = 4  # a nonce begins with its expiry time, in network order

_IN_CHALLENGE = re.compile(r'\bnonce="([A-Za-z0-9+/=]+)"')
_IN_CREDENTIALS = re.compile(r"\bnonce[ \t]*=[ \t]*\"?([A-Za-z0-9+/]{1,80}={0,2})(?![A-Za-z0-9+/=])", re.IGNORECASE)
_IN_MESSAGE = re.compile(
    rb"\r\n(?:Proxy-)?Authorization[ \t]*:([^\r\n]{1,1000})", re.IGNORECASE
)  # folded lines are not read here: they need budget


class Proof(Enum):
    PROVEN = "proven"  # the sender has just received a challenge of ours at this address
    STALE = "stale"  # the sender once did, and needs a new one
    UNPROVEN = "unproven"  # nothing shows that the sender did


def seal_challenge(key: str, challenge: str, address: str, port: int) -> str:
    """Return a challenge with its nonce sealed for `address` and `port`."""
    return _IN_CHALLENGE.sub(lambda match: f'nonce="{seal_nonce(key, match[1], address, port)}"', challenge)


def seal_nonce(key: str, nonce: str, address: str, port: int) -> str:
    raw = base64.b64decode(nonce, validate=True)
    if not EXPIRY_BYTES < len(raw) <= MAX_NONCE_BYTES - SEAL_BYTES:
        raise ValueError(f"a nonce of {len(raw)} bytes has no room for a seal")
    return base64.b64encode(raw + _address_seal(key, raw, address) + _port_seal(key, raw, address, port)).decode()


def read_proof(key: str, credentials: list[str], address: str, now: float) -> Proof:
    """Return what the nonce in the credentials of one request proves about the sender at `address`."""
    raw, seal = _sealed_nonce(credentials)
    own = _address_seal(key, raw, address)
    if len(raw) <= EXPIRY_BYTES or not hmac.compare_digest(seal[:ADDRESS_SEAL_BYTES], own):
        return Proof.UNPROVEN
    return Proof.PROVEN if int.from_bytes(raw[:EXPIRY_BYTES], "big") >= now else Proof.STALE


def names_port(key: str, credentials: list[str], address: str, port: int) -> bool:
    """Return whether the nonce in the credentials of one request was sent to this very port of `address`. A NAT may
    give a phone another port meanwhile, so that the address alone proves who may guess."""
    raw, seal = _sealed_nonce(credentials)
    return bool(raw) and hmac.compare_digest(seal[ADDRESS_SEAL_BYTES:], _port_seal(key, raw, address, port))


def _sealed_nonce(credentials: list[str]) -> tuple[bytes, bytes]:
    """Return the nonce without its seal, and the seal; both empty when there is not exactly one nonce."""
    nonces = [nonce for header in credentials for nonce in _IN_CREDENTIALS.findall(header)]
    try:
        sealed = base64.b64decode(nonces[0], validate=True) if len(nonces) == 1 else b""
    except ValueError:
        sealed = b""
    return sealed[:-SEAL_BYTES], sealed[-SEAL_BYTES:]


def is_proven_message(key: str, raw: bytes, address: str, now: float) -> bool:
    """Return whether an unparsed message proves that its sender is at `address`."""
    head = raw.partition(b"\r\n\r\n")[0]
    credentials = [header.decode("latin-1") for header in _IN_MESSAGE.findall(head)]
    return bool(credentials) and read_proof(key, credentials, address, now) is Proof.PROVEN


def _address_seal(key: str, raw: bytes, address: str) -> bytes:
    return hmac.digest(key.encode(), b"challenge\0" + raw + address.encode(), hashlib.sha256)[:ADDRESS_SEAL_BYTES]


def _port_seal(key: str, raw: bytes, address: str, port: int) -> bytes:
    sealed = b"port\0" + raw + f"{address} {port}".encode()
    return hmac.digest(key.encode(), sealed, hashlib.sha256)[:PORT_SEAL_BYTES]
