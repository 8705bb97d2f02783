"""Trunks to providers: the edge's data of them and the rules for their calls. Does not import Kamailio.

The brain resolves names and writes addresses (docs/contracts/edge-control.md). The edge does no DNS
lookups.
"""

import json
import re
from typing import Literal, NamedTuple
from urllib.parse import quote

ANONYMOUS = "anonymous"
# rtpmap names (RFC 3551, 7587) by the names in the settings; telephone-event lets keys through with every codec
CODECS = {"opus": "opus", "g722": "G722", "pcmu": "PCMU", "pcma": "PCMA"}
_NUMBER = re.compile(r"\+?[0-9]+")
_SPACED = re.compile(r"[\s().\-/]")
_URI = re.compile(r"(?:sips?|tel):([^@>?\s]*)(@)?", re.IGNORECASE)
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"')
_HOST_IS_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|\[[0-9A-Fa-f:.]+\]")

PORT_OF = {"udp": 5060, "tcp": 5060, "tls": 5061}
# the user of our contact in a call: the provider's in-dialog requests to it are for the core
CONTACT_USER = "linkus"


class Trunk(NamedTuple):
    """An entry of the htable `trunks`, whose key is `id`."""

    id: str
    revision: str  # new each time the brain writes the entry
    register: bool
    address: str
    port: int
    transport: str
    domain: str  # with the port if it is not the default
    user: str
    auth_user: str
    password: str
    codecs: tuple[str, ...]
    number: str
    name: str
    asserts: bool  # the caller goes into P-Asserted-Identity, the account into From
    contact: str  # the unguessable user of our contact at the provider

    @property
    def next_hop(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"sip:{host}:{self.port};transport={self.transport}"

    def request_uri(self, number: str) -> str:
        return f"sip:{number}@{self.domain}"


def parse_trunk(trunk_id: str | None, value: str | None) -> Trunk | None:
    try:
        fields = json.loads(value or "")
        return Trunk(
            id=str(trunk_id),
            revision=str(fields["revision"]),
            register=bool(fields["register"]),
            address=str(fields["address"]),
            port=int(fields["port"]),
            transport=str(fields["transport"]),
            domain=str(fields["domain"]),
            user=str(fields["user"]),
            auth_user=str(fields["auth_user"]),
            password=str(fields["password"]),
            codecs=tuple(fields["codecs"]),
            number=str(fields["number"]),
            name=str(fields["name"]),
            asserts=bool(fields["asserts"]),
            contact=str(fields["contact"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def is_trunk_id(value: str | None) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", value or "") is not None


def is_source_trusted(trunk: Trunk, transport: str) -> bool:
    """Return whether the sender's address can be trusted over this transport. Over UDP anybody can forge a provider's
    address, so only providers that use UDP themselves are trusted there."""
    return transport != "udp" or trunk.transport == "udp"


def trunk_of_address(value: str | None, port: int, trunks: dict[str, Trunk], *, is_complete: bool) -> Trunk | None:
    """Return the trunk of a source address: if several share it, the one with this source port, else the first.

    Until all trunks are known (`is_complete`) the port must fit, because the right trunk may not be here yet."""
    known = [trunks[trunk_id] for trunk_id in (value or "").split(",") if trunk_id in trunks]
    default = known[0] if known and is_complete else None
    return next((trunk for trunk in known if trunk.port == port), default)


# ---------------------------------------------------------------------- caller and dialled number
class Caller(NamedTuple):
    number: str  # digits, with + before a country code; `anonymous` if withheld
    name: str


def clean_number(user: str | None) -> str:
    """Return a telephone number as digits: `+86 (10) 555-00` as +861055500, without the parameters of RFC 3966."""
    bare = _SPACED.sub("", (user or "").split(";")[0].replace("%2B", "+").replace("%2b", "+"))
    return bare if _NUMBER.fullmatch(bare) else ""


def user_of(header: str | None) -> str:
    """Return the user of the first URI in a header such as From, without a password and without the parameters of a
    telephone number (`+8610555;cpc=ordinary`, RFC 3261 19.1.6). A tel: URI gives its number."""
    match = _URI.search(_QUOTED.sub("", header or "", count=1))
    if match is None:
        return ""
    is_tel = match[0].lower().startswith("tel:")
    return match[1].split(";")[0].split(":")[0] if match[2] or is_tel else ""


def name_of(header: str | None) -> str:
    """Return the display name (RFC 3261 20.10), without quotes and without characters not allowed in our headers."""
    if quoted := _QUOTED.match(header or ""):
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        name = header.partition("<")[0] if header and "<" in header else ""
    return "".join(character for character in name if character.isprintable()).strip()[:80]


def caller_of(sender: str | None, asserted: str | None, privacy: str | None) -> Caller:
    """Return the caller: what the provider asserts (RFC 3325), else From. Privacy makes the caller anonymous."""
    wishes = {wish.strip().lower() for wish in re.split("[;,]", privacy or "")}
    if wishes & {"id", "user", "header"} or "anonymous" in user_of(sender).lower():
        return Caller(ANONYMOUS, "")
    number = clean_number(user_of(asserted)) or clean_number(user_of(sender))
    name = name_of(asserted) or name_of(sender)
    # some providers repeat the number as the name, and the pages show the number anyway
    return Caller(number or ANONYMOUS, "" if clean_number(name) and clean_number(name) == number else name)


def dialled_number(request_user: str | None, to_user: str | None, trunk: Trunk) -> str:
    """Return the number that the outside caller dialled: the user of the request URI, or of To if the URI is our
    contact or has no user.

    A provider with a single number sends the account's name. It stays as it is, and a route can match it.
    """
    user = (to_user if request_user in (None, "", trunk.contact) else request_user) or ""
    return clean_number(user) or user.split(";")[0]


def encode_name(name: str) -> str:
    """Return the name for a header: percent-encoded UTF-8 (as X-DID-Name)."""
    return quote(name, safe=" ")


# ---------------------------------------------------------------------- identity shown to the provider
class ShownIdentity(NamedTuple):
    name: str  # quoted, or empty
    uri: str
    asserted: str  # header P-Asserted-Identity, or empty


def shown_identity(trunk: Trunk, number: str | None, name: str | None) -> ShownIdentity:
    """Return the caller of an outside call, in the form that this provider expects."""
    number = trunk.number or clean_number(number) or trunk.user or ANONYMOUS
    name = _quoted(trunk.name or (name or "").strip('"'))
    uri = f"sip:{number}@{trunk.domain}"
    if not trunk.asserts:
        return ShownIdentity(name, uri, "")
    account = f"sip:{trunk.user or number}@{trunk.domain}"
    return ShownIdentity(name, account, f"P-Asserted-Identity: {name + ' ' if name else ''}<{uri}>\r\n")


def _quoted(name: str) -> str:
    text = "".join(character for character in name if character.isprintable() and character not in '"\\').strip()
    return f'"{text}"' if text else ""


def codec_flags(trunk: Trunk | None) -> str:
    """Return rtpengine's flags for this trunk's codecs and no others, in order, for every offer from or to it."""
    names = [CODECS[codec] for codec in trunk.codecs if codec in CODECS] if trunk else []
    if not names:
        return ""
    return " codec-strip-all" + "".join(f" codec-offer-{name}" for name in [*names, "telephone-event"])


def status_for_core(status: int, *, replied: bool) -> int:
    """Return the status that the core gets for a provider's refusal. 503 means that this trunk failed and the next may
    work. Any other status concerns the call.

    The edge answers 401 and 407 itself. Providers use 403 to refuse an account that is blocked, unpaid or may not show
    this number (RFC 3261 21.4.4). The core could not tell 403 from 603, with which the called person declines. With a
    redirection, the core would call whatever number the provider names.
    """
    if status in (401, 403, 407) or 300 <= status < 400:
        return 503
    if status == 408:
        return 480 if replied else 503
    return status


# ---------------------------------------------------------------------- targets of in-dialog requests
def has_ip_address(uri: str | None) -> bool:
    """Return whether requests to this URI need no DNS lookup."""
    host = (uri or "").partition(":")[2].rpartition("@")[2]
    return _HOST_IS_ADDRESS.match(host) is not None


def has_foreign_route(headers: list[str]) -> bool:
    """Return whether the provider has proxies on the way to its phone (Record-Route without a mark of ours)."""
    routes = [route for header in headers for route in header.split("<")[1:]]
    return any(";lk=" not in route for route in routes)


# ---------------------------------------------------------------------- state of a trunk
StateName = Literal["registered", "failed", "unreachable"]


class TrunkState(NamedTuple):
    state: StateName
    code: int
    reason: str

    @property
    def text(self) -> str:
        return f"{self.state};{self.code};{self.reason}"


def parse_state(value: str | None) -> TrunkState | None:
    parts = (value or "").split(";", 2)
    if len(parts) != 3 or parts[0] not in ("registered", "failed", "unreachable") or not parts[1].isdigit():
        return None
    return TrunkState(parts[0], int(parts[1]), parts[2])  # type: ignore[arg-type]  # one of the three, see above


def state_after_register(status: int, reason: str, *, authorized: bool) -> TrunkState | None:
    """Return what an answer to REGISTER means: nothing for a first challenge, nor for 423, which is retried."""
    if status < 200 or status == 423 or (status in (401, 407) and not authorized):
        return None
    return TrunkState("registered" if status < 300 else "failed", status, reason)


def ping_id(trunk: Trunk, unique: str) -> str:
    """Return the Call-ID of an OPTIONS, by which its answer is matched to the trunk."""
    return f"linkus-ping-{trunk.id}-{trunk.revision}-{unique}"


def parse_ping_id(call_id: str | None) -> tuple[str, str]:
    """Return trunk and revision of an answer to a ping; empty strings for any other answer."""
    match = re.fullmatch(r"linkus-ping-([0-9]{1,9})-([0-9a-f]+)-[0-9a-f]+", call_id or "")
    return (match[1], match[2]) if match else ("", "")


def state_after_ping(status: int, reason: str, *, timeout: bool) -> TrunkState:
    """Return what an answer to OPTIONS means: any shows life, but after 503 the provider takes no calls."""
    if timeout:
        return TrunkState("unreachable", 0, "")
    return TrunkState("failed" if status == 503 else "registered", status, reason)


def combined_state(
    trunk: Trunk, registration: TrunkState | None, ping: TrunkState | None, *, answers: bool
) -> TrunkState | None:
    """Return the state of a trunk. Without registration its pings decide. A registration counts while the provider is
    alive. A provider that never answers OPTIONS may simply not support it."""
    if not trunk.register:
        return ping
    if ping is not None and ping.state == "unreachable" and answers:
        return ping
    return registration
