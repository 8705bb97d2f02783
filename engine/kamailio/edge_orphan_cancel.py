"""Passes on a CANCEL or ACK whose INVITE an earlier process of the edge has forwarded (RFC 3261 16.10).

Kamailio computes branches from From, To, Call-ID, CSeq, Request-URI and topmost Via, so that these get the branch
that their INVITE had, and their receiver recognises them. Without this, a telephone rings on for minutes after a
restart, although its caller has given up.
"""

import edge_contacts as contacts
import edge_identity as identity
import edge_routing as routing
import edge_start as start
import KSR
from edge_core import Core
from edge_log import log
from edge_media_relay import take_out_sdp


class OrphanCancel:
    def __init__(self, core: Core) -> None:
        self._core = core

    def handle(self, *, from_core: bool) -> None:
        """Pass on and answer a CANCEL without a transaction, or refuse it."""
        if not (start.is_recent() and self._has_target(from_core)):
            KSR.sl.sl_send_reply(481, "Call/Transaction Does Not Exist")
            return
        # The answers to the INVITE find no transaction either, so that the edge itself confirms the CANCEL.
        KSR.sl.sl_send_reply(200, "OK")
        log("orphan-cancel", source="core" if from_core else "client")
        KSR.forward()

    def acknowledge(self, *, from_core: bool) -> None:
        """Pass on the ACK of a refusal (edge_orphan_answers), so that it is not repeated for half a minute."""
        if start.is_recent() and self._has_target(from_core):
            KSR.textops.remove_hf_re(routing.OWN_HEADERS)
            take_out_sdp()  # it may be the ACK of an answer to somebody who left our route out
            KSR.forward()

    def _has_target(self, from_core: bool) -> bool:
        """Address the request as its INVITE was. A phone with several contacts gets only that of the first."""
        if not from_core:
            self._core.call(KSR.pv.get("$rU") or "")
            return True
        target = identity.parse_aor(KSR.pv.get("$rU"))
        if target is None:
            return False
        return KSR.registrar.lookup("location") > 0 if target.is_phone else contacts.find_client(target)
