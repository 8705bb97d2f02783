"""Rules for requests: which methods and headers are allowed, how many are a flood. Does not import Kamailio."""

import hmac
import re
from typing import NamedTuple

from edge_addresses import host_of

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# The client side of a dialog may send only these to the core.
CLIENT_METHODS = frozenset({"INVITE", "ACK", "BYE", "UPDATE", "INFO", "PRACK", "REFER", "NOTIFY", "OPTIONS", "MESSAGE"})
# what a request outside of a dialog may be (RFC 3261 21.4.6, 11.2), with those in one
ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, REGISTER, OPTIONS, UPDATE, INFO, PRACK, REFER, NOTIFY\r\n"
# A provider must not transfer our calls: its REFER could call anybody at our expense.
PROVIDER_METHODS = CLIENT_METHODS - {"REFER", "MESSAGE"}

# The core gives no answer at all to some requests in a dialog. The 408 that they would get tells the sender to end the
# call (RFC 3261 12.2.1.2). It has no subscriptions (RFC 6665 4.1.3), and takes no messages (RFC 3428 7).
_REFUSED_IN_DIALOG = {"NOTIFY": (489, "Bad Event"), "MESSAGE": (405, "Method Not Allowed")}
# Types that the core reads in an INFO, in these very letters: keys, and a request for a whole picture (RFC 5168).
_INFO_TYPES = frozenset({
    "application/dtmf", "application/dtmf-relay", "application/hook-flash", "application/media_control+xml",
})  # fmt: skip


def answer_in_place_of_the_core(method: str, content_type: str | None) -> tuple[int, str] | None:
    """Return the answer to a request in a dialog that the core would not answer. INFO without a body only asks whether
    the call still stands (RFC 2976 2.2)."""
    if method != "INFO":
        return _REFUSED_IN_DIALOG.get(method)
    kind = (content_type or "").partition(";")[0].strip()
    if not kind:
        return 200, "OK"
    return None if kind in _INFO_TYPES else (415, "Unsupported Media Type")


# Headers that only this installation may set; they are removed from whatever comes from outside. The core acts on
# Replaces before it asks anybody whether the call is allowed, and passes Referred-By (or `b`) of a REFER on to whom it
# calls: the sender could name anybody.
OWN_HEADERS = (
    r"^(X-Linkus-|X-Start-Time|X-DID-|P-Asserted-Identity|P-Preferred-Identity|Remote-Party-ID|Diversion"
    r"|Replaces|Join|Referred-By|History-Info|Identity|[by]$)"
)


def request_id(value: str | None) -> str:
    """Return the id that nginx gave the WebSocket's request, or "-" if it could forge another line of the log."""
    return value if value and re.fullmatch(r"[0-9A-Za-z_.-]{1,64}", value) else "-"


def is_call_id(value: str | None) -> bool:
    return _UUID.fullmatch(value or "") is not None


def shows_core_key(key: str, shown: list[str]) -> bool:
    """Return whether a request carries, exactly once, the secret that edge and core share."""
    return len(shown) == 1 and hmac.compare_digest(shown[0].encode(), key.encode())


def is_declined(reason: str | None) -> bool:
    """Return whether the core says that the called person declined.

    Asterisk has no cause that becomes 603. So its dialplan ends such a call with Q.850 cause 24, in the Reason header.
    """
    return re.search(r"Q\.850\s*;\s*cause=24\b", reason or "") is not None


def is_answered_elsewhere(reason: str | None) -> bool:
    """Return whether a CANCEL says that the call was answered elsewhere (RFC 3326 3.1)."""
    return re.search(r"\bSIP\s*;\s*cause=200\b", reason or "", re.IGNORECASE) is not None


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


def is_own_route(header: str, hosts: set[str], ports: set[int]) -> bool:
    """Return whether each URI of a Record-Route header names one of the edge's own sockets."""
    uris = header.split("<")[1:]
    return bool(uris) and all(_is_own_socket(uri, hosts, ports) for uri in uris)


def _is_own_socket(uri: str, hosts: set[str], ports: set[int]) -> bool:
    port = re.match(r"sips?:(?:\[[0-9A-Fa-f:.]+\]|[0-9.]+)(?::([0-9]{1,5}))?[;>]", uri)
    return (
        port is not None
        and "maddr" not in uri.lower()
        and host_of(uri.partition(">")[0]) in hosts
        and (port[1] is None or int(port[1]) in ports)
    )
