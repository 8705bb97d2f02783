"""What the edge keeps in the dialog itself, apart from Kamailio: a parameter of its Record-Route (RFC 3261 16.6).

The call's id, the kind of the client's leg and the trunk travel in the dialog's route set, so the edge can be restarted
in mid-call and still knows them.
"""

import re
from typing import NamedTuple

_CALL = re.compile(r";lk=([0-9a-f-]{36})")
_LEG = re.compile(r";lk=[0-9a-f-]{36}\.(webrtc|sip)(?:\.t([0-9]{1,9}))?(?![0-9A-Za-z.])")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# A dialog's client side may send these to the core, and no other.
IN_DIALOG = frozenset({"INVITE", "ACK", "BYE", "UPDATE", "INFO", "PRACK", "REFER", "NOTIFY", "OPTIONS", "MESSAGE"})
# A provider does not transfer our calls: its REFER could call anybody at our expense.
FROM_TRUNK = IN_DIALOG - {"REFER", "MESSAGE"}

# Headers that only this house may set; they are removed from whatever comes from outside.
OWN_HEADERS = r"^(X-Linkus-|X-Start-Time|X-DID-|P-Asserted-Identity|P-Preferred-Identity|Remote-Party-ID|Diversion)"


class Mark(NamedTuple):
    call: str
    leg: str
    trunk: str = ""


def is_call_id(value: str | None) -> bool:
    return _UUID.fullmatch(value or "") is not None


def mark_parameter(call: str, leg: str, trunk: str = "") -> str:
    return f";lk={call}.{leg}.t{trunk}" if trunk else f";lk={call}.{leg}"


def read_mark(route: str | None) -> Mark | None:
    """The mark in a Route or Record-Route header."""
    call, leg = _CALL.search(route or ""), _LEG.search(route or "")
    return Mark(call[1], leg[1], leg[2] or "") if call and leg else None


def is_declined(reason: str | None) -> bool:
    """Does the core say that the called person declined?

    Asterisk has no cause that becomes 603: its dialplan ends such a call with Q.850 cause 24, in the Reason header.
    """
    return re.search(r"Q\.850\s*;\s*cause=24\b", reason or "") is not None


def is_loopback(address: str | None) -> bool:
    return (address or "").startswith("127.") or address == "::1"


def contact_uri(contact: str | None) -> str:
    """The URI of a Contact header, as the registrar keeps it."""
    match = re.search(r"<([^>]*)>", contact or "")
    return match[1] if match else (contact or "").split(";")[0].strip()


def granted_expiry(
    contact: str | None, expires: str | None, *, default: int = 300, least: int = 30, most: int = 3600
) -> int:
    """How long the registrar keeps a contact: its own parameter, else the header, within kamailio.cfg's limits."""
    own = re.search(r";\s*expires\s*=\s*\"?(\d{1,9})", (contact or "").rpartition(">")[2], re.IGNORECASE)
    wish = own[1] if own else (expires or "").strip()
    return min(most, max(least, int(wish))) if wish.isdigit() else default
