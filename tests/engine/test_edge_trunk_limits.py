"""Trunks at the edge: what lies just inside and just outside of each rule."""

from __future__ import annotations

import json

import pytest

from tests.engine.edge_modules import trunks

ENTRY: dict[str, object] = {
    "revision": "ab12", "register": True, "address": "192.0.2.1", "port": 5060, "transport": "udp",
    "domain": "provider.example", "user": "acme", "auth_user": "auth", "password": "secret", "codecs": ["pcma"],
    "number": "", "name": "", "asserts": False, "contact": "c0ffee07",
}  # fmt: skip


def trunk(**values: object) -> trunks.Trunk:
    found = trunks.parse_trunk("7", json.dumps({**ENTRY, **values}))
    assert found is not None
    return found


class TestEntry:
    @pytest.mark.parametrize("field", sorted(ENTRY))
    def test_every_field_is_needed(self, field: str) -> None:
        assert (
            trunks.parse_trunk("7", json.dumps({name: value for name, value in ENTRY.items() if name != field})) is None
        )

    def test_every_field_is_read(self) -> None:
        assert trunk()._asdict() == {**ENTRY, "id": "7", "codecs": ("pcma",)}
        assert (trunk(register=False).register, trunk(asserts=True).asserts) == (False, True)

    @pytest.mark.parametrize("value", [None, "", "{", "[]", "1", '{"port": "x"}'])
    def test_nonsense(self, value: str | None) -> None:
        assert trunks.parse_trunk("7", value) is None

    def test_where_requests_go(self) -> None:
        assert trunk().next_hop == "sip:192.0.2.1:5060;transport=udp"
        assert trunk(address="2001:db8::1", port=5061, transport="tls").next_hop == (
            "sip:[2001:db8::1]:5061;transport=tls"
        )
        assert trunk().request_uri("+8610") == "sip:+8610@provider.example"

    @pytest.mark.parametrize(
        ("value", "good"),
        [
            ("1", True),
            ("123456789", True),
            ("1234567890", False),
            ("", False),
            (None, False),
            ("1a", False),
            ("-1", False),
        ],
    )
    def test_id(self, value: str | None, good: bool) -> None:
        assert trunks.is_trunk_id(value) is good

    @pytest.mark.parametrize(
        ("own", "transport", "believed"),
        [
            ("udp", "udp", True),
            ("tcp", "udp", False),
            ("tls", "udp", False),
            ("udp", "tcp", True),
            ("tls", "tls", True),
        ],
    )
    def test_only_a_provider_that_uses_udp_is_believed_over_udp(self, own: str, transport: str, believed: bool) -> None:
        assert trunks.is_source_trusted(trunk(transport=own), transport) is believed


class TestCaller:
    @pytest.mark.parametrize(
        ("header", "name"),
        [
            ('"Li" <sip:1@p>', "Li"),
            ("Li Na <sip:1@p>", "Li Na"),
            ("<sip:1@p>", ""),
            ("sip:1@p", ""),
            ('"a\\"b\\\\" <sip:1@p>', 'a"b\\'),
            ('"a\tb\u2028" <sip:1@p>', "ab"),
            (f'"{"x" * 90}" <sip:1@p>', "x" * 80),
            ('  " Li "  <sip:1@p>', "Li"),
            (None, ""),
            ("", ""),
        ],
    )
    def test_name(self, header: str | None, name: str) -> None:
        assert trunks.name_of(header) == name

    @pytest.mark.parametrize(
        ("header", "user"),
        [
            ("<sip:138@p>", "138"),
            ("<SIPS:138@p>", "138"),
            ("<TEL:+138;ext=1>", "+138"),
            ("<sip:p.example>", ""),
            ('"sip:1@p" <sip:2@p>', "2"),
            ("", ""),
            (None, ""),
        ],
    )
    def test_user(self, header: str | None, user: str) -> None:
        assert trunks.user_of(header) == user

    @pytest.mark.parametrize(
        ("privacy", "is_hidden"),
        [
            ("id", True), ("user", True), ("header", True), ("ID", True), ("none; id", True), ("critical,id", True),
            ("none", False), ("session", False), ("", False), (None, False),
        ],
    )  # fmt: skip
    def test_privacy(self, privacy: str | None, is_hidden: bool) -> None:
        found = trunks.caller_of('"Li" <sip:138@p>', None, privacy)
        assert found == (("anonymous", "") if is_hidden else ("138", "Li"))

    def test_what_the_provider_asserts_comes_first_in_each_part(self) -> None:
        assert trunks.caller_of('"Li" <sip:138@p>', '"Na" <sip:139@p>', None) == ("139", "Na")
        assert trunks.caller_of('"Li" <sip:138@p>', "<sip:139@p>", None) == ("139", "Li")
        assert trunks.caller_of('"Li" <sip:138@p>', '"Na" <sip:acme@p>', None) == ("138", "Na")
        assert trunks.caller_of('"acme" <sip:acme@p>', None, None) == ("anonymous", "acme")
        assert trunks.caller_of('"+86 138" <sip:+86138@p>', None, None) == ("+86138", "")
        assert trunks.caller_of('"139" <sip:138@p>', None, None) == ("138", "139")

    @pytest.mark.parametrize(
        ("request_user", "to_user", "dialled"),
        [
            ("c0ffee07", "+8621", "+8621"),
            ("8621", "x", "8621"),
            ("acme;phone-context=x", "1", "acme"),
            (None, "1", "1"),
            ("c0ffee07", None, ""),
        ],
    )
    def test_dialled(self, request_user: str | None, to_user: str | None, dialled: str) -> None:
        assert trunks.dialled_number(request_user, to_user, trunk()) == dialled

    @pytest.mark.parametrize(("user", "number"), [("%2B86 138", "+86138"), ("%2b86138", "+86138"), ("%2C138", "")])
    def test_an_escaped_plus_is_one(self, user: str, number: str) -> None:
        assert trunks.clean_number(user) == number

    def test_a_name_in_a_header_of_ours(self) -> None:
        assert trunks.encode_name("李 a/b") == "%E6%9D%8E a%2Fb"


class TestShown:
    @pytest.mark.parametrize(
        ("own", "number", "user", "shown"),
        [
            ("+8621", "1001", "acme", "+8621"),
            ("", "+86 10", "acme", "+8610"),
            ("", "alice", "acme", "acme"),
            ("", None, "", "anonymous"),
        ],
    )
    def test_number(self, own: str, number: str | None, user: str, shown: str) -> None:
        assert trunks.shown_identity(trunk(number=own, user=user), number, None).uri == f"sip:{shown}@provider.example"

    @pytest.mark.parametrize(
        ("own", "name", "shown"),
        [
            ("", None, ""),
            ("", "", ""),
            ("", '"Li"', '"Li"'),
            ("Acme", "Li", '"Acme"'),
            ("", "Xu X", '"Xu X"'),
            ("Xi", "", '"Xi"'),
            ("", ' a"b\\c\r\n ', '"abc"'),
        ],
    )
    def test_name(self, own: str, name: str | None, shown: str) -> None:
        assert trunks.shown_identity(trunk(name=own), "1", name).name == shown

    def test_asserted_with_the_account_in_from(self) -> None:
        found = trunks.shown_identity(trunk(asserts=True), "+8610", "Li")
        assert found == (
            '"Li"',
            "sip:acme@provider.example",
            'P-Asserted-Identity: "Li" <sip:+8610@provider.example>\r\n',
        )
        assert trunks.shown_identity(trunk(asserts=True, user=""), "+8610", "").uri == "sip:+8610@provider.example"

    def test_codecs(self) -> None:
        assert trunks.codec_flags(trunk(codecs=["g722", "g729", "pcmu"])) == (
            " codec-strip-all codec-offer-G722 codec-offer-PCMU codec-offer-telephone-event"
        )


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "seen"),
        [(299, 299), (300, 503), (399, 503), (400, 400), (401, 503), (402, 402), (403, 503), (404, 404), (407, 503)],
    )
    @pytest.mark.parametrize("replied", [True, False])
    def test_to_a_call(self, status: int, replied: bool, seen: int) -> None:
        assert trunks.status_for_core(status, replied=replied) == seen

    @pytest.mark.parametrize(
        ("status", "authorized", "state"),
        [
            (199, True, None),
            (200, True, "registered"),
            (299, False, "registered"),
            (300, True, "failed"),
            (401, False, None),
            (407, False, None),
            (401, True, "failed"),
            (407, True, "failed"),
            (403, False, "failed"),
            (422, True, "failed"),
            (423, True, None),
            (424, True, "failed"),
        ],
    )
    def test_to_a_registration(self, status: int, authorized: bool, state: str | None) -> None:
        found = trunks.state_after_register(status, "why", authorized=authorized)
        assert found == (None if state is None else (state, status, "why"))

    @pytest.mark.parametrize(
        ("status", "state"), [(200, "registered"), (404, "registered"), (503, "failed"), (504, "registered")]
    )
    def test_to_a_ping(self, status: int, state: str) -> None:
        assert trunks.state_after_ping(status, "why", timeout=False) == (state, status, "why")
        assert trunks.state_after_ping(status, "why", timeout=True) == ("unreachable", 0, "")

    @pytest.mark.parametrize(
        "call_id",
        ["linkus-ping-1234567890-ab-0", "linkus-ping-x-ab-0", "linkus-ping-7-AB-0", "xlinkus-ping-7-ab-0", "", None],
    )
    def test_to_somebody_else_s_ping(self, call_id: str | None) -> None:
        assert trunks.parse_ping_id(call_id) == ("", "")

    def test_to_our_own(self) -> None:
        assert trunks.ping_id(trunk(), "0f") == "linkus-ping-7-ab12-0f"
        assert trunks.parse_ping_id("linkus-ping-7-ab12-0f") == ("7", "ab12")


class TestState:
    @pytest.mark.parametrize("value", ["registered;200", ";200;OK", "registered;;OK", "failed;-1;x", "Failed;1;x"])
    def test_nonsense(self, value: str) -> None:
        assert trunks.parse_state(value) is None

    def test_a_reason_may_have_a_semicolon(self) -> None:
        assert trunks.parse_state("failed;403;no;never") == ("failed", 403, "no;never")

    @pytest.mark.parametrize("state", ["registered", "failed", "unreachable"])
    def test_of_a_trunk_without_registration_its_pings_decide(self, state: trunks.StateName) -> None:
        ping, registration = trunks.TrunkState(state, 1, "ping"), trunks.TrunkState("registered", 200, "OK")
        assert trunks.combined_state(trunk(register=False), registration, ping, answers=True) == ping

    @pytest.mark.parametrize(
        ("state", "answers", "counts"),
        [
            ("registered", True, False),
            ("failed", True, False),
            ("unreachable", True, True),
            ("unreachable", False, False),
        ],
    )
    def test_of_a_registered_one_only_its_silence_counts(
        self, state: trunks.StateName, answers: bool, counts: bool
    ) -> None:
        ping, registration = trunks.TrunkState(state, 1, "ping"), trunks.TrunkState("failed", 403, "no")
        assert trunks.combined_state(trunk(), registration, ping, answers=answers) == (ping if counts else registration)


@pytest.mark.parametrize(
    ("uri", "good"),
    [
        ("sip:10.0.0.1", True), ("sip:a@10.0.0.1:5060;lr", True), ("sips:[2001:db8::1]", True),
        ("sip:a@b@10.0.0.1", True), ("10.0.0.1", False), ("sip:x.10.0.0.1", False), ("sip:10.0.0", False),
    ],
)  # fmt: skip
def test_what_needs_no_dns(uri: str, good: bool) -> None:
    assert trunks.has_ip_address(uri) is good
