"""Identities, credentials, contacts and marks at the edge: what lies just inside and just outside of each rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import contact_headers, dialog_mark, identity, routing

HA1 = "0" * 32


@pytest.mark.parametrize(("written", "contacts"), [("1", 1), ("0", 1), ("2", 2)])
def test_a_phone_registers_at_least_one_contact(written: str, contacts: int) -> None:
    assert identity.parse_phone(f"name;{HA1};{written}") == identity.Phone("name", HA1, contacts)


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("1001.web;17", identity.Session("1001.web", 17)),
        ("1001.web;17;", identity.Session("1001.web", 17)),
        ("1001.web;17;5", identity.Session("1001.web", 17, "5")),
        ("1001.web;17;5;6", identity.Session("1001.web", 17, "5")),
    ],
)
def test_a_session_is_read_as_it_was_remembered(text: str, session: identity.Session) -> None:
    assert identity.parse_session(text) == session


class TestDigest:
    FIELDS = 'username="1001.web", realm="linkus", nonce="n", uri="sip:x", response="' + "aF09" * 8 + '"'

    @pytest.mark.parametrize(
        "header",
        [
            f"Digest {FIELDS}",
            f"digest\t{FIELDS} ",
            f" \tDigest {FIELDS}\t",
            f"Digest {FIELDS}, algorithm=MD5",
            f'Digest {FIELDS}, algorithm="md5"',
            f'Digest {FIELDS}, qop=auth, nc=0000aF01, cnonce="c"',
            f"Digest {FIELDS}, opaque=x",
        ],
    )
    def test_good(self, header: str) -> None:
        assert identity.is_digest(header)

    @pytest.mark.parametrize(
        "header",
        [
            f"Basic {FIELDS}",
            f"\nDigest {FIELDS}",
            f"XDigest {FIELDS}",
            f"Digest {FIELDS},",
            f"Digest {FIELDS}, algorithm=SHA-256",
            f"Digest {FIELDS}, qop=auth",
            f'Digest {FIELDS}, qop=auth, nc=0000001, cnonce="c"',
            f'Digest {FIELDS}, qop=auth, nc=0000000g, cnonce="c"',
            f"Digest {FIELDS}, qop=auth, nc=00000001",
            f'Digest {FIELDS}, qop=auth, nc=00000001, cnonce=""',
            f'Digest {FIELDS}, qop=auth, cnonce="c"',
            f'Digest {FIELDS}, qop=auth-int, nc=00000001, cnonce="c"',
            f"Digest {FIELDS.replace('aF09' * 8, 'aF09' * 7 + 'aF0')}",
            f"Digest {FIELDS.replace('aF09', 'aG09')}",
        ],
    )
    def test_bad(self, header: str) -> None:
        assert not identity.is_digest(header)

    @pytest.mark.parametrize("name", ["username", "realm", "nonce", "uri", "response"])
    def test_every_field_is_needed_and_not_empty(self, name: str) -> None:
        fields = [field for field in self.FIELDS.split(", ") if not field.startswith(f"{name}=")]
        assert not identity.is_digest(f"Digest {', '.join(fields)}")
        assert not identity.is_digest(f'Digest {", ".join([*fields, name])}=""')


class TestContacts:
    @pytest.mark.parametrize(
        ("contact", "header", "granted"),
        [
            ("<sip:a@b>;Expires=120", None, 120),
            ("<sip:a@b>; expires = 120", None, 120),
            ('"a>b;expires=9" <sip:a@b>;expires=120', None, 120),
            ("<sip:a@b>;q=0.5;expires=120", None, 120),
            ("sip:a@b;expires=120", None, 120),
            ("<sip:a@b>", " 120 ", 120),
            ("<sip:a@b>", "29", 30),
            ("<sip:a@b>", "31", 31),
            ("<sip:a@b>", "3599", 3599),
            ("<sip:a@b>", "3601", 3600),
            ("<sip:a@b>", "soon", 300),
            ("<sip:a@b>", "", 300),
            (None, None, 300),
        ],
    )
    def test_expiry(self, contact: str | None, header: str | None, granted: int) -> None:
        assert contact_headers.granted_expiry(contact, header) == granted

    @given(st.text(), st.text(max_size=20) | st.text("٣²１0", max_size=5))
    def test_expiry_of_any_text_is_none_or_within_the_limits(self, contact: str, header: str) -> None:
        for found in (
            contact_headers.granted_expiry(contact, header),
            contact_headers.granted_expiry(f"<sip:a@b>;expires={header}", None),
        ):
            assert found == 0 or 30 <= found <= 3600

    @pytest.mark.parametrize("digits", ["٣٠٠", "²", "６０"])
    def test_other_digits_than_ascii_are_no_number(self, digits: str) -> None:
        assert contact_headers.granted_expiry("<sip:a@b>", digits) == 300
        assert contact_headers.granted_expiry(f"<sip:a@b>;expires={digits}", None) == 300

    @pytest.mark.parametrize(
        ("contact", "uri"),
        [
            ('"12" <sip:a@b>', "sip:a@b"),
            ('"<sip:x@y>" <sip:a@b>', "sip:a@b"),
            (' sip:a@b ;q="1"', "sip:a@b"),
            ('sip:"1"@b', "sip:1@b"),
            ('sip:"x"@b', "sip:@b"),
        ],
    )
    def test_uri(self, contact: str, uri: str) -> None:
        assert contact_headers.contact_uri(contact) == uri


class TestSockets:
    @pytest.mark.parametrize(
        ("address", "is_loopback"),
        [
            ("127.0.0.1", True),
            ("127.9.9.9", True),
            ("::1", True),
            ("128.0.0.1", False),
            ("1127.0.0.1", False),
            ("", False),
            (None, False),
        ],
    )
    def test_loopback(self, address: str | None, is_loopback: bool) -> None:
        assert routing.is_loopback(address) is is_loopback

    @pytest.mark.parametrize(
        ("header", "is_own"),
        [
            ("<sip:10.0.0.1;lr>", True),
            ("<sips:10.0.0.1:5061;lr>", True),
            ("<sip:[2001:DB8::a]:5060>", True),
            ("<sip:10.0.0.1:5062;lr>", False),
            ("<sip:10.0.0.2;lr>", False),
            ("<sip:10.0.0.1;MADDR=10.9.9.9>", False),
            ("<sip:10.0.0.1;lr>, <sip:10.0.0.2;lr>", False),
            ("<sip:10.0.0.1;lr>>", True),
            ("<sip:10.0.0.1>", True),
            ("<sip:10.0.0.1>;note=a>b", True),
            ("", False),
        ],
    )
    def test_own_route(self, header: str, is_own: bool) -> None:
        assert routing.is_own_route(header, {"10.0.0.1", "2001:db8::a"}, {5060, 5061}) is is_own

    @pytest.mark.parametrize(
        ("value", "shown"),
        [("aZ09_.-", "aZ09_.-"), ("a" * 64, "a" * 64), ("a" * 65, "-"), ("a b", "-"), ("", "-"), (None, "-")],
    )
    def test_request_id(self, value: str | None, shown: str) -> None:
        assert routing.request_id(value) == shown


def test_a_mark_of_an_earlier_release_is_still_read() -> None:
    """Calls go on while the edge is upgraded: the form of the mark and of its signature must not change."""
    mark = dialog_mark.Mark("01234567-89ab-cdef-0123-456789abcdef", "sip", "7")
    written = ";lk=01234567-89ab-cdef-0123-456789abcdef.sip.t7.c56fcb1070166e7b85f2b2530373979b"
    dialog = dialog_mark.Dialog("a84b4c76e66710", "first")
    assert dialog_mark.mark_parameter("0123456789abcdef", mark, dialog) == written
    assert dialog_mark.read_mark("0123456789abcdef", f"<sip:10.0.0.1;lr{written}>", dialog) == mark
