"""Syntax of SIP messages (RFC 3261 25.1), as bytes. Does not import Kamailio."""

import re

COMPACT_NAMES = {
    b"a": b"accept-contact", b"b": b"referred-by", b"c": b"content-type", b"d": b"request-disposition",
    b"e": b"content-encoding", b"f": b"from", b"i": b"call-id", b"j": b"reject-contact", b"k": b"supported",
    b"l": b"content-length", b"m": b"contact", b"o": b"event", b"r": b"refer-to", b"s": b"subject", b"t": b"to",
    b"u": b"allow-events", b"v": b"via", b"x": b"session-expires", b"y": b"identity",
}  # fmt: skip
REQUIRED = frozenset({b"via", b"from", b"to", b"call-id", b"cseq"})
SINGLE = (REQUIRED - {b"via"}) | {
    b"content-encoding", b"content-length", b"content-type", b"date", b"event", b"expires",
    b"max-forwards", b"mime-version", b"min-expires", b"min-se", b"organization", b"priority", b"rack", b"refer-to",
    b"referred-by", b"replaces", b"reply-to", b"rseq", b"server", b"session-expires", b"subject",
    b"subscription-state", b"timestamp",
    b"user-agent",
}  # fmt: skip
# No component acts on these. Proxies add a second one: keep the first, and let the call continue.
INFORMATIVE = frozenset({
    b"date", b"mime-version", b"organization", b"priority", b"server", b"subject", b"timestamp", b"user-agent",
})  # fmt: skip
# These control how a message is handled, and are ASCII: refuse odd bytes. In other headers (a person's name, a reason
# in the provider's language, a header of its own) odd bytes are decoded.
WITHOUT_NAMES = frozenset({
    b"accept", b"allow", b"allow-events", b"authorization", b"call-id", b"content-encoding", b"content-length",
    b"content-type", b"cseq", b"event", b"expires", b"identity", b"join", b"max-forwards", b"min-expires", b"min-se",
    b"path", b"proxy-authenticate", b"proxy-authorization", b"proxy-require", b"rack", b"record-route", b"replaces",
    b"require", b"route", b"rseq", b"session-expires", b"subscription-state", b"supported", b"target-dialog", b"via",
    b"www-authenticate",
})  # fmt: skip
# Remove an empty parameter at the end of these: some devices write one, and Kamailio cannot read it.
WITH_PARAMETERS = frozenset({b"contact", b"from", b"to", b"via"})
WITH_ONE_CONTACT = frozenset({b"INVITE", b"UPDATE", b"SUBSCRIBE", b"NOTIFY", b"REFER"})
NUMBERS = (b"max-forwards", b"content-length", b"expires", b"min-expires")
# Only this installation sets these.
OWN_PREFIXES = (b"x-linkus-", b"x-start-time", b"x-did-")

MAX_CALL_ID_BYTES = 255
MAX_URI_BYTES = 1_024

TOKEN = rb"[!%'*+.\-0-9A-Z_`a-z~]"  # RFC 3261 25.1
SCHEME = rb"[A-Za-z][A-Za-z0-9+.\-]{0,15}:"
LONGEST_URI = b"%d" % MAX_URI_BYTES
# Possessive where a run of characters could be split in many ways, so matching takes linear time. Never on a group:
# Python before 3.11.5, which Debian 12 has, then matches too much (python/cpython#106052).
QUOTED = rb'"(?:[^"\\]|\\.)*"'
COLON = ord(":")
REQUEST = re.compile(rb"(" + TOKEN + rb'{1,32}) ([^\s<>"]{1,' + LONGEST_URI + rb"}) SIP/([0-9]{1,3}\.[0-9]{1,3})")
RESPONSE = re.compile(rb"SIP/2\.0 [1-6][0-9]{2} [^\r\n]{0,256}")
HEADER = re.compile(rb"(" + TOKEN + rb"{1,128})[ \t]*:[ \t]*(.*)", re.DOTALL)
# Kamailio reads only these characters of a token in a header's name, and logs an error for others.
READABLE_NAME = re.compile(rb"[0-9A-Za-z._+~\-]+")
# Nearly a request line: its sender gets an answer.
BAD_REQUEST = re.compile(rb"(" + TOKEN + rb"{1,32})[ \t][^\r\n]*[ \t]SIP/2\.0[ \t]*")
SIP_URI = re.compile(
    rb"sips?:(?:[^@\s]*@)?(?:\[[0-9A-F:.]{2,64}\]|[0-9A-Z._\-]{1,255})(?::[0-9]{1,5})?(?:[;?]\S*)?", re.IGNORECASE
)
SCHEMES = (b"sip:", b"sips:", b"tel:")
FOLD = re.compile(rb"\r\n[ \t]+")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
VIA = re.compile(
    rb"SIP[ \t]*/[ \t]*2\.0[ \t]*/[ \t]*"
    + TOKEN
    + rb"{1,20}[ \t]+(?:\[[0-9A-Fa-f:.]{2,64}\]|[0-9A-Za-z._\-]{1,255})(?:[ \t]*:[ \t]*(?P<port>[0-9]{1,5}))?[ \t]*"
    + rb"(?:;[ \t]*"
    + TOKEN
    + rb"{1,128}+[ \t]*+(?:=[ \t]*+(?:"
    + QUOTED
    + rb'|[^\s;,"<>=]{1,512}+)[ \t]*+)?)*'
)
# The topmost Via of an answer is the edge's own: its branch is long, and a number follows `.cs` in it. Kamailio's
# dialog module (track_cseq_updates) trusts that, and writes past its memory if it is not so.
OWN_BRANCH = re.compile(rb"z9hG4bK(?:[0-9A-Za-z_+\-.]*\.)?(?!cs)[0-9A-Za-z_+\-]{1,64}(?:\.cs[0-9]{1,10})?")
MIN_OWN_BRANCH_BYTES = 16
BRANCH = re.compile(rb";[ \t]*branch[ \t]*(?:=[ \t]*([^\s;,]*))?", re.IGNORECASE)
OTHER_VIA_VERSION = re.compile(rb"^SIP[ \t]*/[ \t]*[0-9]{1,3}\.[0-9]{1,3}(?=[ \t]*/)")
CALL_ID = re.compile(rb"[!-~]+")
CSEQ = re.compile(rb"([0-9]{1,10})[ \t]+(" + TOKEN + rb"{1,32})")
NUMBER = re.compile(rb"[0-9]{1,10}")
ADDRESS = re.compile(
    rb"(?:(?:" + QUOTED + rb'[ \t]*|[^"<>,;:]*)<(?P<uri>' + SCHEME + rb'[^<>\s"]{1,' + LONGEST_URI + rb"})>"
    rb"|(?P<bare>" + SCHEME + rb'[^<>\s",;?]{1,' + LONGEST_URI + rb"}))[ \t]*(?P<parameters>;.*)?",
    re.DOTALL,
)
# Kamailio cannot read a parameter without a name, or a quotation mark within a quoted one.
PARAMETERS = re.compile(
    rb'(?:;[ \t]*+[^\s;=,"<>]{1,128}+[ \t]*+(?:=[ \t]*+(?:"[^"\\]*+"|[^\s;,"<>]{1,512}+)[ \t]*+)?)*', re.DOTALL
)
TAG = re.compile(rb";[ \t]*tag[ \t]*(?:=[ \t]*([^\s;]*))?", re.IGNORECASE)
VALID_TAG = re.compile(TOKEN + rb"{1,256}")
NOT_A_SEPARATOR = re.compile(QUOTED + rb"|<[^>]*>", re.DOTALL)
BALANCED = re.compile(rb'(?:[^"<>]|' + QUOTED + rb"|<[^<>]*+>)*", re.DOTALL)
CONTACT = re.compile(rb'(?:[^,"<>]|' + QUOTED + rb"|<[^<>]*+>)+", re.DOTALL)


def is_via(value: bytes) -> bool:
    vias = [VIA.fullmatch(via.strip(b" \t")) for via in value.split(b",")]
    return all(via is not None and int(via["port"] or 5060) < 65536 for via in vias)


def is_own_via(value: bytes) -> bool:
    """Return whether the edge itself may have written the first of these Vias (RFC 3261 18.1.2, 8.1.3.3)."""
    own = value.partition(b",")[0]
    branches = BRANCH.findall(own)
    return (
        b'"' not in own
        and len(branches) == 1
        and len(branches[0]) >= MIN_OWN_BRANCH_BYTES
        and OWN_BRANCH.fullmatch(branches[0]) is not None
    )


def is_call_id(value: bytes) -> bool:
    return len(value) <= MAX_CALL_ID_BYTES and CALL_ID.fullmatch(value) is not None


def is_uri(uri: bytes) -> bool:
    """Return whether a SIP URI is valid. URIs of other schemes are not checked."""
    return not uri.lower().startswith((b"sip:", b"sips:")) or SIP_URI.fullmatch(uri) is not None


def is_address(value: bytes) -> bool:
    match = ADDRESS.fullmatch(value)
    if match is None or not is_uri(match["uri"] or match["bare"]):
        return False
    parameters = match["parameters"]
    if not parameters:
        return True
    if PARAMETERS.fullmatch(parameters) is None:
        return False
    tags = _tags(parameters)
    return len(tags) <= 1 and all(VALID_TAG.fullmatch(tag) is not None for tag in tags)


def has_tag(address: bytes) -> bool:
    match = ADDRESS.fullmatch(address)
    return match is not None and any(_tags(match["parameters"] or b""))


def _tags(parameters: bytes) -> list[bytes]:
    return TAG.findall(NOT_A_SEPARATOR.sub(b"", parameters))


def contacts(values: list[bytes]) -> list[bytes]:
    """Return the single contacts of Contact headers. A header that cannot be split is returned whole."""
    groups = [CONTACT.findall(header) if BALANCED.fullmatch(header) else [header] for header in values]
    return [contact.strip(b" \t") for group in groups for contact in group]


def is_contact(value: bytes, *, in_dialog: bool) -> bool:
    """Return whether a contact is valid. In a dialog it has no headers (RFC 3261 19.1.1), else Kamailio's `alias`,
    which is written at the end, would be one."""
    if value == b"*":
        return not in_dialog
    match = ADDRESS.fullmatch(value)
    return match is not None and is_address(value) and not (in_dialog and b"?" in (match["uri"] or b""))


def is_plain(value: bytes) -> bool:
    return value.isascii() and CONTROL.search(value) is None and b"\r" not in value and b"\n" not in value
