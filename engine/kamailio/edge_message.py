"""The gate for SIP messages: decides whether any other component may read a message. Does not import Kamailio.

It judges the bytes of a message as they came from the network. A message passes if edge and core cannot understand it
differently: lines end with CRLF (RFC 3261 7), no header hides in another one, no header that must be unique is repeated
(7.3.1), lengths are bounded, the body is as long as Content-Length says (18.3), and all is UTF-8.

An unambiguous defect is repaired rather than refused. A call must not fail because a provider's reason phrase is in
Latin-1 or a proxy added a second Server.
"""

import edge_syntax as syntax
from edge_body import BodyRefused, clean_body
from edge_parsed_message import Header, ParsedMessage
from edge_refusal import Outcome, Refused, refuse
from edge_syntax import COMPACT_NAMES, NUMBERS, OWN_PREFIXES, REQUIRED, SINGLE, WITH_ONE_CONTACT
from edge_text import close_quotes, decode_name, mask

MAX_MESSAGE_BYTES = 16_000  # below Kamailio's tcp_rd_buf_size
MAX_HEADERS = 128
MAX_HEADER_BYTES = 4_096
MAX_CONTACTS = 10


def inspect(raw: bytes, *, from_core: bool = False, may_grow: bool = False) -> Outcome:
    """Judge a message as it came. Return the message that Kamailio reads in its place.

    With `from_core` the installation's own headers stay. With `may_grow` the buffer has room for a longer message
    (UDP). Otherwise a changed message becomes shorter, because Kamailio writes a NUL after it, where the next message
    of the connection may begin. A name that would become longer when decoded loses its odd characters.
    """
    message = ParsedMessage()
    try:
        body = _read(message, raw, from_core=from_core, may_grow=may_grow)
        if not message.is_changed:
            return Outcome(raw)
        text = message.text(body)
        return Outcome(text if may_grow else _shortened(text, len(raw)))
    except Refused as refused:
        return refuse(message, refused, len(raw))
    except BodyRefused as refused:
        return refuse(message, Refused(refused.reason, refused.status, "Body Not Accepted"), len(raw))


def _shortened(text: bytes, room: int) -> bytes:
    """Return `text` with less than `room` bytes, by removing spaces after the colons of headers."""
    while len(text) >= room:
        shorter = text.replace(b": ", b":", 1)
        if shorter == text or b"\r\n\r\n" in text.partition(b": ")[0]:
            raise Refused("no-room")
        text = shorter
    return text


def _read(message: ParsedMessage, raw: bytes, *, from_core: bool, may_grow: bool) -> bytes:
    start = 0
    while raw.startswith(b"\r\n", start):
        start += 2
        message.is_changed = True
    head, separator, body = raw[start:].partition(b"\r\n\r\n")
    _read_head(message, head[:MAX_MESSAGE_BYTES].removesuffix(b"\r\n"), from_core=from_core)
    if len(raw) > MAX_MESSAGE_BYTES:
        raise Refused("too-long", 513, "Message Too Large")
    if not separator:
        raise Refused("no-end-of-headers")
    if not head.isascii():
        _decode_head(message, room=may_grow)
    _check_head(message)
    return _read_body(message, body, may_grow=may_grow)


def _read_head(message: ParsedMessage, head: bytes, *, from_core: bool) -> None:
    """Read all that is readable, and refuse at the end: the answer to a bad message needs its good headers."""
    problem = None
    if b"\r\n " in head or b"\r\n\t" in head:
        head, message.is_changed = syntax.FOLD.sub(b" ", head), True
    lines = head.split(b"\r\n")
    if head.count(b"\r") != len(lines) - 1 or head.count(b"\n") != len(lines) - 1:
        problem = Refused("line-ending")
    elif syntax.CONTROL.search(head):
        problem = Refused("control-character")
    message.start = lines[0]
    start_problem = _read_start(message)
    problem = problem or start_problem
    if len(lines) > MAX_HEADERS:
        problem = problem or Refused("too-many-headers")
    for line in lines[1 : MAX_HEADERS + 1]:
        match = syntax.HEADER.fullmatch(line)
        if match is None or len(line) > MAX_HEADER_BYTES:
            problem = problem or Refused("header")
            continue
        written = match[1]
        name = written.lower()
        name = COMPACT_NAMES.get(name, name)
        if not syntax.READABLE_NAME.fullmatch(written) or (not from_core and name.startswith(OWN_PREFIXES)):
            message.is_changed = True
            continue
        if name in syntax.INFORMATIVE and name in message.values:
            message.is_changed = True
            continue
        message.add(Header(name, line, match[2].rstrip(b" \t")))
        value = message.headers[-1].value
        has_empty_end = value.endswith(b";") and name in syntax.WITH_PARAMETERS
        if has_empty_end or line[len(written)] != syntax.COLON:
            message.replace(len(message.headers) - 1, value.rstrip(b"; \t") if has_empty_end else value)
    if problem is not None:
        raise problem


def _read_start(message: ParsedMessage) -> Refused | None:
    problem = None
    if (request := syntax.REQUEST.fullmatch(message.start)) is not None:
        uri = request[2]
        if request[3] != b"2.0":
            problem = Refused("version", 505, "Version Not Supported")
        elif not uri.lower().startswith(syntax.SCHEMES):
            problem = Refused("uri-scheme", 416, "Unsupported URI Scheme")
        elif not syntax.is_uri(uri):
            problem = Refused("uri")
    elif syntax.RESPONSE.fullmatch(message.start) is None:
        request = syntax.BAD_REQUEST.fullmatch(message.start)
        problem = Refused("start-line")
    if request is not None:
        message.is_request, message.method = True, request[1]
        if problem is not None:
            message.start = request[1] + b" sip:unreadable.invalid SIP/2.0"
    return problem


def _check_head(message: ParsedMessage) -> None:
    values = message.values
    if not values.keys() >= REQUIRED:
        raise Refused("missing-header")
    if any(len(present) > 1 and name in SINGLE for name, present in values.items()):
        raise Refused("repeated-header")
    if not all(syntax.is_via(via) for via in values[b"via"]):
        raise Refused("via")
    if not message.is_request and not syntax.is_own_via(message.first(b"via")):
        raise Refused("foreign-via")
    if not syntax.is_call_id(message.first(b"call-id")):
        raise Refused("call-id")
    if not _is_cseq(message):
        raise Refused("cseq")
    _write_plain_cseq(message)
    if not (syntax.is_address(message.first(b"from")) and syntax.is_address(message.first(b"to"))):
        raise Refused("address")
    if _sets_up_dialog(message) and not syntax.has_tag(message.first(b"to")):
        raise Refused("tag")
    for name in NUMBERS:
        if name in values and not syntax.NUMBER.fullmatch(values[name][0]):
            raise Refused("number")
    if int(message.first(b"max-forwards") or 0) > 255:
        raise Refused("number")
    _check_contacts(message)


def _sets_up_dialog(message: ParsedMessage) -> bool:
    """Return whether this is an answer to an INVITE that makes a dialog, which its To tag names (RFC 3261 12.1)."""
    is_answer = not message.is_request and message.start.startswith((b"SIP/2.0 18", b"SIP/2.0 2"))
    return is_answer and message.first(b"cseq").endswith(b"INVITE")


def _check_contacts(message: ParsedMessage) -> None:
    if message.start.startswith(b"SIP/2.0 3"):
        return  # a redirection, which is never followed
    contacts = syntax.contacts(message.values.get(b"contact", []))
    if len(contacts) > (1 if message.method in WITH_ONE_CONTACT else MAX_CONTACTS):
        raise Refused("too-many-contacts")
    if not all(syntax.is_contact(contact, in_dialog=message.method != b"REGISTER") for contact in contacts):
        raise Refused("address")


def _is_cseq(message: ParsedMessage) -> bool:
    """Return whether CSeq is a number below 2**31 and the request's own method (RFC 3261 8.1.1.5)."""
    match = syntax.CSEQ.fullmatch(message.first(b"cseq"))
    return match is not None and int(match[1]) < 2**31 and (not message.is_request or match[2] == message.method)


def _write_plain_cseq(message: ParsedMessage) -> None:
    """Write the number without leading zeros. The edge remembers a request by these digits, while `01` is the same
    number as `1` to the core."""
    value = message.first(b"cseq")
    digits = value.split()[0]
    if digits.startswith(b"0") and len(digits) > 1:
        index = next(index for index, header in enumerate(message.headers) if header.name == b"cseq")
        message.replace(index, (digits.lstrip(b"0") or b"0") + value[len(digits) :])


def _decode_head(message: ParsedMessage, *, room: bool) -> None:
    if not message.start.isascii():
        if message.is_request:
            raise Refused("encoding")
        if message.start != (masked := mask(message.start)):
            message.start, message.is_changed = masked, True
    for index, header in enumerate(message.headers):
        if not header.value.isascii() and header.value != (decoded := _decoded(header, room=room)):
            message.replace(index, decoded)


def _decoded(header: Header, *, room: bool) -> bytes:
    try:
        header.value.decode("utf-8")
    except UnicodeDecodeError:
        if header.name in syntax.WITHOUT_NAMES:
            raise Refused("encoding") from None
        text = decode_name(header.value).encode("utf-8")
        return text if room or len(text) <= len(header.value) else mask(close_quotes(header.value))
    return header.value


def _read_body(message: ParsedMessage, body: bytes, *, may_grow: bool) -> bytes:
    """Cut the body to its declared length (RFC 3261 18.3); refuse one that is shorter."""
    declared = message.first(b"content-length")
    if not declared and body:
        # Kamailio reads no body then, and the core does: its SDP would not lead through the relay.
        if not may_grow:  # a WebSocket, whose clients all write it: RFC 2543 knew no WebSockets
            message.is_changed = True
            return b""
        message.add(Header(b"content-length", b"Content-Length: %d" % len(body), b"%d" % len(body)))
        message.is_changed = True
    if declared:
        length = int(declared)
        if length > len(body):
            raise Refused("content-length")
        if length < len(body):
            body, message.is_changed = body[:length], True
    if not body:
        return body
    if message.first(b"content-encoding").lower() not in (b"", b"identity"):
        raise Refused("content-encoding", 415, "Unsupported Media Type")
    content_type = message.first(b"content-type")
    if not content_type:
        raise Refused("content-type")
    new_type, new_body = clean_body(content_type, body)
    if new_body == body and new_type == content_type:
        return body
    changed = {b"content-type": new_type, b"content-length": b"%d" % len(new_body)}
    for index, header in enumerate(message.headers):
        if header.name in changed:
            message.replace(index, changed[header.name])
    message.is_changed = True
    return new_body
