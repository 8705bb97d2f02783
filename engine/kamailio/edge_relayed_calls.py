"""Frees the media relay's ports, also those of an offer that it has refused."""

import edge_agreed_media as agreed
import edge_start as start
import KSR

DELETED = 5  # a dialog that has ended stays in memory for a moment
# An empty tag means all of a call. By the From tag alone, the relay does not find a call without a usable offer.
WHOLE_CALL = "from-tag="
REPORT_UNKNOWN_TAGS = "fatal"


def note_offer() -> None:
    """Note that the relay has taken an offer of this call, and whose it was the first."""
    call_id = KSR.pv.get("$ci")
    if KSR.htable.sht_get("relayed", call_id) is None:
        KSR.htable.sht_sets("relayed", call_id, KSR.pv.get("$ft") or "")


def forget_refused_offer() -> None:
    """Free what the relay keeps, without a time limit, of a call whose first offer it has refused. Somebody who sends
    the Call-ID of another call does not end that one."""
    call_id = KSR.pv.get("$ci")
    if KSR.htable.sht_get("relayed", call_id) is None:
        KSR.rtpengine.rtpengine_delete(WHOLE_CALL)


def is_over(began: int) -> bool:
    """Return whether the call of a dialog has ended. Its mark stays valid, and every offer would take ports."""
    state = KSR.pv.get("$dlg(state)")  # of `dialog`, which the route set has found
    if state is not None:
        return int(state) == DELETED
    is_relayed = KSR.htable.sht_get("relayed", KSR.pv.get("$ci")) is not None
    return not is_relayed and not start.may_lack(began)


def free_media() -> None:
    """Free the relay's ports of this message's dialog."""
    call_id = KSR.pv.get("$ci")
    is_of_first = KSR.htable.sht_get("relayed", call_id) in (KSR.pv.get("$ft"), KSR.pv.get("$tt"))
    if not is_of_first:
        KSR.rtpengine.rtpengine_delete("")
    elif KSR.rtpengine.rtpengine_delete(REPORT_UNKNOWN_TAGS) < 0:
        # The relay was too slow to answer, or does not know one of the tags: the ports must not stay taken.
        KSR.rtpengine.rtpengine_delete(WHOLE_CALL)
    agreed.forget()
    if is_of_first:
        KSR.htable.sht_rm("relayed", call_id)
