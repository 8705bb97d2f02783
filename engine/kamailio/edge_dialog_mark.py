"""State of a call that the edge keeps in the dialog itself: a parameter of its Record-Route (RFC 3261 16.6).

The call's id, the kind of the client's leg and the trunk travel in the dialog's route set. So the edge still knows them
after a restart in mid-call. Does not import Kamailio.
"""

import hashlib
import hmac
import re
from typing import NamedTuple

from edge_identity import Leg, leg_of

_MARK = re.compile(
    r";lk=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(webrtc|sip)(?:\.t([0-9]{1,9}))?\.([0-9a-f]{32})(?![0-9A-Za-z.])"
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
    return mark if any(hmac.compare_digest(match[4], signature) for signature in signatures) else None


def _signed_text(mark: Mark) -> str:
    return f"{mark.call}.{mark.leg}.t{mark.trunk}" if mark.trunk else f"{mark.call}.{mark.leg}"


def _signature(key: str, mark: Mark, call_id: str, tag: str) -> str:
    text = "\0".join((_signed_text(mark), call_id, tag))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
