from __future__ import annotations

import base64
import hashlib
import hmac
import statistics
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from linkus.kit.secrets import (
    Seal,
    WrongKey,
    digest_ha1,
    ephemeral_password,
    hash_password,
    hash_token,
    new_token,
    random_password,
    verify_password,
)


async def test_passwords_are_argon2id_with_a_salt() -> None:
    first, second = await hash_password("Correct-Horse-7"), await hash_password("Correct-Horse-7")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await verify_password("Correct-Horse-7", first)
    assert not await verify_password("Correct-Horse-8", first)
    assert not await verify_password("a password that nobody has", None)
    assert not await verify_password("x", "no hash")


async def test_unknown_account_takes_as_long_to_verify() -> None:
    """Otherwise the time would reveal which accounts exist."""
    hashed = await hash_password("Correct-Horse-7")
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(15):
        for exists in (True, False):
            began = time.perf_counter()
            await verify_password("Wrong-Horse-7", hashed if exists else None)
            times[exists].append(time.perf_counter() - began)
    there, absent = statistics.median(times[True]), statistics.median(times[False])
    assert 0.5 < there / absent < 2


def test_tokens_have_enough_entropy_and_are_stored_hashed() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(base64.urlsafe_b64decode(token)) * 8 >= 128 for token in tokens)
    assert hash_token("x") == hashlib.sha256(b"x").hexdigest()


def test_digest_hash_is_that_of_the_rfc() -> None:
    """The HA1 of the example in RFC 2617, 3.5."""
    assert digest_ha1("Mufasa", "Circle Of Life", "testrealm@host.com") == "939e7578ed9e3c518a452acee763bce9"
    assert digest_ha1("a", "b") == hashlib.md5(b"a:linkus:b").hexdigest()  # noqa: S324 - SIP uses it


def test_ephemeral_password_is_what_kamailio_checks() -> None:
    expected = hmac.new(b"key", b"1700000000:1001.web", hashlib.sha256).digest()
    assert base64.b64decode(ephemeral_password("1700000000:1001.web", "key")) == expected


def test_seal_opens_what_it_sealed(tmp_path: Path) -> None:
    seal = Seal(Fernet.generate_key())
    assert seal.open(seal.seal("密码")) == "密码"
    with pytest.raises(WrongKey):
        Seal(Fernet.generate_key()).open(seal.seal("x"))


@pytest.mark.parametrize("length", [10, 16, 63])
def test_random_password_has_its_length(length: int) -> None:
    assert len(random_password(length)) == length
