"""The gate's verdict on a message, and the answer to one that it refuses. Does not import Kamailio."""

from typing import NamedTuple

import edge_syntax as syntax
from edge_parsed_message import ParsedMessage

MAX_ANSWERED_VIAS = 8


class Outcome(NamedTuple):
    """The verdict on a message. It is dropped if `message` is None, and answered with `status` unless that is 0."""

    message: bytes | None
    status: int = 0
    phrase: str = ""
    reason: str = ""  # from a fixed list, for the counters


class Refused(Exception):
    def __init__(self, reason: str, status: int = 400, phrase: str = "Bad Request") -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.phrase = phrase


def refuse(message: ParsedMessage, refused: Refused, room: int) -> Outcome:
    """Return the outcome of a refusal. Drop a response, an ACK and a request without a return address, unanswered."""
    stub = _stub(message) if message.is_request and message.method != b"ACK" else None
    if stub is None or len(stub) >= room:
        return Outcome(None, reason=refused.reason)
    return Outcome(stub, refused.status, refused.phrase, refused.reason)


def _stub(message: ParsedMessage) -> bytes | None:
    """Return a request with only the parts of the refused one that its answer repeats (RFC 3261 8.2.6.2). Return None
    if a header that says whom to answer is missing, malformed or repeated."""
    vias = [syntax.OTHER_VIA_VERSION.sub(b"SIP/2.0", via) for via in message.values.get(b"via", [])]
    if not vias or not all(syntax.is_via(via) and syntax.is_plain(via) for via in vias):
        return None
    call_ids = message.values.get(b"call-id", [])
    if len(call_ids) != 1 or not syntax.is_call_id(call_ids[0]):
        return None
    cseq = syntax.CSEQ.fullmatch(message.first(b"cseq"))
    if cseq is not None and cseq[2] != message.method:
        return None
    number = b"%d" % int(cseq[1]) if cseq and int(cseq[1]) < 2**31 else b"1"
    start = message.start if syntax.is_plain(message.start) else message.method + b" sip:unreadable.invalid SIP/2.0"
    headers = [start, *(b"Via: " + via for via in vias[:MAX_ANSWERED_VIAS])]
    for name, written in ((b"from", b"From"), (b"to", b"To")):
        values = message.values.get(name, [])
        is_good = len(values) == 1 and syntax.is_plain(values[0]) and syntax.is_address(values[0])
        headers.append(written + b": " + (values[0] if is_good else b"<sip:unreadable.invalid>"))
    headers += [b"Call-ID: " + call_ids[0], b"CSeq: " + number + b" " + message.method, b"Content-Length: 0"]
    return b"\r\n".join(headers) + b"\r\n\r\n"
