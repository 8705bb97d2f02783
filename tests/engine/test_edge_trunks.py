"""The edge's rules for trunks without Kamailio."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.engine.edge_trunks import EdgeTrunk
from tests.engine.edge_modules import dialog_mark, identity, routing, trunks

WRITTEN = EdgeTrunk(
    id=7, register=True, host="sip.provider.example", addresses=("203.0.113.9", "203.0.113.10"), port=5060,
    transport="udp", domain="provider.example", user="acme", auth_user="acme-auth", password='se;c"ret',
    codecs=("pcma", "opus"), number="", name="", asserts=False, contact="c0ffee07",
)  # fmt: skip


def edge_trunk(**values: object) -> trunks.Trunk:
    trunk = trunks.parse_trunk("7", WRITTEN.entry("ab12"))
    assert trunk
    return trunk._replace(**values)


class TestEntry:
    def test_what_the_brain_writes_is_what_the_edge_reads(self) -> None:
        trunk = edge_trunk()
        assert (trunk.id, trunk.revision, trunk.register, trunk.password) == ("7", "ab12", True, 'se;c"ret')
        assert trunk.next_hop == WRITTEN.next_hop == "sip:203.0.113.9:5060;transport=udp"
        assert trunk.request_uri("+8610000") == "sip:+8610000@provider.example"

    def test_ipv6(self) -> None:
        assert edge_trunk(address="2001:db8::9").next_hop == "sip:[2001:db8::9]:5060;transport=udp"

    @pytest.mark.parametrize("value", [None, "", "7", "[]", "{}", '{"revision": "x"}', "null"])
    def test_what_is_no_entry(self, value: str | None) -> None:
        assert trunks.parse_trunk("7", value) is None

    def test_a_missing_field(self) -> None:
        entry = json.loads(WRITTEN.entry("ab12"))
        for field in entry:
            assert trunks.parse_trunk("7", json.dumps({key: entry[key] for key in entry if key != field})) is None

    @pytest.mark.parametrize("value", [None, "", "x", "1;2", "-1", "1234567890", "７"])
    def test_no_id(self, value: str | None) -> None:
        assert not trunks.is_trunk_id(value)


class TestWhichTrunk:
    def test_by_the_port_where_several_share_the_address(self) -> None:
        known = {"7": edge_trunk(), "8": edge_trunk(id="8", port=5080)}
        found = [trunks.trunk_of_address("7,8", port, known, is_complete=True) for port in (5060, 5080, 33000)]
        assert [each.id if each else None for each in found] == ["7", "8", "7"]
        assert trunks.trunk_of_address("9", 5060, known, is_complete=True) is None
        assert trunks.trunk_of_address(None, 5060, known, is_complete=True) is None

    def test_until_all_are_written_the_port_must_fit(self) -> None:
        """The other trunk at this address may not be here yet."""
        known = {"7": edge_trunk()}
        found = [trunks.trunk_of_address("7", port, known, is_complete=False) for port in (5060, 5080)]
        assert found == [known["7"], None]


class TestNumbers:
    @pytest.mark.parametrize(
        ("given", "number"),
        [
            ("+8613800138000", "+8613800138000"),
            ("13800138000", "13800138000"),
            ("+86 (138) 0013-8000", "+8613800138000"),
            ("%2B86138", "+86138"),
            ("+49.30.1234;phone-context=example.com", "+49301234"),
            ("anonymous", ""),
            ("acme", ""),
            ("+", ""),
            ("86+13", ""),
            ("", ""),
            (None, ""),
            ("１２３", ""),
        ],
    )
    def test_clean(self, given: str | None, number: str) -> None:
        assert trunks.clean_number(given) == number

    @given(st.text(max_size=30))
    def test_whatever_comes_is_digits_or_nothing(self, given: str) -> None:
        number = trunks.clean_number(given)
        assert number.lstrip("+").isascii()
        assert number == "" or (number.lstrip("+").isdigit() and number.count("+") <= 1)
        assert trunks.clean_number(number) == number

    def test_the_dialled_number_is_to_s_where_the_request_goes_to_our_own_contact(self) -> None:
        trunk = edge_trunk()
        assert trunks.dialled_number("+8621555", "x", trunk) == "+8621555"
        assert trunks.dialled_number("c0ffee07", "+86 21 555", trunk) == "+8621555"
        assert trunks.dialled_number("c0ffee07", "acme", trunk) == "acme"
        assert trunks.dialled_number("c0ffee07", None, trunk) == ""
        assert trunks.dialled_number(None, "+86 21 555", trunk) == "+8621555"
        assert trunks.dialled_number("", "5500;npdi", trunk) == "5500"

    @pytest.mark.parametrize(
        ("header", "user"),
        [
            ("<sip:+8613800138000;cpc=ordinary@198.51.100.1;user=phone>;tag=1", "+8613800138000"),
            ('"A; <sip:1@x>" <sip:5500:x@198.51.100.1>', "5500"),
            ("sip:5500@198.51.100.1;tag=a", "5500"),
            ("<tel:+86-10;phone-context=x>", "+86-10"),
            ("<sip:198.51.100.1;lr>", ""),
            ("<sip:;cpc=ordinary@198.51.100.1>", ""),
        ],
    )
    def test_user_is_without_parameters_and_password(self, header: str, user: str) -> None:
        assert trunks.user_of(header) == user

    @given(st.text(max_size=40), st.text(max_size=40))
    def test_what_reaches_the_core_is_checked_as_any_dialled_number(self, request_user: str, to_user: str) -> None:
        """provider_calls refuses all that is_dialled refuses, so no character has a meaning in a dial string."""
        dialled = trunks.dialled_number(request_user, to_user, edge_trunk())
        if identity.is_dialable(dialled):
            assert not set(dialled) & set("&@;,()/ \n\r\"'|")


class TestCaller:
    @pytest.mark.parametrize(
        ("sender", "asserted", "privacy", "expected"),
        [
            ('"Li" <sip:+86138@p.example>;tag=1', None, None, ("+86138", "Li")),
            ("<sip:138@p.example>;tag=1", None, None, ("138", "")),
            ("sip:138@p.example;tag=1", None, None, ("138", "")),
            ('"138" <sip:138@p.example>', None, None, ("138", "")),
            ('"account" <sip:acme@p>', '"李 Li" <sip:+86138@p>', None, ("+86138", "李 Li")),
            ("<sip:acme@p>", "<tel:+86138>, <sip:x@p>", None, ("+86138", "")),
            ('"Li" <sip:+86138@p>', '"Li" <sip:+86138@p>', "id", ("anonymous", "")),
            ('"Li" <sip:+86138@p>', None, "none", ("+86138", "Li")),
            ('"Anonymous" <sip:anonymous@anonymous.invalid>', "<sip:+86138@p>", None, ("anonymous", "")),
            ('"a \\"b\\" <c>" <sip:138@p>', None, None, ("138", 'a "b" <c>')),
            ('"sip:911@p <sip:110@p>" <sip:138@p>', None, None, ("138", "sip:911@p <sip:110@p>")),
            ("", None, None, ("anonymous", "")),
            (None, None, None, ("anonymous", "")),
        ],
    )
    def test_who_calls(
        self, sender: str | None, asserted: str | None, privacy: str | None, expected: tuple[str, str]
    ) -> None:
        assert trunks.caller_of(sender, asserted, privacy) == expected

    @given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=10))
    def test_nothing_from_outside_breaks_a_header(self, sender: str, asserted: str, privacy: str) -> None:
        who = trunks.caller_of(sender, asserted, privacy)
        line = f"X-Linkus-User: {who.number}\r\nX-Linkus-Name: {trunks.encode_name(who.name)}\r\n"
        assert line.count("\r\n") == 2
        assert line.isascii()
        assert line.count("\n") == 2


class TestShown:
    def test_in_from(self) -> None:
        shown = trunks.shown_identity(edge_trunk(), "1001", '"王 Wang"')
        assert shown == ('"王 Wang"', "sip:1001@provider.example", "")

    def test_the_trunk_s_own(self) -> None:
        shown = trunks.shown_identity(edge_trunk(number="+8621555", name="Acme"), "1001", "Wang")
        assert shown == ('"Acme"', "sip:+8621555@provider.example", "")

    def test_asserted(self) -> None:
        shown = trunks.shown_identity(edge_trunk(asserts=True), "+8621555", "")
        assert shown.uri == "sip:acme@provider.example"
        assert shown.asserted == "P-Asserted-Identity: <sip:+8621555@provider.example>\r\n"

    @given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.booleans())
    def test_no_name_breaks_out_of_its_quotes(self, number: str, name: str, own: str, asserts: bool) -> None:
        shown = trunks.shown_identity(edge_trunk(name=own, asserts=asserts), number, name)
        assert shown.name == "" or (shown.name.count('"') == 2 and "\\" not in shown.name)
        assert not set(shown.uri) & set(' <>"\r\n')
        assert shown.asserted.count("\r\n") == (1 if asserts else 0)


class TestCodecs:
    def test_in_the_trunk_s_order_and_no_other(self) -> None:
        assert trunks.codec_flags(edge_trunk()) == (
            " codec-strip-all codec-offer-PCMA codec-offer-opus codec-offer-telephone-event"
        )
        assert trunks.codec_flags(None) == ""
        assert trunks.codec_flags(edge_trunk(codecs=("g729",))) == ""


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "replied", "seen"),
        [
            (486, True, 486), (404, True, 404), (484, True, 484), (603, True, 603), (503, True, 503),
            (401, True, 503), (407, True, 503), (403, True, 503), (302, True, 503), (408, False, 503), (408, True, 480),
        ],
    )  # fmt: skip
    def test_what_the_core_hears(self, status: int, replied: bool, seen: int) -> None:
        assert trunks.status_for_core(status, replied=replied) == seen


class TestRoutes:
    @pytest.mark.parametrize("uri", ["sip:127.0.0.1:5060", "sip:a@10.0.0.1;lr", "sip:[2001:db8::1]:5060;transport=tcp"])
    def test_address(self, uri: str) -> None:
        assert trunks.has_ip_address(uri)

    @pytest.mark.parametrize("uri", [None, "", "sip:sbc.example", "sip:x@sbc.example:5060;lr", "sip:1.2.3"])
    def test_name(self, uri: str | None) -> None:
        assert not trunks.has_ip_address(uri)

    def test_foreign_route(self) -> None:
        own = "<sip:10.0.0.1;lr;lk=1>, <sip:127.0.0.1:5070;lr;lk=1>"
        assert not trunks.has_foreign_route([])
        assert not trunks.has_foreign_route([own])
        assert trunks.has_foreign_route(["<sip:sbc.example;lr>", own])
        assert trunks.has_foreign_route([f"{own}, <sip:sbc.example;lr>"])

    def test_the_trunk_stays_in_the_dialog(self) -> None:
        call = "0b8c3c66-4a3f-4a0e-9d52-0f4b4dd1cd11"
        dialog, mark = dialog_mark.Dialog("1@x", "a"), dialog_mark.Mark(call, "sip", "7")
        assert (
            dialog_mark.read_mark(
                "key", f"<sip:10.0.0.1;lr{dialog_mark.mark_parameter('key', mark, dialog)};x=1>", dialog
            )
            == mark
        )

    def test_a_provider_may_not_transfer(self) -> None:
        assert "REFER" in routing.CLIENT_METHODS
        assert "REFER" not in routing.PROVIDER_METHODS
        assert {"INVITE", "BYE", "ACK", "UPDATE", "INFO", "PRACK"} <= routing.PROVIDER_METHODS


class TestStanding:
    def test_registrations(self) -> None:
        assert trunks.state_after_register(200, "OK", authorized=True) == ("registered", 200, "OK")
        assert trunks.state_after_register(401, "Unauthorized", authorized=False) is None
        assert trunks.state_after_register(401, "Unauthorized", authorized=True) == ("failed", 401, "Unauthorized")
        assert trunks.state_after_register(403, "Forbidden", authorized=False) == ("failed", 403, "Forbidden")
        assert trunks.state_after_register(423, "Interval Too Brief", authorized=True) is None
        assert trunks.state_after_register(100, "Trying", authorized=True) is None

    def test_pings(self) -> None:
        assert trunks.state_after_ping(404, "Not Found", timeout=False).state == "registered"
        assert trunks.state_after_ping(503, "Service Unavailable", timeout=False).state == "failed"
        assert trunks.state_after_ping(408, "", timeout=True) == ("unreachable", 0, "")

    def test_peer_is_what_its_pings_say(self) -> None:
        peer, silent = edge_trunk(register=False), trunks.state_after_ping(0, "", timeout=True)
        assert trunks.combined_state(peer, None, silent, answers=False) == silent
        assert trunks.combined_state(peer, None, None, answers=False) is None

    def test_registration_counts_while_the_provider_lives(self) -> None:
        trunk, silent = edge_trunk(), trunks.state_after_ping(0, "", timeout=True)
        registered = trunks.TrunkState("registered", 200, "OK")
        assert trunks.combined_state(trunk, registered, None, answers=False) == registered
        assert trunks.combined_state(trunk, registered, silent, answers=True) == silent
        assert trunks.combined_state(trunk, registered, silent, answers=False) == registered  # it never answers OPTIONS
        assert (
            trunks.combined_state(trunk, None, trunks.state_after_ping(200, "OK", timeout=False), answers=True) is None
        )

    @given(st.sampled_from(["registered", "failed", "unreachable"]), st.integers(0, 699), st.text())
    def test_remembered_as_it_was(self, state: trunks.StateName, code: int, reason: str) -> None:
        assert trunks.parse_state(trunks.TrunkState(state, code, reason).text) == (state, code, reason)

    @pytest.mark.parametrize("value", [None, "", "registered", "registered;x;OK", "gone;1;x"])
    def test_no_standing(self, value: str | None) -> None:
        assert trunks.parse_state(value) is None

    def test_ping_is_known_by_its_call_id(self) -> None:
        assert trunks.parse_ping_id(trunks.ping_id(edge_trunk(), "00ff")) == ("7", "ab12")
        assert trunks.parse_ping_id("linkus-ping-7-ab12") == trunks.parse_ping_id(None) == ("", "")
