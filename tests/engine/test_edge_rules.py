"""The edge's rules without Kamailio."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import (
    contact_headers,
    database,
    dialog_mark,
    edge_silence,
    events,
    identity,
    media,
    routing,
)

NOW = 1_700_000_000
KEY = "0123456789abcdef"
WEB = identity.Identity("1001", "web")
ROUTE = media.Route("public", "IP6")


class TestAor:
    @pytest.mark.parametrize("kind", ["web", "desktop", "mobile", "pad"])
    def test_aor_names_a_client(self, kind: str) -> None:
        who = identity.parse_aor(f"1001.{kind}")
        assert who
        assert (who.number, who.kind, who.aor, who.leg, who.is_phone) == ("1001", kind, f"1001.{kind}", "webrtc", False)

    def test_aor_names_a_desk_phone(self) -> None:
        who = identity.parse_aor("1003.phone")
        assert who
        assert who.is_phone
        assert who.leg == "sip"

    @pytest.mark.parametrize(
        "user", [None, "", "1001", ".web", "1001.", "1001.WEB", "1001.fax", "1001.web.phone", "10 01.web", "1001.web\n"]
    )
    def test_aor_is_refused_when_malformed(self, user: str | None) -> None:
        assert identity.parse_aor(user) is None


class TestDialled:
    @pytest.mark.parametrize("user", ["1", "1002", "*43", "#9", "+8610555", "alice", "1002.phone"])
    def test_dialable_number_is_accepted(self, user: str) -> None:
        assert identity.is_dialable(user)

    @pytest.mark.parametrize(
        "user", [None, "", ".1", "1&2", "1,2", "${X}", "1;2", "1 2", "1@2", "1/2", "1" * 65, "1\n"]
    )
    def test_dial_string_syntax_is_refused(self, user: str | None) -> None:
        assert not identity.is_dialable(user)

    @pytest.mark.parametrize(
        ("user", "number"),
        [("91900%231", "91900#1"), ("%2A43", "*43"), ("%2a43", "*43"), ("%31002", "1002"), ("1002", "1002")],
    )
    def test_escaped_characters_are_dialled(self, user: str, number: str) -> None:
        assert identity.dialled(user) == number

    @pytest.mark.parametrize("user", [None, "", "%", "1%2", "1%26a", "1%40evil", "1%00", "1%0d", "1%2532", "%C3%A9"])
    def test_escapes_hide_no_syntax(self, user: str | None) -> None:
        assert identity.dialled(user) is None


class TestPhoneEntry:
    def test_phone_entry_keeps_a_semicolon_in_the_name(self) -> None:
        assert identity.parse_phone(f"a;b;{'0' * 32};3") == identity.Phone("a;b", "0" * 32, 3)

    @pytest.mark.parametrize(
        "value", [None, "", "name", f"name;{'0' * 32}", "name;short;3", f";{'0' * 32};3", f"n;{'0' * 32};x"]
    )
    def test_phone_entry_is_refused_when_malformed(self, value: str | None) -> None:
        assert identity.parse_phone(value) is None


class TestPhoneEntries:
    def test_phone_entries_return_valid_ones_and_names_of_invalid_ones(self) -> None:
        good = {"1003.phone": f"a;{'0' * 32};3", "1004.phone": f"b;{'1' * 32};1"}
        bad = {
            "1003.web": f"a;{'0' * 32};3",
            "1005.phone": 1,
            "1006.phone": "a;short;3",
            "x y.phone": f"a;{'0' * 32};3",
        }
        assert identity.parse_phones(json.dumps(good)) == (good, [])
        assert identity.parse_phones(json.dumps({**bad, **good})) == (good, list(bad))

    @pytest.mark.parametrize("body", [None, "", "[]", "{", '"x"', "1"])
    def test_phone_entries_are_refused_when_not_an_object(self, body: str | None) -> None:
        assert identity.parse_phones(body) == ({}, ["?"])


class TestUserName:
    def test_user_name_is_read_from_the_only_credential(self) -> None:
        assert identity.user_name(['Digest realm="linkus", username="1700:1001.web", nonce="x"']) == "1700:1001.web"

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            ['Digest username="a"', 'Digest username="b"'],
            ['Digest username="a", username="b"'],
            ['Digest username="a", response="x", opaque="username=\\"b\\""'],
            ["Digest username=a"],
            ['Digest username="a\\"b"'],
        ],
    )
    def test_user_name_is_refused_when_ambiguous(self, headers: list[str]) -> None:
        assert identity.user_name(headers) is None


class TestEphemeral:
    def test_ephemeral_name_is_split_into_its_parts(self) -> None:
        assert identity.parse_ephemeral("1700000000:1001.web") == identity.Ephemeral(1_700_000_000, "1001.web")
        of_session = identity.parse_ephemeral("1700000000:1001.web:17")
        assert of_session == identity.Ephemeral(1_700_000_000, "1001.web", "17")
        assert identity.parse_ephemeral("1700000000:1001.web:x") is None
        assert identity.parse_ephemeral("1001.web") is None
        assert identity.parse_ephemeral("x:1001.web") is None

    @pytest.mark.parametrize(
        ("expiry", "aor", "revoked", "reason"),
        [
            (NOW + 1, "1001.web", 0, None),
            (NOW, "1001.web", 0, "expired"),
            (NOW + 1, "1002.web", 0, "other_identity"),
            (NOW + 1, "1001.desktop", 0, "other_identity"),
            (NOW + 300, "1001.web", NOW + 300, "revoked"),
            (NOW + 301, "1001.web", NOW + 300, None),
        ],
    )
    def test_ephemeral_credential_is_refused_with_the_reason(
        self, expiry: int, aor: str, revoked: int, reason: str | None
    ) -> None:
        assert identity.refusal(identity.Ephemeral(expiry, aor), WEB, revoked, NOW) == reason


class TestSession:
    def test_session_is_valid_while_its_credential_is(self) -> None:
        session = identity.parse_session(f"1001.web;{NOW + 10}")
        assert session
        assert identity.is_still_valid(session, WEB, 0, NOW)
        assert not identity.is_still_valid(session, WEB, 0, NOW + 10)
        assert not identity.is_still_valid(session, WEB, NOW + 300, NOW)
        assert not identity.is_still_valid(session, identity.Identity("1002", "web"), 0, NOW)

    def test_session_has_a_revocation_key_of_its_own(self) -> None:
        session = identity.Session("1001.web", NOW, "17")
        assert identity.parse_session(session.text) == session
        assert identity.revocation_keys("1001.web", "17") == ["1001.web", "1001.web:17"]
        assert identity.revocation_keys("1001.web", "") == ["1001.web"]

    @pytest.mark.parametrize("value", [None, "", "1001.web", ";12", "1001.web;x", "1001.web;;17"])
    def test_session_is_refused_when_malformed(self, value: str | None) -> None:
        assert identity.parse_session(value) is None


class TestRoom:
    CONTACTS = tuple(identity.Contact(f"r{age}", f"sip:a@10.0.0.{age}", NOW - age) for age in (1, 3, 2))

    def test_oldest_contacts_are_dropped_above_the_limit(self) -> None:
        dropped = identity.contacts_to_drop(list(self.CONTACTS), ["sip:a@10.0.0.9"], [], 2)
        assert [contact.ruid for contact in dropped] == ["r3", "r2"]

    def test_refresh_drops_no_contact(self) -> None:
        assert identity.contacts_to_drop(list(self.CONTACTS), ["sip:a@10.0.0.3"], [], 3) == []

    def test_registration_drops_no_contact_below_the_limit(self) -> None:
        assert identity.contacts_to_drop(list(self.CONTACTS), ["sip:a@10.0.0.9"], [], 4) == []

    def test_deregistration_drops_no_contact(self) -> None:
        for going in (["sip:a@10.0.0.9"], ["sip:a@10.0.0.2"], ["*"], []):
            assert identity.contacts_to_drop(list(self.CONTACTS), [], going, 1) == []

    def test_removed_contact_makes_room_for_a_new_one(self) -> None:
        assert identity.contacts_to_drop(list(self.CONTACTS), ["sip:a@10.0.0.9"], ["sip:a@10.0.0.1"], 3) == []
        dropped = identity.contacts_to_drop(list(self.CONTACTS), ["sip:a@10.0.0.8", "sip:a@10.0.0.9"], [], 3)
        assert [contact.ruid for contact in dropped] == ["r3", "r2"]

    @given(
        st.lists(st.integers(0, 9), unique=True), st.sets(st.integers(0, 12), max_size=3), st.sets(st.integers(0, 12)),
        st.integers(1, 5),
    )  # fmt: skip
    def test_contacts_stay_within_the_limit_with_the_fewest_drops(
        self, present: list[int], coming: set[int], going: set[int], limit: int
    ) -> None:
        going -= coming
        held = [identity.Contact(str(each), f"sip:{each}", age) for age, each in enumerate(present)]
        dropped = identity.contacts_to_drop(held, [f"sip:{x}" for x in coming], [f"sip:{x}" for x in going], limit)
        gone = {contact.uri for contact in dropped} | {f"sip:{x}" for x in going}
        left = {contact.uri for contact in held} - gone | {f"sip:{x}" for x in coming}
        assert not coming or len(left) <= max(limit, len(coming))
        assert not dropped or len(left) == max(limit, len(coming))


class TestMediaFlags:
    def test_strict_source_is_set_by_the_sender_of_the_sdp(self) -> None:
        """CVE-2025-53399: on no other SDP, where it would bind the core or a browser."""
        sides: tuple[media.Side, ...] = ("sip", "core")
        for source in sides:
            for flags in (
                media.offer_flags(source, "core", route=None),
                media.answer_flags(source, "core"),
            ):
                assert {"strict-source", "endpoint-learning-off"} <= set(flags.split())
        # A browser's address may change (ICE). DTLS-SRTP authenticates its packets.
        assert "strict-source" not in media.offer_flags("webrtc", "core", route=ROUTE, behind_nat=True)
        assert "strict-source" not in media.answer_flags("webrtc", "core", behind_nat=True)

    def test_media_is_dropped_before_the_answer(self) -> None:
        assert "drop-traffic=start" in media.offer_flags("sip", "core", route=None, is_first=True)
        assert "drop-traffic" not in media.offer_flags("sip", "core", route=None)
        assert "drop-traffic=stop" in media.answer_flags("core", "sip")

    def test_ports_are_kept_in_every_offer(self) -> None:
        directions: tuple[tuple[media.Side, media.Side], ...] = (
            ("core", "sip"), ("core", "webrtc"), ("webrtc", "core"), ("sip", "core"),
        )  # fmt: skip
        for source, target in directions:
            assert "port-latching" in media.offer_flags(source, target, route=None, behind_nat=False)
            assert "port-latching" in media.answer_flags(source, target, behind_nat=False)

    def test_browser_opens_the_dtls_handshake(self) -> None:
        assert "DTLS=passive" in media.offer_flags("webrtc", "core", route=None, behind_nat=False)
        assert "DTLS=passive" not in media.answer_flags("webrtc", "core", behind_nat=False)
        assert "DTLS=passive" not in media.answer_flags("core", "webrtc", behind_nat=False)

    def test_browser_keeps_its_dtls_when_it_restarts_ice(self) -> None:
        for flags in (
            media.offer_flags("webrtc", "core", route=None, behind_nat=False),
            media.answer_flags("webrtc", "core", behind_nat=False),
        ):
            assert "no-tls-id" in flags.split()
        assert "no-tls-id" not in media.offer_flags("core", "webrtc", route=None, behind_nat=False)

    def test_interfaces_are_named_when_there_are_two(self) -> None:
        assert "direction=" not in media.offer_flags("sip", "core", route=None, behind_nat=False)
        inward = media.offer_flags("webrtc", "core", route=ROUTE)
        outward = media.offer_flags("core", "sip", route=ROUTE, behind_nat=False)
        assert inward.endswith("direction=public direction=internal address-family=IP4")
        assert outward.endswith("direction=internal direction=public address-family=IP6")

    def test_phone_behind_nat_is_learned_from_its_first_packet(self) -> None:
        flags = media.offer_flags("sip", "core", route=None, behind_nat=True).split()
        assert {"SIP-source-address", "strict-source"} <= set(flags)
        assert "endpoint-learning-off" not in flags
        assert "SIP-source-address" not in media.offer_flags("core", "sip", route=None, behind_nat=True)

    @pytest.mark.parametrize(
        ("named", "contact", "source", "is_behind"),
        [
            ("192.168.1.5", "<sip:1003@192.168.1.5:5060>", "203.0.113.7", True),
            ("100.64.0.9", "<sip:1003@203.0.113.7>", "203.0.113.7", True),
            ("192.168.1.5", "<sip:1003@192.168.1.5:5060>", "192.168.1.5", False),  # in the same network
            ("203.0.113.7", "<sip:1003@203.0.113.7:5060>", "203.0.113.7", False),
            ("203.0.113.7", "<sip:1003@192.168.1.5:5060;ob>;q=1", "203.0.113.7", True),  # STUN for media only
            ("198.51.100.9", "<sip:gw@203.0.113.7>", "203.0.113.7", False),  # a provider's media gateway
            ("198.51.100.9", "<sip:gw@10.1.2.3>", "203.0.113.7", False),
            ("0.0.0.0", "<sip:1003@203.0.113.7>", "203.0.113.7", False),  # hold as in RFC 2543
            ("gateway.example", "", "203.0.113.7", False),
            ("fd00::5", "<sip:1003@[fd00::5]:5060>", "2001:db8::7", True),
            ("2001:db8::7", "<sip:1003@[2001:db8::7]:5060>", "2001:db8::7", False),
            ("2001:db8::7", "<sip:1003@[fe80::7]>", "2001:DB8::7", True),
        ],
    )
    def test_nat_is_recognised_by_sdp_and_contact(self, named: str, contact: str, source: str, is_behind: bool) -> None:
        version = 6 if ":" in named else 4
        sdp = f"v=0\r\nc=IN IP{version} {named}\r\nm=audio 4000 RTP/AVP 0\r\n"
        assert media.is_behind_nat(sdp, contact, source) is is_behind

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["m=audio 4000 RTP/AVP 0"], True),
            (["m=audio 4000 RTP/AVP 18 8"], True),
            (["m=audio 4000/2 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 OPUS/48000/2"], True),
            (["m=audio 0 RTP/AVP 0", "m=audio 4002 RTP/AVP 0"], True),
            (["m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000", "m=audio 4002 RTP/AVP 9"], True),
            ([], False),
            (["m=audio 0 RTP/AVP 0"], False),
            (["m=audio 4000 RTP/AVP 18"], False),
            (["m=audio 4000 RTP/AVP 0", "a=rtpmap:0 FOO/8000"], False),
            (["m=audio 4000 RTP/AVP 97", "a=rtpmap:97 FOO/8000", "m=video 4002 RTP/AVP 0"], False),
            (["m=audio 4000 RTP/AVP 97", "m=video 4002 RTP/AVP 97", "a=rtpmap:97 PCMU/8000"], False),
            (["m=image 40122 udptl t38"], False),
            (["m=audio x RTP/AVP 0"], False),
        ],
    )
    def test_offer_without_known_sound_is_recognised(self, lines: list[str], expected: bool) -> None:
        sdp = "".join(f"{line}\r\n" for line in ["v=0", "c=IN IP4 10.0.0.1", *lines, "a=sendrecv"])
        assert media.offers_audio(sdp, media.CORE_CODECS) is expected

    def test_silence_is_that_of_the_last_packet_of_either_kind(self) -> None:
        def side(*times: float) -> dict[str, object]:
            return {"medias": [{"streams": [{"last packet": each} for each in times]}]}

        told = json.dumps({"result": "ok", "tags": {"a": side(NOW - 90, NOW - 7.5), "b": side(NOW)}})
        assert edge_silence.silence(told, "a", NOW) == 7.5
        assert edge_silence.silence(told, "b", NOW) == 0
        assert edge_silence.silence('{"result":"error","error-reason":"Unknown call-id"}', "a", NOW) == NOW

    @pytest.mark.parametrize(
        "told", ["", "d6:result2:oke", "[]", '{"result":"ok","tags":{}}', '{"result":"ok","tags":{"a":{"medias":[]}}}']
    )
    def test_relay_that_does_not_say_proves_no_silence(self, told: str) -> None:
        assert edge_silence.silence(told, "a", NOW) is None

    def test_ssrc_lines_are_removed(self) -> None:
        sdp = "m=audio 9 RTP/AVP 0\r\na=ssrc:1 cname:x\r\na=ssrc-group:FID 1 2\r\na=sendrecv\r\n"
        assert media.strip_ssrc(sdp) == "m=audio 9 RTP/AVP 0\r\na=sendrecv\r\n"


class TestRouting:
    CALL = "01234567-89ab-cdef-0123-456789abcdef"

    DIALOG = dialog_mark.Dialog("a84b4c76e66710", "first")

    @pytest.mark.parametrize(
        "mark",
        [
            dialog_mark.Mark(CALL, "webrtc"),
            dialog_mark.Mark(CALL, "sip", "7"),
            dialog_mark.Mark(CALL, "sip", "7", 1_796_000_000),
        ],
    )
    def test_mark_is_read_back_for_its_dialog(self, mark: dialog_mark.Mark) -> None:
        route = f"<sip:127.0.0.1:5060;r2=on;lr=on;ftag=x{dialog_mark.mark_parameter(KEY, mark, self.DIALOG)};x=1>"
        assert dialog_mark.read_mark(KEY, route, self.DIALOG) == mark
        # the called side sends: the tags are swapped
        assert dialog_mark.read_mark(KEY, route, dialog_mark.Dialog("a84b4c76e66710", "second", "first")) == mark

    @pytest.mark.parametrize(
        "dialog",
        [
            dialog_mark.Dialog("other", "first"),
            dialog_mark.Dialog("a84b4c76e66710", "second", "third"),
            dialog_mark.Dialog("", ""),
        ],
    )
    def test_mark_of_another_dialog_is_refused(self, dialog: dialog_mark.Dialog) -> None:
        route = f"<sip:127.0.0.1;lr{dialog_mark.mark_parameter(KEY, dialog_mark.Mark(self.CALL, 'sip'), self.DIALOG)}>"
        assert dialog_mark.read_mark(KEY, route, dialog) is None

    @pytest.mark.parametrize("mark", [dialog_mark.Mark(CALL, "webrtc"), dialog_mark.Mark(CALL, "sip", "7")])
    @pytest.mark.parametrize("is_within", [False, True])
    def test_mark_of_a_via_is_read_back(self, mark: dialog_mark.Mark, is_within: bool) -> None:
        value = dialog_mark.answer_parameter(KEY, mark, self.DIALOG, is_within=is_within)
        via = f"SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1.2.0;lk={value};own=10.0.0.1"
        answered = dialog_mark.Dialog("a84b4c76e66710", "first", "second")
        assert dialog_mark.read_answer_mark(KEY, via, answered) == (mark, is_within)
        # it is no route, and says nothing about another dialog; a Via further below is not the edge's
        assert dialog_mark.read_mark(KEY, via, self.DIALOG) is None
        for dialog in (dialog_mark.Dialog("other", "first"), dialog_mark.Dialog("a84b4c76e66710", "second", "first")):
            assert dialog_mark.read_answer_mark(KEY, via, dialog) is None
        assert dialog_mark.read_answer_mark(KEY, f"SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1, {via}", answered) is None
        assert dialog_mark.read_answer_mark("another key", via, answered) is None

    def test_mark_of_a_route_in_a_via_is_refused(self) -> None:
        route = dialog_mark.mark_parameter(KEY, dialog_mark.Mark(self.CALL, "sip"), self.DIALOG)
        assert dialog_mark.read_answer_mark(KEY, f"SIP/2.0/UDP 127.0.0.1{route}", self.DIALOG) is None

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [
            ('SIP;cause=200;text="Call completed elsewhere"', True),
            ("Q.850;cause=16, sip ; cause=200", True),
            ("SIP;cause=2000", False),
            ("Q.850;cause=200", False),
            (None, False),
        ],
    )
    def test_call_answered_elsewhere_is_recognised(self, reason: str | None, expected: bool) -> None:
        assert routing.is_answered_elsewhere(reason) is expected

    def test_forged_mark_is_refused(self) -> None:
        """Nobody can make a mark without the key, or change one."""
        good = dialog_mark.mark_parameter(KEY, dialog_mark.Mark(self.CALL, "sip", "7", 12), self.DIALOG)
        assert dialog_mark.read_mark("another key", good, self.DIALOG) is None
        for forged in (
            good.replace(".t7", ""), good.replace(".t7", ".t8"),
            good.replace(".b12", ".b13"), good.replace(".b12", ""), good.replace(".sip", ".webrtc"),
            good[:-1], good + "0", good.replace(self.CALL, self.CALL.replace("0", "1")), f";lk={self.CALL}.sip.t7",
        ):  # fmt: skip
            assert dialog_mark.read_mark(KEY, forged, self.DIALOG) is None

    @pytest.mark.parametrize("route", [None, "", "<sip:127.0.0.1;lr>", f"<sip:x;lk={CALL}>", f"<sip:x;lk={CALL}.fax>"])
    def test_header_without_a_mark_is_refused(self, route: str | None) -> None:
        assert dialog_mark.read_mark(KEY, route, self.DIALOG) is None

    @pytest.mark.parametrize(
        ("name", "is_own"),
        [
            ("X-Linkus-User", True), ("x-linkus-kind", True), ("X-Start-Time", True), ("X-DID-Number", True),
            ("P-Asserted-Identity", True), ("P-Preferred-Identity", True), ("Remote-Party-ID", True),
            ("Diversion", True), ("DIVERSION", True), ("Referred-By", True), ("b", True), ("B", True),
            ("History-Info", True), ("Identity", True), ("Identity-Info", True), ("y", True),
            ("Refer-To", False), ("r", False), ("f", False), ("by", False), ("bx", False),
            ("From", False), ("Contact", False), ("User-Agent", False), ("X-Other", False), ("Y-X-Linkus-User", False),
        ],
    )  # fmt: skip
    def test_own_headers_are_removed_and_others_kept(self, name: str, is_own: bool) -> None:
        """Kamailio looks for the pattern as this does: at the start of the name, whatever its case."""
        assert (re.search(routing.OWN_HEADERS, name, re.IGNORECASE) is not None) is is_own

    @pytest.mark.parametrize(
        ("shown", "good"), [([KEY], True), ([], False), (["x"], False), ([KEY, KEY], False), (["密"], False)]
    )
    def test_core_key_is_accepted_exactly_once(self, shown: list[str], good: bool) -> None:
        assert routing.shows_core_key(KEY, shown) is good

    @pytest.mark.parametrize(
        ("contacts", "another"),
        [
            (["<sip:1003.phone@10.0.0.1:5062>"], False), (["sip:1003.phone@10.0.0.1;expires=60"], False),
            ([], False), (["*"], False),
            (["<sip:a@10.0.0.1>", "<sip:a@10.0.0.2>"], True), (["<sip:a@10.0.0.1>, <sip:a@127.0.0.1>"], True),
            (["<sip:10.0.0.1>"], False), (["<sip:x@phone.example>"], True), (["<sip:x@10.0.0.1@10.0.0.2>"], True),
        ],
    )  # fmt: skip
    def test_contact_naming_another_host_is_recognised(self, contacts: list[str], another: bool) -> None:
        assert contact_headers.names_another_host(contacts, "10.0.0.1") is another

    def test_contact_of_ipv6_is_compared_in_canonical_form(self) -> None:
        assert not contact_headers.names_another_host(["<sip:a@[2001:db8::1]:5060>"], "2001:db8::1")
        assert contact_headers.names_another_host(["<sip:a@10.0.0.1;maddr=192.0.2.9>"], "10.0.0.1")
        assert contact_headers.names_another_host(["<sip:a@192.0.2.9?b@10.0.0.1>"], "10.0.0.1")

    @pytest.mark.parametrize(
        ("header", "is_own"),
        [
            ("<sip:10.0.0.1:5070;transport=udp;r2=on;lr;ftag=x;lk=y>", True),
            ("<sip:10.0.0.1;r2=on;lr;lk=y>, <sip:[2001:db8::1]:5061;transport=tls;r2=on;lr>", True),
            ("<sip:10.0.0.1;lr;lk=y>, <sip:192.0.2.9;lr;lk=y>", False),
            ("<sip:10.0.0.1:5080;lr;lk=y>", False),
            ("<sip:x@10.0.0.1;lr;lk=y>", False),
            ("<sip:10.0.0.1;maddr=192.0.2.9;lr;lk=y>", False),
            ("<sip:10.0.0.1;MADDR=192.0.2.9;lr;lk=y>", False),
            ("<sip:pbx.example;lr>", False),
            ("", False),
        ],
    )
    def test_own_route_is_recognised_by_its_sockets(self, header: str, is_own: bool) -> None:
        assert routing.is_own_route(header, {"10.0.0.1", "2001:db8::1"}, {5060, 5061, 5070}) is is_own

    @pytest.mark.parametrize(
        ("changed", "is_read"),
        [
            ({}, True),
            ({"algorithm": "MD5"}, True),
            ({"qop": "auth", "nc": "00000001", "cnonce": '"x"'}, True),
            ({"opaque": '""'}, True),
            ({"qop": "auth"}, False),
            ({"qop": "auth", "nc": "zz", "cnonce": '"x"'}, False),
            ({"qop": "auth-int", "nc": "00000001", "cnonce": '"x"'}, False),
            ({"algorithm": "SHA-256"}, False),
            ({"response": "x"}, False),
            ({"nonce": ""}, False),
            ({"nonce": '""'}, False),
            ({"uri": '"a'}, False),
            ({"x": "1,"}, False),
        ],
    )
    def test_digest_is_readable_when_kamailio_can_read_it(self, changed: dict[str, str], is_read: bool) -> None:
        fields = {"username": '"a"', "realm": '"linkus"', "nonce": '"n"', "uri": '"sip:x"', "response": f'"{"0" * 32}"'}
        header = "Digest " + ", ".join(f"{name}={value}" for name, value in {**fields, **changed}.items())
        assert identity.is_digest(header) is is_read
        assert not identity.is_digest("Digest ,")

    def test_contact_with_uri_headers_is_recognised(self) -> None:
        assert contact_headers.has_uri_headers(['"a?b" <sip:a@10.0.0.1>, <sip:a@10.0.0.1?b=c>'])
        assert not contact_headers.has_uri_headers(['"a?b" <sip:a@10.0.0.1>'])

    def test_call_id_is_a_uuid(self) -> None:
        assert routing.is_call_id(self.CALL)
        assert not routing.is_call_id(f"{self.CALL}\r\nX: y")
        assert not routing.is_call_id(None)

    def test_decline_is_recognised_by_its_cause(self) -> None:
        assert routing.is_declined("Q.850;cause=24")
        assert not routing.is_declined("Q.850;cause=21")
        assert not routing.is_declined("Q.850;cause=240")
        assert not routing.is_declined(None)

    def test_unregistered_websocket_is_read_back(self) -> None:
        newcomer = routing.UnregisteredWebSocket(1_800_000_000, "6f1a")
        assert routing.parse_unregistered(newcomer.text) == newcomer
        assert [routing.parse_unregistered(value) for value in (None, "", "x;y", "17")] == [
            (0, ""), (0, ""), (0, "y"), (17, ""),
        ]  # fmt: skip

    def test_loopback_is_recognised(self) -> None:
        assert routing.is_loopback("127.0.0.3")
        assert not routing.is_loopback("203.0.113.1")
        assert not routing.is_loopback(None)

    @pytest.mark.parametrize(
        ("of_connection", "of_address", "address", "flood"),
        [
            (200, 2000, "203.0.113.7", False),
            (201, 201, "203.0.113.7", True),
            (1, 2001, "203.0.113.7", True),
            (1, 2001, "127.0.0.1", False),
            (201, 2001, "127.0.0.1", True),
        ],
    )
    def test_flood_is_recognised_above_the_limits(
        self, of_connection: int, of_address: int, address: str, flood: bool
    ) -> None:
        assert routing.is_flood(of_connection, of_address, address) is flood

    @pytest.mark.parametrize("value", [None, "", "a b", "x" * 65, "a\nevent=call"])
    def test_request_id_is_replaced_when_it_could_forge_a_line(self, value: str | None) -> None:
        assert routing.request_id(value) == "-"
        assert routing.request_id("0a1b-c") == "0a1b-c"

    @pytest.mark.parametrize(
        ("contact", "uri"),
        [
            ('"x" <sip:a@10.0.0.1:5062;transport=tcp>;expires=60', "sip:a@10.0.0.1:5062;transport=tcp"),
            ("sip:a@10.0.0.1;expires=60", "sip:a@10.0.0.1"),
            ("*", "*"),
            ('"a <b>" <sip:a@10.0.0.1>;+sip.instance="<urn:uuid:1>"', "sip:a@10.0.0.1"),
            (None, ""),
        ],
    )
    def test_contact_uri_is_read_as_the_registrar_keeps_it(self, contact: str | None, uri: str) -> None:
        assert contact_headers.contact_uri(contact) == uri

    @pytest.mark.parametrize(
        ("contact", "header", "granted"),
        [
            ("<sip:a@b>;expires=120", "600", 120),
            ("<sip:a@b>", "600", 600),
            ("<sip:a@b>", None, 300),
            ("<sip:a@b>", "5", 30),
            ("<sip:a@b>", "0", 0),
            ("<sip:a@b>;expires=0", "600", 0),
            ('"1001" <sip:a@b>;expires="90";+sip.instance="<urn:uuid:1>"', "600", 90),
            ("<sip:a@b>", "999999", 3600),
            ("<sip:a@b;expires=7>", "60", 60),
        ],
    )
    def test_expiry_is_granted_within_the_limits(self, contact: str, header: str | None, granted: int) -> None:
        assert contact_headers.granted_expiry(contact, header) == granted

    @pytest.mark.parametrize(
        ("headers", "expires", "limited"),
        [
            (["<sip:a@b>"], "100", None),
            (["<sip:a@b>;expires=0"], "3600", None),
            (["*"], "0", None),
            ([], None, None),
            (["<sip:a@b>"], "101", ["<sip:a@b>;expires=100"]),
            (["<sip:a@b>"], None, ["<sip:a@b>;expires=100"]),  # the registrar's default is longer
            (["<sip:a@b>;expires=86400;q=1"], "9", ["<sip:a@b>;q=1;expires=100"]),
            (['"x, y" <sip:a@b>; EXPIRES = "101"'], None, ['"x, y" <sip:a@b>;expires=100']),
            (["<sip:a@b>;expires=60, <sip:a@c>"], "101", ["<sip:a@b>;expires=60", "<sip:a@c>;expires=100"]),
            (["<sip:a@b>, <sip:a@c>;expires=900"], "60", ["<sip:a@b>", "<sip:a@c>;expires=100"]),
            # programs read these differently
            (["<sip:a@b>;expires=60;expires=900"], None, ["<sip:a@b>;expires=100"]),
            (['<sip:a@b>;x=";expires=60";expires=900'], "9", ['<sip:a@b>;x="";expires=100']),
            (["<sip:a@b>;expires=x"], "9", ["<sip:a@b>;expires=100"]),
            (["<sip:a@b>;expires=900=9"], "9", ["<sip:a@b>;expires=100"]),
            (["<sip:a@b>"], "x", ["<sip:a@b>;expires=100"]),
        ],
    )
    def test_contact_is_limited_to_the_life_of_its_credential(
        self, headers: list[str], expires: str | None, limited: list[str] | None
    ) -> None:
        assert contact_headers.limited(headers, expires, 100) == limited
        if limited is not None:
            assert contact_headers.limited(limited, expires, 100) is None

    @pytest.mark.parametrize(
        ("contact", "expires", "most"),
        [
            ("<sip:a@b>", None, 300),  # the registrar's default
            ("<sip:a@b>;expires=0", None, 1),  # is deregistered, however little time is left
            ("*", None, 1),
        ],
    )
    def test_contact_that_is_kept_no_longer_than_allowed_stays_as_it_is(
        self, contact: str, expires: str | None, most: int
    ) -> None:
        assert contact_headers.limited([contact], expires, most) is None

    @pytest.mark.parametrize(
        ("headers", "expires", "coming", "going"),
        [
            (["<sip:a@b>"], "600", [("sip:a@b", 600)], []),
            (["*"], "0", [], [("*", 0)]),
            (["<sip:a@b>;expires=0, <sip:a@c>;expires=60"], None, [("sip:a@c", 60)], [("sip:a@b", 0)]),
            (["<sip:a@b>", "sip:a@c"], "60", [("sip:a@b", 60), ("sip:a@c", 60)], []),
            (['"x, <sip:y>" <sip:a,z@b>;expires=0 , <sip:a@c>'], "60", [("sip:a@c", 60)], [("sip:a,z@b", 0)]),
            ([], "60", [], []),
            ([""], "60", [], []),
        ],
    )
    def test_register_splits_contacts_into_kept_and_removed(
        self, headers: list[str], expires: str, coming: list[tuple[str, int]], going: list[tuple[str, int]]
    ) -> None:
        assert contact_headers.requested_contacts(headers, expires) == (coming, going)


class TestLocations:
    def test_prepared_file_lets_processes_read_while_one_writes(self, tmp_path: Path) -> None:
        """The processes of the edge do not set the mode: some would find the file locked and end the start."""
        path = str(tmp_path / "edge.sqlite")
        database.prepare(path)
        with closing(sqlite3.connect(path, timeout=0)) as writer, closing(sqlite3.connect(path, timeout=0)) as reader:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM location")
            assert reader.execute("SELECT count(*) FROM location").fetchone() == (0,)

    def test_prepare_deletes_websocket_contacts_and_keeps_phones(self, tmp_path: Path) -> None:
        path = str(tmp_path / "edge.sqlite")
        assert database.prepare(path) == 0
        with closing(sqlite3.connect(path)) as connection:
            rows = [
                ("1", "1003.phone", "sip:1003.phone@10.0.0.7:5060", None),
                ("2", "1001.web", "sip:1001.web@x.invalid;transport=ws", "sip:127.0.0.1:4000;transport=ws"),
                ("3", "1004.phone", "sip:1004.phone@10.0.0.8:5060;transport=tcp", None),
            ]
            connection.executemany("INSERT INTO location (ruid, username, contact, received) VALUES (?, ?, ?, ?)", rows)
            connection.commit()
        assert database.prepare(path) == 1
        with closing(sqlite3.connect(path)) as connection:
            left = connection.execute("SELECT username FROM location ORDER BY ruid").fetchall()
            versions = dict(connection.execute("SELECT table_name, table_version FROM version"))
        assert left == [("1003.phone",), ("1004.phone",)]
        assert versions["location"] == 9


class TestEventSender:
    def test_each_event_is_one_line(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(tmp_path / "brain.sock"))
            listener.listen()
            edge = events.EventSender(str(tmp_path / "brain.sock"))
            assert edge.refused("1001.web", "203.0.113.1", "expired")
            assert edge.started()
            assert edge.started()
            edge.close()
            wire, _ = listener.accept()
            with wire, wire.makefile() as lines:
                refused, first, second = (json.loads(line) for line in lines)
        assert refused == {"event": "refused", "aor": "1001.web", "address": "203.0.113.1", "reason": "expired"}
        assert first == second

    def test_event_is_sent_when_a_field_is_not_utf_8(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(tmp_path / "brain.sock"))
            listener.listen()
            edge = events.EventSender(str(tmp_path / "brain.sock"))
            assert edge.refused("T\udce9l", "203.0.113.1\n", "expired")
            edge.close()
            wire, _ = listener.accept()
            with wire, wire.makefile("rb") as lines:
                [line] = lines
        assert json.loads(line)["aor"] == "T?l"

    def test_event_is_lost_without_waiting_when_nobody_listens(self, tmp_path: Path) -> None:
        edge = events.EventSender(str(tmp_path / "brain.sock"))
        # No exception is raised: a call must not fail because the brain restarts.
        assert [edge.disconnected("1001.web", 7) for _ in range(3)] == [False, False, False]
        edge.close()


class TestWithoutMedia:
    ANSWER = (
        "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
        "m=audio 4000/2 UDP/TLS/RTP/SAVPF 0 101\r\nc=IN IP6 2001:db8::1\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=fmtp:101 0-15\r\na=rtcp:4001 IN IP4 192.0.2.8\r\n"
        "a=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\na=sendrecv\r\nm=video 0 RTP/AVP 96\r\n"
    )

    def test_sdp_without_media_keeps_codecs_and_no_address(self) -> None:
        assert media.without_media(self.ANSWER, "127.0.0.1") == (
            "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\nc=IN IP4 127.0.0.1\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\nm=video 0 RTP/AVP 96\r\nc=IN IP4 127.0.0.1\r\n"
        )

    @pytest.mark.parametrize(
        "line", ["m=audio", "m=audio x RTP/AVP 0", "m=audio 9 RTP/AVP", "m=audio 9 RTP/AVP 0\x0bc=IN"]
    )
    def test_sdp_without_media_is_refused_when_a_media_line_is_malformed(self, line: str) -> None:
        found = media.without_media(f"v=0\r\n{line} IP4 192.0.2.7\r\n", "127.0.0.1")
        assert found is None or "192.0.2.7" not in found

    @given(st.text(alphabet="vmc=IN 4audio09/RTPAV.127\r\n", max_size=120))
    def test_sdp_without_media_leads_to_the_discard_port_only(self, sdp: str) -> None:
        found = media.without_media(sdp, "127.0.0.1") or ""
        assert set(re.findall(r"^c=(.*?)\r$", found, re.MULTILINE)) <= {"IN IP4 127.0.0.1"}
        assert set(re.findall(r"^m=\S+ (\S+)", found, re.MULTILINE)) <= {"0", "9"}
