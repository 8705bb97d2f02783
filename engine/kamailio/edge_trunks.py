"""Lines to providers: what the edge knows of them and the rules for their calls, apart from Kamailio.

The brain resolves names and writes addresses (docs/contracts/edge-control.md): nothing here asks DNS.
"""

import json
import re
from typing import Literal, NamedTuple
from urllib.parse import quote

ANONYMOUS = "anonymous"
# names of rtpmap (RFC 3551, 7587) for the names of the settings; telephone-event: keys are heard through every codec
CODECS = {"opus": "opus", "g722": "G722", "pcmu": "PCMU", "pcma": "PCMA"}
_NUMBER = re.compile(r"\+?[0-9]+")
_SPACED = re.compile(r"[\s().\-/]")
_URI = re.compile(r"(?:sips?|tel):([^@>;?\s]*)(@)?", re.IGNORECASE)
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"')
_HOST_IS_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|\[[0-9A-Fa-f:.]+\]")

PORT_OF = {"udp": 5060, "tcp": 5060, "tls": 5061}
# the user of our contact in a call: what a provider sends there within the call is the core's
CONTACT_USER = "linkus"


class Trunk(NamedTuple):
    """An entry of the htable `trunks`, whose key is `id`."""

    id: str
    stamp: str  # new each time the brain writes it
    register: bool
    address: str
    port: int
    transport: str
    domain: str  # with the port where it is not the usual one
    user: str
    auth_user: str
    password: str
    codecs: tuple[str, ...]
    number: str
    name: str
    asserts: bool  # the caller stands in P-Asserted-Identity, the account in From
    contact: str  # the unguessable user of our contact there

    @property
    def next_hop(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"sip:{host}:{self.port};transport={self.transport}"

    def request_uri(self, number: str) -> str:
        return f"sip:{number}@{self.domain}"


def parse(trunk_id: str | None, value: str | None) -> Trunk | None:
    try:
        given = json.loads(value or "")
        return Trunk(
            id=str(trunk_id),
            stamp=str(given["stamp"]),
            register=bool(given["register"]),
            address=str(given["address"]),
            port=int(given["port"]),
            transport=str(given["transport"]),
            domain=str(given["domain"]),
            user=str(given["user"]),
            auth_user=str(given["auth_user"]),
            password=str(given["password"]),
            codecs=tuple(given["codecs"]),
            number=str(given["number"]),
            name=str(given["name"]),
            asserts=bool(given["asserts"]),
            contact=str(given["contact"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def is_trunk_id(value: str | None) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", value or "") is not None


def is_believed(trunk: Trunk, transport: str) -> bool:
    """Is the address of a sender believed, over this transport? Over UDP anybody can write a provider's: there only a
    provider is believed that speaks UDP itself."""
    return transport != "udp" or trunk.transport == "udp"


def of_address(value: str | None, port: int, trunks: dict[str, Trunk], *, is_complete: bool) -> Trunk | None:
    """Which trunk an address speaks for: that of the port that it sends from, where several share the address.

    Before all trunks are known (`is_complete`) the port must fit: the one that is meant may not be here yet."""
    known = [trunks[each] for each in (value or "").split(",") if each in trunks]
    default = known[0] if known and is_complete else None
    return next((trunk for trunk in known if trunk.port == port), default)


# ---------------------------------------------------------------------- who calls, and what was dialled
class Caller(NamedTuple):
    number: str  # digits, with + before a number that has its country's code; `anonymous` when it is withheld
    name: str


def clean(user: str | None) -> str:
    """A telephone number as digits: `+86 (10) 555-00` as +861055500, without the parameters of RFC 3966."""
    bare = _SPACED.sub("", (user or "").split(";")[0].replace("%2B", "+").replace("%2b", "+"))
    return bare if _NUMBER.fullmatch(bare) else ""


def user_of(header: str | None) -> str:
    """The user of the first URI in a header such as From: a number, also where it is a tel: URI."""
    match = _URI.search(_QUOTED.sub("", header or "", count=1))
    if match is None:
        return ""
    is_tel = match[0].lower().startswith("tel:")
    return match[1] if match[2] or is_tel else ""


def name_of(header: str | None) -> str:
    """The display name (RFC 3261 20.10), without the quotes and what must not be in a header of ours."""
    if quoted := _QUOTED.match(header or ""):
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        name = header.partition("<")[0] if header and "<" in header else ""
    return "".join(each for each in name if each.isprintable()).strip()[:80]


def caller(sender: str | None, asserted: str | None, privacy: str | None) -> Caller:
    """Who calls: what the provider vouches for (RFC 3325) before what From says; nobody at their wish."""
    wishes = {each.strip().lower() for each in re.split("[;,]", privacy or "")}
    if wishes & {"id", "user", "header"} or "anonymous" in user_of(sender).lower():
        return Caller(ANONYMOUS, "")
    number = clean(user_of(asserted)) or clean(user_of(sender))
    name = name_of(asserted) or name_of(sender)
    # some repeat the number as the name: the pages do so themselves
    return Caller(number or ANONYMOUS, "" if clean(name) and clean(name) == number else name)


def dialled(request_user: str | None, to_user: str | None, trunk: Trunk) -> str:
    """The number that the outside caller dialled: the request URI's user, or To's where that is our own contact.

    A provider with a single number sends the account's name: it stays as it is, and a route can name it.
    """
    user = (to_user if request_user == trunk.contact else request_user) or ""
    return clean(user) or user.split(";")[0]


def encoded(name: str) -> str:
    """For a header: percent-encoded UTF-8 (as X-DID-Name)."""
    return quote(name, safe=" ")


# ---------------------------------------------------------------------- what the provider is shown
class Shown(NamedTuple):
    name: str  # quoted, or empty
    uri: str
    asserted: str  # header P-Asserted-Identity, or empty


def shown(trunk: Trunk, number: str | None, name: str | None) -> Shown:
    """The caller of an outside call, as this provider wants to see it."""
    number = trunk.number or clean(number) or trunk.user or ANONYMOUS
    name = _quoted(trunk.name or (name or "").strip('"'))
    uri = f"sip:{number}@{trunk.domain}"
    if not trunk.asserts:
        return Shown(name, uri, "")
    account = f"sip:{trunk.user or number}@{trunk.domain}"
    return Shown(name, account, f"P-Asserted-Identity: {name + ' ' if name else ''}<{uri}>\r\n")


def _quoted(name: str) -> str:
    text = "".join(each for each in name if each.isprintable() and each not in '"\\').strip()
    return f'"{text}"' if text else ""


def codec_flags(trunk: Trunk | None) -> str:
    """This trunk's codecs and no others, in its order: for rtpengine, on every offer from or to it."""
    names = [CODECS[codec] for codec in trunk.codecs if codec in CODECS] if trunk else []
    if not names:
        return ""
    return " codec-strip-all" + "".join(f" codec-offer-{each}" for each in [*names, "telephone-event"])


def answer(status: int, *, replied: bool) -> int:
    """What the core hears of a provider's refusal. 503: this trunk is no good, try another; all else is of the call.

    401 and 407 are the edge's to answer; 403 is how providers refuse an account that is blocked, unpaid or may not
    show this number (RFC 3261 21.4.4), and the core could not tell it from 603, which is the called person's; a
    redirection would have the core call whoever the provider names.
    """
    if status in (401, 403, 407) or 300 <= status < 400:
        return 503
    if status == 408:
        return 480 if replied else 503
    return status


# ---------------------------------------------------------------------- where in-dialog requests go
def has_address(uri: str | None) -> bool:
    """Can this URI be sent to without asking DNS?"""
    host = (uri or "").partition(":")[2].rpartition("@")[2]
    return _HOST_IS_ADDRESS.match(host) is not None


def has_foreign_route(headers: list[str]) -> bool:
    """Are there proxies of the provider between us and its telephone (Record-Route without a mark of ours)?"""
    routes = [each for header in headers for each in header.split("<")[1:]]
    return any(";lk=" not in each for each in routes)


# ---------------------------------------------------------------------- does it work?
State = Literal["registered", "failed", "unreachable"]


class Standing(NamedTuple):
    state: State
    code: int
    reason: str

    @property
    def text(self) -> str:
        return f"{self.state};{self.code};{self.reason}"


def standing(value: str | None) -> Standing | None:
    parts = (value or "").split(";", 2)
    if len(parts) != 3 or parts[0] not in ("registered", "failed", "unreachable") or not parts[1].isdigit():
        return None
    return Standing(parts[0], int(parts[1]), parts[2])  # type: ignore[arg-type]  # one of the three, see above


def of_register(status: int, reason: str, *, authorized: bool) -> Standing | None:
    """What an answer to REGISTER says. A first challenge says nothing, nor does 423, which is asked again."""
    if status < 200 or status == 423 or (status in (401, 407) and not authorized):
        return None
    return Standing("registered" if status < 300 else "failed", status, reason)


def ping_id(trunk: Trunk, unique: str) -> str:
    """The Call-ID of an OPTIONS: its answer says by it whose it is."""
    return f"linkus-ping-{trunk.id}-{trunk.stamp}-{unique}"


def pinged(call_id: str | None) -> tuple[str, str]:
    """Trunk and stamp of an answer to a ping; empty for any other."""
    match = re.fullmatch(r"linkus-ping-([0-9]{1,9})-([0-9a-f]+)-[0-9a-f]+", call_id or "")
    return (match[1], match[2]) if match else ("", "")


def of_ping(status: int, reason: str, *, timeout: bool) -> Standing:
    """What an answer to OPTIONS says: any is a sign of life, but 503 means that no call will be taken."""
    if timeout:
        return Standing("unreachable", 0, "")
    return Standing("failed" if status == 503 else "registered", status, reason)


def joined(trunk: Trunk, registration: Standing | None, ping: Standing | None, *, answers: bool) -> Standing | None:
    """A peer is what its pings say. A registration counts while the provider lives; one that never answers OPTIONS
    may be so by habit."""
    if not trunk.register:
        return ping
    if ping is not None and ping.state == "unreachable" and answers:
        return ping
    return registration
