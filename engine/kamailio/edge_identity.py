"""Rules for identities and credentials. Does not import Kamailio."""

import json
import re
from typing import Literal, NamedTuple

REALM = "linkus"
Leg = Literal["webrtc", "sip"]  # the kind of media at the far end of a leg
CLIENT_KINDS = frozenset({"web", "desktop", "mobile", "pad"})
PHONE = "phone"
MAX_CLIENT_CONTACTS = 5

_AOR = re.compile(r"([0-9A-Za-z_+*#-]{1,31})\.(web|desktop|mobile|pad|phone)")
_DIALLED = re.compile(r"[0-9A-Za-z*#+][0-9A-Za-z*#+._-]{0,63}")
_ESCAPE = re.compile(r"%([2-7][0-9A-Fa-f])")
_USER_NAME = re.compile(r'\busername\s*=\s*"([^"\\]{1,128})"', re.IGNORECASE)
_FIELD = r'[A-Za-z][A-Za-z0-9_-]{0,31}+[ \t]*+=[ \t]*+(?:"[^"\\]*+"|[^\s,"=]++)[ \t]*+'
_DIGEST = re.compile(rf"Digest[ \t]++{_FIELD}(?:,[ \t]*+{_FIELD})*", re.IGNORECASE)
_FIELDS = re.compile(r'([A-Za-z][A-Za-z0-9_-]*+)[ \t]*+=[ \t]*+(?:"([^"]*+)"|([^\s,"=]++))')
_EPHEMERAL = re.compile(r"([0-9]{1,12}):([^:]+)(?::([0-9]{1,19}))?")


class Identity(NamedTuple):
    """An address of record: an extension and the kind of its client."""

    number: str
    kind: str

    @property
    def aor(self) -> str:
        return f"{self.number}.{self.kind}"

    @property
    def is_phone(self) -> bool:
        return self.kind == PHONE

    @property
    def leg(self) -> Leg:
        return "sip" if self.is_phone else "webrtc"


def leg_of(text: str | None) -> Leg:
    return "webrtc" if text == "webrtc" else "sip"


class Phone(NamedTuple):
    """An entry of the htable `phones`: `registration_name;ha1;max_contacts`."""

    name: str
    ha1: str
    max_contacts: int


class Ephemeral(NamedTuple):
    """The user name of a time-limited credential: `<expiry>:<aor>:<session>`, with the brain's session."""

    expiry: int
    aor: str
    session: str = ""


def parse_aor(user: str | None) -> Identity | None:
    match = _AOR.fullmatch(user or "")
    return Identity(match[1], match[2]) if match else None


def is_dialable(user: str | None) -> bool:
    """Return whether this may reach the core as a dialled number: no character has a meaning in a dial string."""
    return _DIALLED.fullmatch(user or "") is not None


def dialled(user: str | None) -> str | None:
    """Return the dialled number of a request's user part, or None if it must not reach the core. Phones have to
    escape a `#` (RFC 3261 25.1), and may escape other characters (19.1.4)."""
    number = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), user or "")
    return number if is_dialable(number) else None


def parse_phone(value: str | None) -> Phone | None:
    fields = (value or "").rsplit(";", 2)
    if len(fields) != 3 or not fields[0] or len(fields[1]) != 32 or not fields[2].isdigit():
        return None
    return Phone(fields[0], fields[1], max(1, int(fields[2])))


def parse_phones(body: str | None) -> tuple[dict[str, str], list[str]]:
    """Return the valid entries for the htable `phones` by address of record, from JSON, and names of invalid ones."""
    try:
        entries = json.loads(body or "")
    except ValueError:
        entries = None
    if not isinstance(entries, dict):
        return {}, ["?"]
    good = {name: entry for name, entry in entries.items() if _is_phone(name, entry)}
    return good, [name for name in entries if name not in good]


def _is_phone(name: str, entry: object) -> bool:
    who = parse_aor(name)
    return who is not None and who.is_phone and isinstance(entry, str) and parse_phone(entry) is not None


def user_name(headers: list[str]) -> str | None:
    """Return the user name of the only credential in a request.

    Two credentials are refused, because one could be checked and the other believed.
    """
    if len(headers) != 1:
        return None
    names = _USER_NAME.findall(headers[0])
    return names[0] if len(names) == 1 and headers[0].lower().count("username") == 1 else None


def is_digest(header: str) -> bool:
    """Return whether Kamailio can read this credential (RFC 7616 3.4). For any other, it logs lines, so that anybody
    could fill the log."""
    if _DIGEST.fullmatch(header.strip(" \t")) is None:
        return False
    fields = {name.lower(): quoted or plain for name, quoted, plain in _FIELDS.findall(header.strip()[6:])}
    if not all(fields.get(name) for name in ("username", "realm", "nonce", "uri", "response")):
        return False
    if fields.get("algorithm", "MD5").upper() != "MD5" or re.fullmatch("[0-9A-Fa-f]{32}", fields["response"]) is None:
        return False
    has_count = re.fullmatch("[0-9A-Fa-f]{8}", fields.get("nc", "")) is not None and bool(fields.get("cnonce"))
    return "qop" not in fields or (fields["qop"] == "auth" and has_count)


def parse_ephemeral(name: str | None) -> Ephemeral | None:
    match = _EPHEMERAL.fullmatch(name or "")
    return Ephemeral(int(match[1]), match[2], match[3] or "") if match else None


def refusal(credential: Ephemeral, identity: Identity, revoked: int, now: int) -> str | None:
    """Return why a time-limited credential is not valid for this identity, or None. The HMAC is checked later."""
    if credential.aor != identity.aor:
        return "other_identity"
    if credential.expiry <= now:
        return "expired"
    if revoked and credential.expiry <= revoked:
        return "revoked"
    return None


class Session(NamedTuple):
    """A registered WebSocket, as the edge remembers it: its identity and the expiry of its credential."""

    aor: str
    expiry: int
    session: str = ""

    @property
    def text(self) -> str:
        return f"{self.aor};{self.expiry};{self.session}"


def parse_session(value: str | None) -> Session | None:
    aor, expiry, session = [*(value or "").split(";"), "", ""][:3]
    return Session(aor, int(expiry), session) if aor and expiry.isdigit() else None


def revocation_keys(aor: str, session: str) -> list[str]:
    """Return the keys in the htable `revoked` that may revoke a credential: the identity, and this session."""
    return [aor, f"{aor}:{session}"] if session else [aor]


def is_still_valid(session: Session, identity: Identity, revoked: int, now: int) -> bool:
    """Return whether a request on this connection may pass without another challenge."""
    return refusal(Ephemeral(session.expiry, session.aor), identity, revoked, now) is None


class Contact(NamedTuple):
    """A contact of an address of record."""

    ruid: str
    uri: str
    modified: int
    connection: int = 0  # of TCP, TLS or a WebSocket
    received: str = ""  # the source address, if it differs from the URI


def contacts_to_drop(contacts: list[Contact], coming: list[str], going: list[str], limit: int) -> list[Contact]:
    """Return the oldest contacts, which make room for those that register, so that no phone is locked out by its own
    stale contacts. A request that only deregisters drops none."""
    named = {*coming, *going}
    others = sorted((contact for contact in contacts if contact.uri not in named), key=lambda contact: contact.modified)
    return others[: max(0, len(others) - (limit - len(coming)))] if coming else []
