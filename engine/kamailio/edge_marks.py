"""The mark in our Record-Route by which the edge recognises its own dialogs (edge_dialog_mark)."""

import re
import time

import edge_current as current
import edge_dialog_mark as dialog_mark
import KSR
from edge_addresses import bracketed, canonical
from edge_dialog_mark import AnswerMark, Mark
from edge_trunks import PORT_OF

# parameters of our Via (kamailio.cfg, xavp_via_params)
VIA_MARK, VIA_ADDRESS = "$xavp(via=>lk)", "$xavp(via[0]=>own)"
_OWN_ADDRESS = re.compile(r";own=([0-9A-Fa-f_.]+)")
_IS_UDP = re.compile(r"SIP\s*/\s*2\.0\s*/\s*UDP\s", re.IGNORECASE)


class Marks:
    def __init__(self, key: str) -> None:
        self._key = key

    def parameter(self, mark: Mark) -> str:
        """Return the parameter of our Record-Route by which later requests in the dialog are recognised."""
        return dialog_mark.mark_parameter(self._key, mark._replace(began=int(time.time())), current.dialog())

    def show_in_via(self, mark: Mark, *, is_within: bool = False) -> None:
        """Have our Via of this INVITE carry the mark and the address of ours that it came to. So an answer whose
        transaction is gone is still recognised, and leaves by the right socket (edge_orphan_answers)."""
        KSR.pv.sets(VIA_MARK, dialog_mark.answer_parameter(self._key, mark, current.dialog(), is_within=is_within))
        KSR.pv.sets(VIA_ADDRESS, canonical(KSR.pv.get("$Ri")).replace(":", "_"))
        KSR.corex.via_add_xavp_params(1)

    @staticmethod
    def socket_of_caller(vias: list[str]) -> str | None:
        """Return the socket that the caller's INVITE came in by, if that was a datagram."""
        if len(vias) < 2 or not _IS_UDP.match(vias[1]):
            return None
        own = _OWN_ADDRESS.search(vias[0].partition(",")[0])
        return f"udp:{bracketed(own[1].replace('_', ':'))}:{PORT_OF['udp']}" if own else None

    def of_via(self) -> AnswerMark | None:
        return dialog_mark.read_answer_mark(self._key, KSR.hdr.get("Via"), current.dialog())

    def of_request(self) -> Mark | None:
        return dialog_mark.read_mark(self._key, KSR.hdr.get("Route"), current.dialog())

    def of_answer(self) -> Mark | None:
        """Return the mark in the first Record-Route of our own. A provider's proxies may add theirs before it."""
        dialog = current.dialog()
        marks = (dialog_mark.read_mark(self._key, header, dialog) for header in current.headers("Record-Route"))
        return next((mark for mark in marks if mark is not None), None)
