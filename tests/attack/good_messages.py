"""Writes valid requests and responses as the basis for mutations. Pure: the same seed makes the same messages."""

from __future__ import annotations

from random import Random

from tests.attack.corpus import RFC_4475, RFC_5118

METHODS = (
    *("INVITE",) * 3,
    *("REGISTER", "OPTIONS", "BYE", "CANCEL", "ACK", "MESSAGE", "SUBSCRIBE", "NOTIFY", "INFO", "UPDATE", "PRACK"),
    *("REFER", "PUBLISH"),
)
OFFER = (
    "v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 8 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
    "a=sendrecv\r\n"
)
BROWSERS_OFFER = (
    "v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n"
    "c=IN IP4 {address}\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    "a=mid:0\r\na=setup:actpass\r\n"
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=candidate:1 1 udp 2113937151 {address} 9 typ host\r\na=ssrc:1 cname:x\r\na=sendrecv\r\n"
)


def token(rng: Random) -> str:
    return f"{rng.getrandbits(64):016x}"


def request(
    rng: Random, *, transport: str, address: str, user: str, dialled: str, method: str = "", is_browser: bool = False
) -> bytes:
    """Return a request outside a dialog, or one in a dialog that does not exist."""
    method = method or rng.choice(METHODS)
    in_dialog = method in ("BYE", "ACK", "INFO", "UPDATE", "PRACK", "NOTIFY") or rng.random() < 0.1
    body = (
        (BROWSERS_OFFER if is_browser else OFFER).format(address=address)
        if method in ("INVITE", "UPDATE", "ACK")
        else ""
    )
    lines = [
        f"{method} sip:{dialled}@linkus.example SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {address}:5062;branch=z9hG4bK{token(rng)};rport",
        "Max-Forwards: 70",
        f"From: <sip:{user}@linkus.example>;tag={token(rng)}",
        f"To: <sip:{dialled}@linkus.example>" + (f";tag={token(rng)}" if in_dialog else ""),
        f"Call-ID: {token(rng)}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{user}@{address}:5062>",
        "User-Agent: Attack",
    ]
    if in_dialog:
        mark = f"{token(rng)[:8]}-0000-0000-0000-{token(rng)[:12]}.sip"
        lines.append(f"Route: <sip:{address}:5060;lr;ftag=x;lk={mark}>")
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


def response(rng: Random, *, transport: str, address: str) -> bytes:
    """Return a response to no request."""
    method = rng.choice(METHODS)
    status = rng.choice((100, 180, 183, 200, 202, 302, 401, 404, 407, 481, 486, 500, 503, 603))
    body = OFFER.format(address=address) if status in (183, 200) else ""
    lines = [
        f"SIP/2.0 {status} Attack",
        f"Via: SIP/2.0/{transport.upper()} {address}:5060;branch=z9hG4bK{token(rng)}",
        f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{token(rng)}",
        f"From: <sip:1001@linkus.example>;tag={token(rng)}",
        f"To: <sip:1002@linkus.example>;tag={token(rng)}",
        f"Call-ID: {token(rng)}",
        f"CSeq: 1 {method}",
        "Contact: <sip:x@127.0.0.1:9>",
        "Content-Type: application/sdp",
    ]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


def any_message(rng: Random, *, transport: str, address: str) -> bytes:
    """Return a valid message, or one of the RFCs' own."""
    kind = rng.random()
    if kind < 0.2:
        return rng.choice((*RFC_4475, *RFC_5118)).octets
    if kind < 0.35:
        return response(rng, transport=transport, address=address)
    return request(rng, transport=transport, address=address, user=rng.choice(("1001", "x")), dialled="1002")
