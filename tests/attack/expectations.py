"""The edge's expected reaction to each message of RFC 4475 and RFC 5118 from a stranger, with the reason.

A stranger's well-formed INVITE is challenged (407), and a REGISTER too (401), so the message was understood. "Dropped"
is also a rule, for a response to nothing, an ACK, or a request that does not say whom to answer.
"""

from __future__ import annotations

from dataclasses import dataclass

STREAMS = ("tcp", "tls")


@dataclass(frozen=True)
class Expectation:
    """The status codes allowed as answers, one set for each message in the octets. Without sets they are dropped."""

    statuses: tuple[frozenset[int], ...]
    reason: str
    # In a stream a message ends where Content-Length says (RFC 3261 18.3), so the number of messages may differ.
    on_streams: tuple[frozenset[int], ...] | None = None
    # The following octets on the same connection are part of this message, or of its rest.
    breaks_streams: bool = False

    def of(self, transport: str) -> tuple[frozenset[int], ...]:
        return self.on_streams if transport in STREAMS and self.on_streams is not None else self.statuses


def answered(*statuses: int, reason: str = "", **more: object) -> Expectation:
    return Expectation((frozenset(statuses),), reason, **more)  # type: ignore[arg-type]


def dropped(reason: str, **more: object) -> Expectation:
    return Expectation((), reason, **more)  # type: ignore[arg-type]


CHALLENGED = answered(407)
CHALLENGED_AT_REGISTRAR = answered(401)
OK = answered(200)

EXPECTED: dict[str, Expectation] = {
    # ---- RFC 4475 3.1.1: valid
    "wsinv": answered(481, reason="its To has the tag of a dialog that does not exist"),
    "intmeth": dropped("a NUL never passes the gate, and this one cannot be answered either"),
    "esc01": CHALLENGED,
    "escnull": CHALLENGED_AT_REGISTRAR,
    "esc02": answered(405, reason="RE%47IST%45R is not REGISTER"),
    "lwsdisp": OK,
    "longreq": CHALLENGED,
    "dblreq": answered(
        401,
        reason="the rest of the datagram is no message (RFC 3261 18.3); of a stream it is the next one",
        on_streams=(frozenset({401}), frozenset({407})),
    ),
    "semiuri": OK,
    "transports": OK,
    "mpart01": answered(415, reason="a body of several parts, of which none is SDP"),
    "unreason": dropped("a response to nothing"),
    "noreason": dropped("a response to nothing"),
    # ---- 3.1.2: invalid
    "badinv01": dropped("an answer would have to repeat its Via, which is none"),
    "clerr": answered(400, reason="shorter than it says", on_streams=(), breaks_streams=True),
    "ncl": answered(400, reason="a negative length", breaks_streams=True),
    "scalar02": answered(400, reason="CSeq, Max-Forwards and Expires are beyond their ranges"),
    "scalarlg": dropped("a response to nothing, with a CSeq beyond its range"),
    "quotbal": answered(400, reason="the quotation has no end"),
    "ltgtruri": answered(400, reason="<> around the Request-URI"),
    "lwsruri": answered(400, reason="a space in the Request-URI"),
    "lwsstart": answered(400, reason="two spaces in the request line"),
    "trws": answered(400, reason="spaces at the end of the request line"),
    "escruri": answered(407, reason="headers in the Request-URI are passed over (RFC 3261 19.1.5)"),
    "baddate": answered(407, reason="nobody here reads Date"),
    "regbadct": answered(400, reason="a URI with ? needs <> (RFC 3261 20.10)"),
    "badaspec": answered(400, reason="spaces in the URI"),
    "baddn": answered(400, reason="a comma in a display name without quotes"),
    "badvers": answered(505),
    "mismatch01": dropped("CSeq names another method: no answer would belong to anything"),
    "mismatch02": dropped("CSeq names another method: no answer would belong to anything"),
    "bigcode": dropped("no response code"),
    # ---- 3.2 to 3.4: transactions, applications, RFC 2543
    "badbranch": OK,
    "insuf": dropped("without From, To and Call-ID nobody can tell what an answer belongs to"),
    "unkscm": answered(416),
    "novelsc": answered(416),
    "unksm2": answered(400, reason="From is no SIP address"),
    "bext01": answered(420),
    "invut": CHALLENGED,
    "regaut01": CHALLENGED_AT_REGISTRAR,
    "multi01": dropped("two of each header that an answer would repeat"),
    "mcl01": answered(400, reason="two lengths", breaks_streams=True),
    "bcast": dropped("a response to nothing"),
    "zeromf": answered(200, 483),
    "cparam01": CHALLENGED_AT_REGISTRAR,
    "cparam02": CHALLENGED_AT_REGISTRAR,
    "regescrt": CHALLENGED_AT_REGISTRAR,
    "sdp01": CHALLENGED,
    "inv2543": answered(407, reason="no tag, no branch, no Max-Forwards", breaks_streams=True),
    # ---- RFC 5118
    "ipv6-good": CHALLENGED_AT_REGISTRAR,
    "ipv6-bad": answered(400, reason="an IPv6 address needs [] (RFC 3261 25.1)"),
    "port-ambiguous": CHALLENGED_AT_REGISTRAR,
    "port-unambiguous": CHALLENGED_AT_REGISTRAR,
    "via-received-param-with-delim": answered(481, reason="no such dialog"),
    "via-received-param-no-delim": OK,
    "ipv6-in-sdp": answered(
        400, reason="shorter than it says (printed length 268)", on_streams=(), breaks_streams=True
    ),
    "mult-ip-in-header": answered(481, reason="no such dialog"),
    "mult-ip-in-sdp": answered(407, breaks_streams=True),
    "ipv4-mapped-ipv6": answered(407, breaks_streams=True),
    "ipv6-bug-abnf-3-colons": answered(200, 400),
    "ipv6-correct-abnf-2-colons": OK,
}
