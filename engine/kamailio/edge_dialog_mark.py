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
    r";lk=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(webrtc|sip)(?:\.t([0-9]{1,9}))?(?:\.b([0-9]{1,12}))?"
    r"\.([0-9a-f]{32})(?![0-9A-Za-z.])"
)


class Mark(NamedTuple):
    call: str
    leg: Leg
    trunk: str = ""
    began: int = 0  # when the edge set up the dialog; 0 in a mark of an earlier release


class AnswerMark(NamedTuple):
    """A mark in our Via. Whoever answers an INVITE repeats it (RFC 3261 8.2.6.2), also in a refusal, which has no
    Record-Route."""

    mark: Mark
    is_within: bool  # whether the INVITE was sent within the dialog


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
    mark = Mark(match[1], leg_of(match[2]), match[3] or "", int(match[4] or 0))
    signatures = [_signature(key, mark, dialog.call_id, tag) for tag in (dialog.from_tag, dialog.to_tag) if tag]
    return mark if any(hmac.compare_digest(match[5], signature) for signature in signatures) else None


def answer_parameter(key: str, mark: Mark, dialog: Dialog, *, is_within: bool) -> str:
    """Return the value of our Via's parameter `lk`. It proves nothing as a route, nor a route as it: a tag has no
    blank."""
    return f"{_signed_text(mark)}.{_signature(key, mark, dialog.call_id, _purpose(dialog.from_tag, is_within))}"


def read_answer_mark(key: str, via: str | None, dialog: Dialog) -> AnswerMark | None:
    """Return the mark in the edge's Via of an answer, if the edge itself has signed it for this dialog."""
    match = _MARK.search((via or "").partition(",")[0])
    if match is None:
        return None
    mark = Mark(match[1], leg_of(match[2]), match[3] or "", int(match[4] or 0))
    for is_within in (False, True):
        signature = _signature(key, mark, dialog.call_id, _purpose(dialog.from_tag, is_within))
        if hmac.compare_digest(match[5], signature):
            return AnswerMark(mark, is_within)
    return None


def _purpose(tag: str, is_within: bool) -> str:
    return f"{'within' if is_within else 'first'} {tag}"


def _signed_text(mark: Mark) -> str:
    trunk = f".t{mark.trunk}" if mark.trunk else ""
    return f"{mark.call}.{mark.leg}{trunk}" + (f".b{mark.began}" if mark.began else "")


def _signature(key: str, mark: Mark, call_id: str, tag: str) -> str:
    text = "\0".join((_signed_text(mark), call_id, tag))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
