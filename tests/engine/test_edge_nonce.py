"""The proof that a digest answers a challenge that was sent to its sender's address, without Kamailio."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import nonces

KEY, HERE, ELSEWHERE, IPV6 = "edge-key", "203.0.113.7", "203.0.113.8", "2001:db8::7"
PORT = 5060
NOW = 1_700_000_000
PROVEN, STALE, UNPROVEN = nonces.Proof.PROVEN, nonces.Proof.STALE, nonces.Proof.UNPROVEN
ADDRESSES = st.ip_addresses().map(str)
RESTS = st.binary(min_size=20, max_size=25)


def nonce(expires: int = NOW + 300, rest: bytes = b"\x07" * 25) -> str:
    """Return a nonce like Kamailio's: its time first, 29 bytes in all."""
    return base64.b64encode(expires.to_bytes(4, "big") + rest).decode()


def credentials(sealed: str) -> str:
    return (
        f'Digest username="1001", realm="linkus", nonce="{sealed}", uri="sip:x", response="{"0" * 32}", '
        f'algorithm=MD5, qop=auth, nc=00000001, cnonce="c0ffee11"'
    )


def read(sealed: str, address: str = HERE, now: float = NOW, key: str = KEY) -> object:
    return nonces.read_proof(key, [credentials(sealed)], address, now)


class TestProof:
    @pytest.mark.parametrize("address", [HERE, IPV6])
    def test_nonce_proves_the_address_that_was_challenged(self, address: str) -> None:
        assert read(nonces.seal_nonce(KEY, nonce(), address, PORT), address) is PROVEN

    @pytest.mark.parametrize(("asked", "answers"), [(HERE, ELSEWHERE), (IPV6, "2001:db8::8"), (HERE, IPV6)])
    def test_nonce_proves_nothing_at_another_address(self, asked: str, answers: str) -> None:
        """The whole address counts in IPv6, so a neighbour in the same /64 can get nobody blocked."""
        assert read(nonces.seal_nonce(KEY, nonce(), asked, PORT), answers) is UNPROVEN

    def test_nonce_is_stale_when_expired(self) -> None:
        """A guest in an office yesterday proves nothing today."""
        sealed = nonces.seal_nonce(KEY, nonce(NOW), HERE, PORT)
        assert read(sealed) is PROVEN
        assert read(sealed, now=NOW + 1) is STALE
        assert read(sealed, ELSEWHERE, now=NOW + 1) is UNPROVEN

    def test_nonce_of_another_installation_proves_nothing(self) -> None:
        assert read(nonces.seal_nonce(KEY, nonce(), HERE, PORT), key="another") is UNPROVEN

    @pytest.mark.parametrize("made_up", ["x", "AAAA", nonce(), "A" * 60, "A" * 80, "A" * 2000, "=", "A===", "nonce="])
    def test_made_up_nonce_proves_nothing(self, made_up: str) -> None:
        assert read(made_up) is UNPROVEN

    def test_nonce_proves_nothing_when_missing_or_repeated(self) -> None:
        sealed = credentials(nonces.seal_nonce(KEY, nonce(), HERE, PORT))
        for shown in ([], [""], ["Digest"], [sealed, sealed], [f"{sealed}, {sealed}"]):
            assert nonces.read_proof(KEY, shown, HERE, NOW) is UNPROVEN

    def test_cnonce_is_not_read_as_a_nonce(self) -> None:
        sealed = nonces.seal_nonce(KEY, nonce(), HERE, PORT)
        assert nonces.read_proof(KEY, [f'Digest cnonce="{sealed}"'], HERE, NOW) is UNPROVEN

    @pytest.mark.parametrize("form", ['NONCE="{}"', "nonce={}", 'nonce = "{}"', 'nonce="{}" , uri="x"'])
    def test_nonce_is_read_in_every_notation(self, form: str) -> None:
        sealed = nonces.seal_nonce(KEY, nonce(), HERE, PORT)
        assert nonces.read_proof(KEY, [f"Digest {form.format(sealed)}"], HERE, NOW) is PROVEN

    @given(ADDRESSES, ADDRESSES, RESTS, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
    def test_nonce_proves_one_address_until_it_expires(
        self, asked: str, answers: str, rest: bytes, expires: int, now: int
    ) -> None:
        found = read(nonces.seal_nonce(KEY, nonce(expires, rest), asked, PORT), answers, now)
        assert found is (UNPROVEN if asked != answers else PROVEN if expires >= now else STALE)

    @given(RESTS, st.integers(0, 51), st.integers(1, 63))
    def test_nonce_proves_nothing_when_any_byte_is_changed(self, rest: bytes, index: int, change: int) -> None:
        """Also its time, which would make an old one good again. The last eight characters seal the port."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        sealed = nonces.seal_nonce(KEY, nonce(rest=rest.ljust(25, b"\0")), HERE, PORT)
        other = alphabet[(alphabet.index(sealed[index]) + change) % 64]
        assert read(sealed[:index] + other + sealed[index + 1 :]) is UNPROVEN

    def test_port_is_proved_apart_from_the_address(self) -> None:
        """Behind a NAT a phone's port may change between challenge and answer; it is no less at its address."""
        sealed = credentials(nonces.seal_nonce(KEY, nonce(), HERE, PORT))
        assert nonces.names_port(KEY, [sealed], HERE, PORT)
        assert not nonces.names_port(KEY, [sealed], HERE, PORT + 1)
        assert not nonces.names_port(KEY, [sealed], ELSEWHERE, PORT)
        assert not nonces.names_port(KEY, [sealed, sealed], HERE, PORT)
        assert not nonces.names_port(KEY, [], HERE, PORT)

    @given(RESTS, st.integers(52, 59), st.integers(1, 63))
    def test_port_is_not_proved_when_its_seal_is_changed(self, rest: bytes, index: int, change: int) -> None:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        sealed = nonces.seal_nonce(KEY, nonce(rest=rest.ljust(25, b"\0")), HERE, PORT)
        other = alphabet[(alphabet.index(sealed[index]) + change) % 64]
        assert not nonces.names_port(KEY, [credentials(sealed[:index] + other + sealed[index + 1 :])], HERE, PORT)

    @given(st.text(), ADDRESSES)
    def test_any_text_is_read_without_a_fault(self, text: str, address: str) -> None:
        assert nonces.read_proof(KEY, [text, credentials(text)], address, NOW) is UNPROVEN


class TestChallenge:
    def test_sealing_changes_only_the_nonce(self) -> None:
        value = f'Digest realm="linkus", nonce="{nonce()}", qop="auth", stale=true, algorithm=MD5'
        sealed = nonces.seal_challenge(KEY, value, HERE, PORT)
        assert sealed == value.replace(nonce(), nonces.seal_nonce(KEY, nonce(), HERE, PORT))
        assert read(sealed.split('"')[3]) is PROVEN

    def test_sealed_nonce_fits_into_what_kamailio_reads(self) -> None:
        """base64_dec of src/core/basex.h refuses what decodes to more than the nonce that Kamailio keeps."""
        sealed = nonces.seal_nonce(KEY, nonce(), HERE, PORT)
        assert (len(sealed), sealed.count("=")) == (60, 0)
        assert len(base64.b64decode(sealed)) == nonces.MAX_NONCE_BYTES

    @pytest.mark.parametrize("length", [4, 30])
    def test_sealing_raises_when_the_nonce_has_another_form(self, length: int) -> None:
        with pytest.raises(ValueError, match="no room"):
            nonces.seal_nonce(KEY, base64.b64encode(b"x" * length).decode(), HERE, PORT)


def message(*lines: str) -> bytes:
    return "\r\n".join(["REGISTER sip:x SIP/2.0", "Via: SIP/2.0/UDP x;branch=z9hG4bKx", *lines, "", ""]).encode()


class TestMessage:
    SEALED = credentials(nonces.seal_nonce(KEY, nonce(), HERE, PORT))

    @pytest.mark.parametrize("name", ["Authorization: ", "Proxy-Authorization:", "AUTHORIZATION \t:"])
    def test_message_is_proven_when_it_answers_a_challenge(self, name: str) -> None:
        assert nonces.is_proven_message(KEY, message(name + self.SEALED), HERE, NOW)
        assert not nonces.is_proven_message(KEY, message(name + self.SEALED), ELSEWHERE, NOW)
        assert not nonces.is_proven_message(KEY, message(name + self.SEALED), HERE, NOW + 301)

    def test_message_is_unproven_without_an_answer(self) -> None:
        bodies = f"Content-Length: 9\r\n\r\nx\r\nAuthorization: {self.SEALED}"
        for lines in ((), (f"X-Authorization: {self.SEALED}",), (f"Authorization: {credentials('x')}",), (bodies,)):
            assert not nonces.is_proven_message(KEY, message(*lines), HERE, NOW)

    @given(st.binary())
    def test_any_bytes_are_read_without_a_fault(self, raw: bytes) -> None:
        assert not nonces.is_proven_message(KEY, raw, HERE, NOW)
        assert not nonces.is_proven_message(KEY, b"\r\nAuthorization: " + raw, HERE, NOW)
