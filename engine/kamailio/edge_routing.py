"""State of a call that the edge keeps in the dialog itself: a parameter of its Record-Route (RFC 3261 16.6).

The call's id, the kind of the client's leg and the trunk travel in the dialog's route set. So the edge still knows them
after a restart in mid-call. Does not import Kamailio.
"""

import hashlib
import hmac
import re
from typing import NamedTuple

from edge_addresses import host_of
from edge_identity import Leg, leg_of

_MARK = re.compile(
    r";lk=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(webrtc|sip)(?:\.t([0-9]{1,9}))?\.([0-9a-f]{32})(?![0-9A-Za-z.])"
)
_CONTACTS = re.compile(r'(?:[^,<"]|<[^>]*>|"(?:\\.|[^"\\])*")+')  # a comma inside a name or a URI separates nothing
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# The client side of a dialog may send only these to the core.
CLIENT_METHODS = frozenset({"INVITE", "ACK", "BYE", "UPDATE", "INFO", "PRACK", "REFER", "NOTIFY", "OPTIONS", "MESSAGE"})
# A provider must not transfer our calls: its REFER could call anybody at our expense.
PROVIDER_METHODS = CLIENT_METHODS - {"REFER", "MESSAGE"}

# Headers that only this installation may set; they are removed from whatever comes from outside. The core acts on
# Replaces before it asks anybody whether the call is allowed.
OWN_HEADERS = (
    r"^(X-Linkus-|X-Start-Time|X-DID-|P-Asserted-Identity|P-Preferred-Identity|Remote-Party-ID|Diversion"
    r"|Replaces|Join)"
)


class Mark(NamedTuple):
    call: str
    leg: Leg
    trunk: str = ""


class Dialog(NamedTuple):
    """The fields that identify a dialog in each of its requests (RFC 3261 12). The tag of the side that began it is in
    From or in To, depending on the sender."""

    call_id: str
    from_tag: str
    to_tag: str = ""


def request_id(value: str | None) -> str:
    """Return the id that nginx gave the WebSocket's request, or "-" if it could forge another line of the log."""
    return value if value and re.fullmatch(r"[0-9A-Za-z_.-]{1,64}", value) else "-"


def is_call_id(value: str | None) -> bool:
    return _UUID.fullmatch(value or "") is not None


def mark_parameter(key: str, mark: Mark, dialog: Dialog) -> str:
    """Return the mark as a parameter of our Record-Route. Its signature binds it to the dialog that `From` begins."""
    return f";lk={_signed_text(mark)}.{_signature(key, mark, dialog.call_id, dialog.from_tag)}"


def read_mark(key: str, route: str | None, dialog: Dialog) -> Mark | None:
    """Return the mark in a Route or Record-Route header if the edge itself has signed it for this dialog."""
    match = _MARK.search(route or "")
    if match is None:
        return None
    mark = Mark(match[1], leg_of(match[2]), match[3] or "")
    signatures = [_signature(key, mark, dialog.call_id, tag) for tag in (dialog.from_tag, dialog.to_tag) if tag]
    return mark if any(hmac.compare_digest(match[4], each) for each in signatures) else None


def _signed_text(mark: Mark) -> str:
    return f"{mark.call}.{mark.leg}.t{mark.trunk}" if mark.trunk else f"{mark.call}.{mark.leg}"


def _signature(key: str, mark: Mark, call_id: str, tag: str) -> str:
    text = "\0".join((_signed_text(mark), call_id, tag))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def shows_core_key(key: str, shown: list[str]) -> bool:
    """Return whether a request carries, exactly once, the secret that edge and core share."""
    return len(shown) == 1 and hmac.compare_digest(shown[0].encode(), key.encode())


def is_declined(reason: str | None) -> bool:
    """Return whether the core says that the called person declined.

    Asterisk has no cause that becomes 603. So its dialplan ends such a call with Q.850 cause 24, in the Reason header.
    """
    return re.search(r"Q\.850\s*;\s*cause=24\b", reason or "") is not None


class UnregisteredWebSocket(NamedTuple):
    """A WebSocket without a registration so far: an entry of the htable `wsnew`."""

    until: int  # when it will be closed
    request: str  # nginx's id of its request while no line of the log names it; otherwise empty

    @property
    def text(self) -> str:
        return f"{self.until};{self.request}"


def parse_unregistered(value: str | None) -> UnregisteredWebSocket:
    until, _, request = (value or "").partition(";")
    return UnregisteredWebSocket(int(until) if until.isdigit() else 0, request)


# Requests in ten seconds over one WebSocket, and over all WebSockets of one address. A client sends a handful when it
# loads. One address may be an office, whose browsers all reconnect together after a restart of the edge.
MAX_CONNECTION_REQUESTS = 200
MAX_ADDRESS_REQUESTS = 2000


def is_flood(of_connection: int, of_address: int, address: str | None) -> bool:
    """Return whether this is a flood. Browsers on this machine share one address, so its total is not limited."""
    return of_connection > MAX_CONNECTION_REQUESTS or (of_address > MAX_ADDRESS_REQUESTS and not is_loopback(address))


def is_loopback(address: str | None) -> bool:
    return (address or "").startswith("127.") or address == "::1"


def _unquoted(contact: str | None) -> str:
    """Remove quoted text, where brackets mean nothing: a name, an instance's URN. A quoted number stays."""
    return _QUOTED.sub(lambda found: found[0].strip('"') if found[0][1:-1].isdigit() else "", contact or "")


def contact_uri(contact: str | None) -> str:
    """Return the URI of a Contact header, as the registrar keeps it."""
    bare = _unquoted(contact)
    match = re.search(r"<([^>]*)>", bare)
    return match[1] if match else bare.split(";")[0].strip()


def is_own_route(header: str, hosts: set[str], ports: set[int]) -> bool:
    """Return whether each URI of a Record-Route header names one of the edge's own sockets."""
    uris = header.split("<")[1:]
    return bool(uris) and all(_is_own_socket(each, hosts, ports) for each in uris)


def _is_own_socket(uri: str, hosts: set[str], ports: set[int]) -> bool:
    port = re.match(r"sips?:(?:\[[0-9A-Fa-f:.]+\]|[0-9.]+)(?::([0-9]{1,5}))?[;>]", uri)
    return (
        port is not None
        and "maddr" not in uri.lower()
        and host_of(uri.partition(">")[0]) in hosts
        and (port[1] is None or int(port[1]) in ports)
    )


def has_uri_headers(contacts: list[str]) -> bool:
    """Return whether a contact's URI has headers (RFC 3261 19.1.1). Programs disagree about the host of such a URI."""
    return any("?" in contact_uri(each) for header in contacts for each in _CONTACTS.findall(header))


def names_another_host(contacts: list[str], address: str | None) -> bool:
    """Return whether any of these Contact headers names a host other than the sender's address. `maddr` names one as
    well (RFC 3261 19.1.1)."""
    uris = [contact_uri(each) for header in contacts for each in _CONTACTS.findall(header) if each.strip()]
    return any(uri != "*" and (host_of(uri) != address or "maddr" in uri.lower()) for uri in uris)


class RequestedContact(NamedTuple):
    """A contact of a REGISTER; `expires` of 0 deregisters it."""

    uri: str
    expires: int


def requested_contacts(
    headers: list[str], expires: str | None
) -> tuple[list[RequestedContact], list[RequestedContact]]:
    """Return the contacts in one REGISTER that stay or are added, and those that are removed (RFC 3261 10.3). A phone
    whose address has changed may remove the old one and add the new one in the same request."""
    found = [each.strip() for header in headers for each in _CONTACTS.findall(header)]
    wanted = [RequestedContact(contact_uri(each), granted_expiry(each, expires)) for each in found if each]
    return [each for each in wanted if each.expires], [each for each in wanted if not each.expires]


def granted_expiry(
    contact: str | None, expires: str | None, *, default: int = 300, least: int = 30, most: int = 3600
) -> int:
    """Return how long the registrar keeps a contact: its parameter, else the header, within kamailio.cfg's limits."""
    own = re.search(r";\s*expires\s*=\s*\"?(\d{1,9})", _unquoted(contact).rpartition(">")[2], re.IGNORECASE)
    wish = own[1] if own else (expires or "").strip()
    if not wish.isdigit():
        return default
    return min(most, max(least, int(wish))) if int(wish) else 0
