"""Secrets: hashed tokens, Argon2id password hashes, digest hashes for phones, and encrypted values."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import string
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from linkus.kit.settings import REALM

TOKEN_BYTES = 24  # 192 bits: more than the 128 that a one-time credential needs

# 39 log-ins per second and core; the library's default allows 8
_HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
# bounds the CPU and memory use of a flood of log-ins, which queues here
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_DUMMY_HASH = _HASHER.hash("a password that nobody has")


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the hash that is stored for a random token. The token has too much entropy to need a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_POOL, _HASHER.hash, password)


async def verify_password(password: str, hashed: str | None) -> bool:
    """Return whether the password matches. For `hashed=None` (no such account) take the same time and return False."""

    def verify() -> bool:
        try:
            return _HASHER.verify(hashed or _DUMMY_HASH, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.get_running_loop().run_in_executor(_POOL, verify)


def random_password(length: int = 16) -> str:
    """Return a password that obeys the rules: digits, upper and lower case, no run of digits."""
    letters = string.ascii_letters.translate(str.maketrans("", "", "IlOo"))
    while True:
        password = "".join(secrets.choice(letters if i % 3 else "23456789") for i in range(length))
        if any(c.islower() for c in password) and any(c.isupper() for c in password):
            return password


def digest_ha1(username: str, password: str, realm: str = REALM) -> str:
    """Return the HA1 of RFC 2617, 3.2.2.2. Nothing else is stored of a desk phone's password."""
    return hashlib.md5(f"{username}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


def ephemeral_password(username: str, key: str) -> str:
    """Return the password for the time-limited SIP user name `<expiry>:<aor user>`, as Kamailio's auth_ephemeral
    expects."""
    return base64.b64encode(hmac.new(key.encode(), username.encode(), hashlib.sha256).digest()).decode()


LOST_VALUE = "lost"  # replaces a sealed value whose key was lost; it must be entered again


def is_kept(sealed: str) -> bool:
    """Return whether a sealed value exists, as far as can be seen without the key."""
    return bool(sealed) and sealed != LOST_VALUE


class WrongKey(Exception):
    """Raised when a value was sealed with another key: `keys/seal` does not belong to this database."""


class Seal:
    """Encrypts values that must be readable again (mail password, voicemail PIN), with a key outside the database."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    def seal(self, value: str) -> str:
        return self._fernet.encrypt(value.encode()).decode()

    def open(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise WrongKey from error

    def opens(self, sealed: str) -> bool:
        """Return whether this key opens `sealed`."""
        try:
            self.open(sealed)
        except WrongKey:
            return False
        return True
