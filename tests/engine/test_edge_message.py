"""The gate's rules for SIP messages, without Kamailio."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import body, message

SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
REGISTER = b"REGISTER sip:linkus.example SIP/2.0"
ACK = b"ACK sip:a@b SIP/2.0"
WITHOUT_SDP = b"--x\r\n\r\nhello\r\n--x--\r\n"
PIECES = (
    b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b",", b";", b'"', b"<", b">", b":", b"\xff", b"\xc3", b"\r\n ", b"To: x",
    b"X-Linkus-User: 9",
)  # fmt: skip
HEADERS = {
    "Via": b"SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK4b5d.e4e3c1.0;rport",
    "Max-Forwards": b"70",
    "From": b'"Zhang" <sip:1003.phone@linkus.example>;tag=abc',
    "To": b"<sip:1002@linkus.example>",
    "Call-ID": b"a84b4c76e66710@192.0.2.1",
    "CSeq": b"1 INVITE",
    "Contact": b"<sip:1003.phone@192.0.2.1:5062>",
}


def build(
    *extra: bytes, start: bytes = b"INVITE sip:1002@linkus.example SIP/2.0", body: bytes = b"", **changed: bytes
) -> bytes:
    """Return a message with the usual headers. `Call_ID=b"x"` changes one, and an empty value omits it."""
    headers = {**HEADERS, **{name.replace("_", "-"): value for name, value in changed.items()}}
    lines = [start, *(name.encode() + b": " + value for name, value in headers.items() if value), *extra]
    if body and not any(b"Content-Type" in each or each.startswith(b"c:") for each in extra):
        lines.append(b"Content-Type: application/sdp")
    if not any(each.lower().startswith((b"content-length", b"l:")) for each in extra):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def passed(outcome: message.Outcome) -> bytes:
    """Return the message of a verdict that lets it through."""
    assert outcome.message is not None
    return outcome.message


def reason_of(raw: bytes) -> str:
    return message.inspect(raw).reason


class TestWhatPasses:
    @pytest.mark.parametrize(
        "raw",
        [
            build(),
            build(body=SDP),
            build(start=b"SIP/2.0 200 OK", To=b"<sip:1002@linkus.example>;tag=x"),
            build(start=b"SIP/2.0 486 " + "正在通话中".encode()),
            build(From="张伟 <sip:1003.phone@linkus.example>;tag=1".encode()),
            build(From=b"sip:1003.phone@linkus.example;tag=1"),
            build(To=b'"a \\" <sip:x@y>, b" <sip:1002@linkus.example;user=phone?x=y>;tag=2;flag'),
            build(To=b"<tel:+861055500>"),
            build(
                b"Contact: <sip:a@b>, <sip:c@d>",
                start=b"REGISTER sip:linkus.example SIP/2.0",
                Contact=b"",
                CSeq=b"1 REGISTER",
            ),
            build(b"Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK2", b"Route: <sip:a;lr>", b"Route: <sip:b;lr>"),
            build(b'X-Anything: at all; with="text"'),
        ],
    )
    def test_unchanged(self, raw: bytes) -> None:
        assert message.inspect(raw) == message.Outcome(raw)

    def test_the_cores_own_headers_from_the_core_only(self) -> None:
        raw = build(b"X-Linkus-User: 1001", b"x-did-number : 5", b"X-Start-Time: 1")
        assert passed(message.inspect(raw, from_core=True)).count(b"X-Linkus-User: 1001") == 1
        cleaned = passed(message.inspect(raw))
        assert b"linkus-user" not in cleaned.lower()
        assert b"did" not in cleaned.lower()
        assert b"X-Start" not in cleaned

    def test_folded_headers_are_unfolded(self) -> None:
        raw = build(b"Subject: one\r\n  two\r\n\tthree", b"X-Linkus-Kind:\r\n web")
        cleaned = passed(message.inspect(raw))
        assert b"\r\nSubject: one two three\r\n" in cleaned
        assert b"web" not in cleaned

    def test_space_before_a_colon_goes(self) -> None:
        assert b"\r\nSubject: x\r\n" in passed(message.inspect(build(b"Subject \t : x")))

    def test_leading_empty_lines(self) -> None:
        assert message.inspect(b"\r\n\r\n" + build()).message == build()

    def test_what_is_behind_the_body_is_cut_off(self) -> None:
        """Bytes after Content-Length are cut off (RFC 3261 18.3)."""
        assert message.inspect(build(body=SDP) + b"INVITE sip:x SIP/2.0\r\n").message == build(body=SDP)

    def test_of_a_multipart_body_the_sdp(self) -> None:
        part = (
            b"--b1\r\nContent-Type: application/sdp\r\n\r\n"
            + SDP
            + b"\r\n--b1\r\nContent-Type: application/isup\r\n\r\n\x00\x01\xff\r\n--b1--\r\n"
        )
        cleaned = passed(message.inspect(build(b'Content-Type: multipart/mixed;boundary="b1"', body=part)))
        head, _, body = cleaned.partition(b"\r\n\r\n")
        assert body == SDP
        assert b"\r\nContent-Type: application/sdp\r\n" in head
        assert b"\r\nContent-Length: %d" % len(SDP) in head


class TestNames:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            (b"M\xfcller", "Müller"), ("张伟".encode("gb18030"), "张伟"), ("朱镕基".encode("gb18030"), "朱镕基"),
            ("王".encode("gb18030"), "王"), (b"Ren\xe9e Fran\xe7ois", "Renée François"), (b"\x81\x8d\xff", "??ÿ"),
        ],
    )  # fmt: skip
    def test_decoded(self, name: bytes, shown: str) -> None:
        cleaned = message.inspect(build(From=b'"' + name + b'" <sip:1003.phone@linkus.example>;tag=abc'), may_grow=True)
        assert f'"{shown}" <sip:1003.phone'.encode() in passed(cleaned)

    def test_without_room_the_odd_characters_go(self) -> None:
        raw = build(b"User-Agent: T\xe9l")
        cleaned = passed(message.inspect(raw))
        assert b"User-Agent:T?l\r\n" in cleaned or b"User-Agent: T?l\r\n" in cleaned
        assert len(cleaned) < len(raw)

    def test_in_sdp(self) -> None:
        cleaned = passed(message.inspect(build(body=SDP.replace(b"s=-", b"s=\xcd\xa8\xbb\xb0"))))
        assert b"\r\ns=????\r\n" in cleaned

    @pytest.mark.parametrize(
        "raw",
        [
            build(b"Route: <sip:\xff@x;lr>"), build(start=b"INVITE sip:\xff@x SIP/2.0"), build(Call_ID=b"\xff"),
            build(Via=b"SIP/2.0/UDP 192.0.2.1;branch=\xff"),
        ],
    )  # fmt: skip
    def test_elsewhere_refused(self, raw: bytes) -> None:
        outcome = message.inspect(raw)
        assert outcome.reason in ("encoding", "call-id")


class TestMended:
    """Defects that phones, proxies and providers really send must not make the call fail."""

    @pytest.mark.parametrize("start", [b"SIP/2.0 486 Occup\xe9", b"BYE sip:1002@linkus.example SIP/2.0"])
    def test_a_reason_in_latin_1(self, start: bytes) -> None:
        reason = b'Reason: Q.850;cause=17;text="occup\xe9"'
        number = b"1 BYE" if start.startswith(b"BYE") else b"1 INVITE"
        raw = build(reason, b"X-Ville: Orl\xe9ans", start=start, CSeq=number)
        cleaned = message.inspect(raw, may_grow=True)
        assert cleaned.status == 0
        assert 'text="occupé"\r\nX-Ville:Orléans'.encode() in passed(cleaned)
        assert b'text="occup?"\r\n' in passed(message.inspect(raw))

    @pytest.mark.parametrize("name", [b"Server", b"User-Agent", b"Date", b"Subject"])
    def test_the_first_of_two_that_only_inform(self, name: bytes) -> None:
        raw = build(name + b": first", name.lower() + b": second", start=b"SIP/2.0 486 Busy")
        assert message.inspect(raw).message == build(name + b": first", start=b"SIP/2.0 486 Busy")

    def test_of_a_diverted_call_both_signatures(self) -> None:
        """Each signer of a diverted call adds an Identity (RFC 8224 4 and RFC 8946)."""
        raw = build(b"Identity: eyJh.a;info=<https://a>", b"Identity: eyJi.b;info=<https://b>;ppt=div")
        assert message.inspect(raw) == message.Outcome(raw)

    @pytest.mark.parametrize("name", ["Via", "From", "Contact"])
    def test_an_empty_parameter_at_the_end(self, name: str) -> None:
        assert message.inspect(build(**{name: HEADERS[name] + b"; "})).message == build()

    @pytest.mark.parametrize("name", ["許", "許功蓋"])
    def test_a_name_in_big5_ends_where_its_quotation_mark_is(self, name: str) -> None:
        raw = build(From=b'"' + name.encode("big5") + b'" <sip:1003.phone@linkus.example>;tag=abc')
        for may_grow in (True, False):
            cleaned = message.inspect(raw, may_grow=may_grow)
            assert (cleaned.status, cleaned.reason) == (0, "")
            assert b'" <sip:1003.phone@linkus.example>;tag=abc' in passed(cleaned)


class TestFormats:
    """rtpengine makes codecs of the SDP. Descriptions that fit no codec are removed, and the format stays without."""

    @pytest.mark.parametrize(
        "line",
        [
            b"a=rtpmap:0 PCMU/8000", b"a=rtpmap:111 opus/48000/2", b"a=rtpmap:101 telephone-event/8000",
            b"a=rtpmap:96 G726-32/8000/1", b"a=rtpmap:9 G722/8000", b"a=rtpmap:97 L16/44100/2 ",
            b"a=rtpmap:127 X-NSE/8000", b"a=rtpmap:98 H264/90000",
        ],
    )  # fmt: skip
    def test_kept(self, line: bytes) -> None:
        assert body.clean_body(b"application/sdp", SDP + line + b"\r\n")[1] == SDP + line + b"\r\n"
        assert body.clean_body(b"application/sdp", SDP + line)[1] == SDP + line

    @pytest.mark.parametrize(
        "line",
        [
            b"a=rtpmap:0 PCMU/800080008000", b"a=rtpmap:0 PCMU/00000000000001", b"a=rtpmap:0 PCMU/0", b"a=rtpmap:0",
            b"a=rtpmap:0 PCMU/999999", b"a=rtpmap:??0 PCMU/8000", b"a=rtpmap:1000 PCMU/8000",
            b"a=rtpmap:0 PCMU/8000/99", b"a=rtpmap:0 PCMU/-8000", b"a=rtpmap:0 /8000",
            b"a=rtpmap:0 " + b"X" * 99 + b"/8000",
        ],
    )  # fmt: skip
    def test_taken_out(self, line: bytes) -> None:
        before, after = SDP, b"a=sendrecv\r\n"
        assert body.clean_body(b"application/sdp", before + line + b"\r\n" + after)[1] == before + after


class TestRefused:
    @pytest.mark.parametrize(
        ("raw", "status", "reason"),
        [
            (build(b"X-Dummy: a\rX-Linkus-User: 1003\rTo: <sip:*43@linkus>"), 400, "line-ending"),
            (build(b"X-Dummy: a\nX-Linkus-User: 1003"), 400, "line-ending"),
            (build(b"X-Dummy: a\x00b"), 400, "control-character"),
            (build(b"X-Dummy: a\x0bb"), 400, "control-character"),
            (build(b"No colon here"), 400, "header"),
            (build(b"X-Long: " + b"a" * 5000), 400, "header"),
            (build(*[b"X-Many: 1"] * 200), 400, "too-many-headers"),
            (build(b"To: <sip:1003@linkus.example>"), 400, "repeated-header"),
            (build(b"t: <sip:1003@linkus.example>"), 400, "repeated-header"),
            (build(b"CSeq: 1 INVITE"), 400, "repeated-header"),
            (build(b"Expires: 1", b"Expires: 2"), 400, "repeated-header"),
            (build(To=b"<sip:a@b>, <sip:c@d>"), 400, "address"),
            (build(To=b"a, b <sip:a@b>"), 400, "address"),
            (build(To=b"<sip:a @b>"), 400, "address"),
            (build(To=b"<sip:a@b"), 400, "address"),
            (build(To=b'"a <sip:a@b>'), 400, "address"),
            (build(To=b"<sip:a@b>;tag=1;tag=2"), 400, "address"),
            (build(To=b"<sip:a@b>;tag"), 400, "address"),
            (build(To=b"<sip:a@b>;;x"), 400, "address"),
            (build(To=b"<sip:a@[::1>"), 400, "address"),
            (build(CSeq=b"4294967296 INVITE"), 400, "cseq"),
            (build(Max_Forwards=b"300"), 400, "number"),
            (build(b"Expires: soon"), 400, "number"),
            (build(b"Contact: <sip:a@b>"), 400, "too-many-contacts"),
            (build(Contact=b"<sip:a@b>, <sip:c@d>"), 400, "too-many-contacts"),
            (build(Contact=b'<sip:x"@192.0.2.9;"@192.0.2.1>'), 400, "address"),
            (build(Contact=b'sip:x"@192.0.2.9;"@192.0.2.1'), 400, "address"),
            (build(Contact=b"<sip:a@b?X-Linkus-User=1003>"), 400, "address"),
            (build(Contact=b"<sip:a@b"), 400, "address"),
            (build(Contact=b'"a <sip:a@b>'), 400, "address"),
            (build(b"Content-Length: 9999", body=SDP), 400, "content-length"),
            (build(b"Content-Encoding: gzip", body=SDP), 415, "content-encoding"),
            (build(b"Content-Type: multipart/mixed;boundary=x", body=WITHOUT_SDP), 415, "multipart"),
            (build(body=SDP.replace(b"s=-\r\n", b"s=-\ra=x\r\n")), 400, "line-ending"),
            (build(body=SDP + b"m=audio 1 RTP/AVP 8\r\n" * 20), 488, "too-many-media-lines"),
            (build(body=SDP + b"m=audio 1 RTP/AVP" + b" 8" * 65 + b"\r\n"), 488, "too-many-formats"),
            (build(body=SDP + b"m=audio 1 RTP/AVP 8" + b" " * 65 + b"\r\n"), 488, "too-many-formats"),
            (build(body=SDP + b"a=x\r\n" * 400), 488, "too-many-formats"),
            (build(body=b"a" * 13000), 513, "body-too-long"),
            (build(start=b"INVITE sip:1002@linkus.example SIP/3.0"), 505, "version"),
            (build(start=b"INVITE  sip:1002@linkus.example SIP/2.0"), 400, "start-line"),
            (build(start=b"INVITE sip:1002@linkus.example SIP/2.0 "), 400, "start-line"),
            (build(start=b"INVITE <sip:1002@linkus.example> SIP/2.0"), 400, "start-line"),
            (build(start=b"INVITE soap.beep://192.0.2.1:3002 SIP/2.0"), 416, "uri-scheme"),
            (build(start=b"INVITE sip:2001:db8::10 SIP/2.0"), 400, "uri"),
            (build(To=b"sip:\xed\xa0\x80user@example.com"), 400, "address"),
            (build(b"X: " + b"a" * 3000, b"X: " + b"a" * 3000, body=SDP * 40 + b"x" * 9000), 513, "too-long"),
            (build()[:-2], 400, "no-end-of-headers"),
        ],
    )  # fmt: skip
    def test_answered(self, raw: bytes, status: int, reason: str) -> None:
        outcome = message.inspect(raw)
        assert (outcome.status, outcome.reason) == (status, reason)
        assert outcome.message is not None
        assert message.inspect(outcome.message) == message.Outcome(outcome.message)
        assert HEADERS["Via"] in outcome.message
        assert HEADERS["Call-ID"] in outcome.message
        assert b"linkus-user" not in outcome.message.lower()

    @pytest.mark.parametrize(
        "raw",
        [
            build(start=b"SIP/2.0 200 OK"), build(start=b"SIP/2.0 183 Session Progress"),
            build(b"X-Dummy: a\rb", start=b"SIP/2.0 200 OK"), build(b"X-Dummy: a\rb", start=ACK, CSeq=b"1 ACK"),
            build(Via=b""), build(Via=b"nonsense"),
            build(Call_ID=b""), build(Call_ID=b"a" * 256), build(Call_ID=b"a b"),
            build(CSeq=b"1 BYE"), b"GET / HTTP/1.1\r\n\r\n", b"nonsense", b"\x80\x80", b"SIP/2.0 99 x\r\n\r\n",
            build(b"Call-ID: other"), build(b"i: other"),
            build(b"Via: SIP/2.0/UDP 192.0.2.1:99999;branch=x"),
        ],
    )  # fmt: skip
    def test_dropped(self, raw: bytes) -> None:
        outcome = message.inspect(raw)
        assert outcome.message is None
        assert outcome.reason

    def test_what_came_with_a_long_call_id_is_not_kept(self) -> None:
        assert message.inspect(build(Call_ID=b"x" * 30_000)).message is None


def _copied(branch: str, digits: int) -> int | None:
    """Return how many bytes Kamailio 6.1's dialog module copies out of a branch into CSeq (dlg_cseq_msg_received). With
    a negative number it writes past its memory."""
    length, at = 0, len(branch) - 1
    while at > 0:
        if branch[at] == ".":
            if length < 3 or branch[at + 1 : at + 3] != "cs":
                return None
            length += 1
            break
        length, at = length + 1, at - 1
    return None if length - 3 > digits else length - 3


class TestTopmostViaOfAnAnswer:
    """The topmost Via must be the edge's own: an answer with another is dropped (RFC 3261 18.1.2)."""

    @pytest.mark.parametrize(
        "branch",
        [
            b"z9hG4bKcydzigwkX",
            b"z9hG4bK4b5d.e4e3c1a0.0",
            b"z9hG4bK4b5d.e4e3c1a0.1.cs2",
            b"z9hG4bK4b5d.e4e3c1a0.0;rport=5060",
        ],
    )
    def test_the_edges_own(self, branch: bytes) -> None:
        raw = build(start=b"SIP/2.0 486 Busy Here", Via=b"SIP/2.0/UDP 192.0.2.1;branch=" + branch)
        assert message.inspect(raw) == message.Outcome(raw)

    @pytest.mark.parametrize(
        "parameters",
        [
            b"", b";rport", b";branch", b";branch=a", b";branch=z9hG4bK1", b";branch=z9hG4bK123456789.cs",
            b";branch=z9hG4bK123456789.csx", b";branch=z9hG4bK123456789.cs12345678901",
            b";branch=z9hG4bK4b5d.e4e3c1a0.0;branch=a", b";branch=a;Branch=z9hG4bK4b5d.e4e3c1a0.0",
            b';x=";branch=z9hG4bK4b5d.e4e3c1a0.0"', b'; branch ="z9hG4bK4b5d.e4e3c1a0.0"',
        ],
    )  # fmt: skip
    def test_not_the_edges_own(self, parameters: bytes) -> None:
        via = b"SIP/2.0/UDP 192.0.2.1" + parameters
        assert message.inspect(build(start=b"SIP/2.0 200 OK", Via=via)).message is None

    @given(
        st.from_regex(r"(z9hG4bK)?[a-c0-9.]{0,12}(\.?cs?[0-9a]{0,12})?", fullmatch=True)
        | st.text("z9.cs1", max_size=24),
        st.integers(1, 10),
    )
    def test_kamailio_copies_what_there_is(self, branch: str, digits: int) -> None:
        raw = build(
            start=b"SIP/2.0 486 Busy Here",
            Via=b"SIP/2.0/UDP 192.0.2.1;branch=" + branch.encode(),
            CSeq=b"%0*d INVITE" % (digits, 1),
        )
        if message.inspect(raw).message is not None:
            assert (_copied(branch, digits) or 0) >= 0

    def test_the_model_of_kamailio_knows_the_fault(self) -> None:
        assert _copied("a", 1) == -2 - 1


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a good message with some bytes changed, removed or inserted."""
    raw = bytearray(
        draw(
            st.sampled_from([build(), build(body=SDP), build(b"X-Linkus-User: 1001"), build(start=b"SIP/2.0 486 Busy")])
        )
    )
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        piece = draw(st.sampled_from(PIECES))
        raw[at : at + draw(st.integers(0, 3))] = piece
    return bytes(raw)


class TestTime:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("From", "<sip:a@b>" + ";a=  " * 60 + '"'),
            ("To", "<sip:a@b>" + ";a = " * 60 + ","),
            ("From", '"' + '\\"' * 1900),
            ("Contact", "<" * 3900),
            ("Contact", '"' + '\\"' * 1900),
            ("Contact", '<sip:a@b>,"' * 350),
            ("X", "a\r\n b\r\nY:" + " " * 15_000 + "x"),
            ("X", "a\r\n b" + " \t" * 7_000),
            ("Via", "SIP/2.0/UDP h" + " " * 4000 + "x"),
            ("Via", "SIP/2.0/UDP h" + ";a = b " * 500 + "="),
            ("start", " " * 15_000 + "x"),
            ("start", " SIP/2.0" * 1_900 + "x"),
            ("Via", "SIP/2.0/UDP " + "a:" * 1900),
        ],
    )
    def test_one_message_does_not_keep_the_edge_busy(self, name: str, value: str) -> None:
        """A pattern that tries every way to split a run of spaces took seconds, or did not end."""
        lines = {
            "Via": "SIP/2.0/UDP h;branch=z9hG4bKx", "From": "<sip:a@b>;tag=1", "To": "<sip:a@b>", "Call-ID": "x",
            "CSeq": "1 OPTIONS", name: value,
        }  # fmt: skip
        start = lines.pop("start", " sip:a@b SIP/2.0")
        head = "".join(f"{key}: {text}\r\n" for key, text in lines.items())
        begun = time.process_time()
        message.inspect(f"OPTIONS{start}\r\n{head}\r\n".encode(), may_grow=True)
        assert time.process_time() - begun < 0.25


class TestProperties:
    @given(st.binary(max_size=400))
    def test_any_bytes_are_judged(self, raw: bytes) -> None:
        message.inspect(raw)

    @given(mutated(), st.booleans(), st.booleans())
    def test_what_passes_is_the_same_for_everybody(self, raw: bytes, from_core: bool, may_grow: bool) -> None:
        outcome = message.inspect(raw, from_core=from_core, may_grow=may_grow)
        if outcome.message is None:
            return
        head, end, body = outcome.message.partition(b"\r\n\r\n")
        outcome.message.decode("utf-8")
        assert end
        assert b"\0" not in outcome.message
        assert b"\r" not in head.replace(b"\r\n", b"")
        assert b"\n" not in head.replace(b"\r\n", b"")
        names = [line.partition(b":")[0].strip().lower() for line in head.split(b"\r\n")[1:]]
        names = [message.COMPACT_NAMES.get(name, name) for name in names]
        for name in message.SINGLE:
            assert names.count(name) <= 1
        assert set(names) >= message.REQUIRED
        if not from_core:
            assert not any(name.startswith(message.OWN_PREFIXES) for name in names)
        if outcome.message is not raw and outcome.message != raw and not may_grow:
            assert len(outcome.message) < len(raw)
        again = message.inspect(outcome.message, from_core=from_core, may_grow=may_grow)
        assert again == message.Outcome(outcome.message)
        assert not body or b"content-type" in names
