"""Passes on answers to an INVITE whose transaction is gone, and leads them out by the right socket.

A 2xx is repeated until its ACK arrives, longer than any transaction here lives (RFC 3261 13.3.1.4, 16.7). After a
restart, the edge knows no transaction at all, while telephones still ring. Kamailio sends such an answer by its second
Via (16.11), but from the socket that it came in by: from the loopback, nothing leaves this machine.
"""

import edge_current as current
import edge_identity as identity
import edge_start as start
import edge_trunks as trunks
import KSR
from edge_contacts import contacts_of
from edge_core import Core
from edge_dialog_mark import Mark
from edge_log import log
from edge_marks import Marks
from edge_relayed_calls import free_media


class OrphanAnswers:
    def __init__(self, core: Core, marks: Marks) -> None:
        self._core = core
        self._marks = marks

    def is_proven(self) -> bool:
        """Return whether an answer without a transaction belongs to an INVITE of ours, and goes to the side that sent
        that. A refusal is passed on only after a restart: the transaction, while there is one, repeats it itself."""
        status = KSR.pv.get("$rs")
        if KSR.pv.get("$rm") != "INVITE" or status < 200:
            return False
        if not (self._core.is_sender() or self._core.is_target_of_answer()):
            return False
        if status < 300 and self._marks.of_answer() is not None:
            return True
        known = self._marks.of_via()
        if known is None:
            return False
        if status < 300:
            return known.is_within  # that of a first INVITE must show our Record-Route
        return start.is_recent() and not self._is_one_of_several()

    def _is_one_of_several(self) -> bool:
        """Return whether other devices of the called phone may ring. The call must not end by the refusal of one; the
        core ends it in time."""
        called = identity.parse_aor(KSR.pv.get("$tU"))
        return not self._core.is_sender() and called is not None and len(contacts_of(called.aor)) > 1

    def mark_within(self) -> Mark | None:
        """Return the mark of an answer to an offer within a call, which has no Record-Route of ours (RFC 3261 16.6)."""
        known = self._marks.of_via()
        return known.mark if known is not None and known.is_within else None

    def read_refusal(self) -> None:
        """Do what the refused INVITE's transaction would do: free its ports, and map its status for the core."""
        known, status = self._marks.of_via(), KSR.pv.get("$rs")
        if known is None or known.is_within:
            return
        free_media()
        log("orphan-refusal", call=known.mark.call, status=status)
        if self._core.is_sender():
            return
        answer = trunks.status_for_core(status, replied=True) if known.mark.trunk else status
        if 300 <= answer < 400:  # as `Calls.failed`
            answer = 480
        if answer != status:
            KSR.textopsx.change_reply_status(answer, "Temporarily Unavailable")

    def choose_socket(self) -> None:
        """Choose where the answer leaves, if Kamailio itself forwards it: a transaction knows where. Over a connection,
        our Via names that."""
        if not self._core.is_sender():
            KSR.pv.sets("$fs", self._core.socket)
        elif (socket := self._marks.socket_of_caller(current.headers("Via"))) is not None:
            KSR.pv.sets("$fs", socket)
