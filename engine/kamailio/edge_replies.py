"""Handles the answers to requests, within a call and before it."""

import edge_contacts as contacts
import edge_current as current
import edge_routing as routing
import edge_tables as tables
import edge_trunk_calls as trunk_calls
import KSR
from edge_advertised import Advertiser
from edge_answers import follow_caller
from edge_connections import ClientConnections
from edge_core import Core
from edge_dialog_mark import Mark
from edge_forking import FirstAnswer
from edge_identity import leg_of
from edge_log import log
from edge_marks import Marks
from edge_media_relay import MediaRelay, take_out_sdp
from edge_orphan_answers import OrphanAnswers
from edge_ringing import RingingClients
from edge_trunk_monitor import TrunkMonitor


class Replies:
    def __init__(
        self,
        core: Core,
        marks: Marks,
        orphans: OrphanAnswers,
        media: MediaRelay,
        advertiser: Advertiser,
        first_answer: FirstAnswer,
        ringing: RingingClients,
        connections: ClientConnections,
        trunk_monitor: TrunkMonitor,
    ) -> None:
        self._core = core
        self._marks = marks
        self._orphans = orphans
        self._media = media
        self._advertiser = advertiser
        self._first_answer = first_answer
        self._ringing = ringing
        self._connections = connections
        self._trunk_monitor = trunk_monitor

    def handle(self) -> None:
        """Handle every reply before its transaction does, because a leg added later has no onreply route of its own."""
        # Do not use `t_check_trans`: if the answer is dropped, this process would take its transaction for that of the
        # next message it reads (t_newtran of Kamailio's tm), and would never free it.
        is_orphan = KSR.tm.t_exists() <= 0
        if is_orphan and not self._orphans.is_proven():
            # Nobody here sent the request. Drop the reply, else Kamailio would forward it by its Via (RFC 3261 16.11).
            tables.count("gate reply-to-nothing")
            KSR.set_drop()
            return
        method, status = KSR.pv.get("$rm"), KSR.pv.get("$rs")
        if method == "REGISTER":
            self._trunk_monitor.register_answered()
        elif method == "OPTIONS":
            self._trunk_monitor.ping_answered()
        from_core = self._core.is_sender()
        is_of_offer = method in ("INVITE", "UPDATE")
        if not from_core and not (is_of_offer and status < 300):
            take_out_sdp()
        if not KSR.pv.get("$cs") or not is_of_offer or status == 100:
            return
        if status < 300:
            within = self._orphans.mark_within() if is_orphan else None
            if within is not None:
                self._rewrite_within(within, from_core)
            elif not self._read_answer(status, from_core):
                KSR.set_drop()
                return
        elif from_core and routing.is_declined(KSR.hdr.get("Reason")):
            KSR.textopsx.change_reply_status(603, "Decline")
        if method == "INVITE" and (is_orphan or status in range(200, 300)):
            self._orphans.choose_socket()
        if is_orphan and status >= 300:
            self._orphans.read_refusal()
        if not from_core:
            self._ringing.answered(status)
        elif not follow_caller():
            KSR.set_drop()

    def _read_answer(self, status: int, from_core: bool) -> bool:
        """Read a provisional or positive answer. Return False if it must be dropped."""
        mark = self._marks.of_answer()
        self._note_contact(mark, from_core)
        if mark is None:
            return from_core or KSR.htable.sht_get("within", current.request_key()) is not None or _pass_without_route()
        if from_core and not mark.trunk:
            # The calling client learns the server's id of its call here. A called client has it in its INVITE.
            KSR.hdr.append(f"X-Linkus-Call: {mark.call}\r\n")
        from_client = not (from_core or mark.trunk)
        if from_client:
            self._advertiser.keep_own_routes()
        is_answer = status >= 200 and KSR.pv.get("$rm") == "INVITE"
        if is_answer and from_client and self._first_answer.is_late():
            self._first_answer.end_late(mark)
            self._ringing.forget()
            return False
        if is_answer:
            log("answered", call=mark.call, source="core" if from_core else "client")
            if from_client:
                self._connections.notify_leg(mark.call, KSR.pv.get("$tU"))
        self._media.rewrite_answer(from_core, mark.leg, is_one_of_several=from_client)
        return True

    def _note_contact(self, mark: Mark | None, from_core: bool) -> None:
        if mark is not None and mark.trunk:
            if from_core:
                self._advertiser.show_edge_to(mark.trunk)
            else:
                trunk_calls.remember_provider_address()
        elif not from_core:
            contacts.remember_client_address()

    def handle_in_dialog(self) -> None:
        """Rewrite the answer to an offer within a call: hold, resume, a new codec."""
        if 101 <= KSR.pv.get("$rs") < 300:
            mark = Mark("", leg_of(KSR.pv.get("$avp(leg)")), KSR.pv.get("$avp(trunk)") or "")
            self._rewrite_within(mark, self._core.is_sender())

    def _rewrite_within(self, mark: Mark, from_core: bool) -> None:
        if from_core and mark.trunk:
            self._advertiser.show_edge_to(mark.trunk)
        self._media.rewrite_answer(from_core, mark.leg)


def _pass_without_route() -> bool:
    """Handle an answer to a call's first INVITE that does not repeat our Record-Route (RFC 3261 12.1.1): all that
    follows would go past the edge. Pass on only the status of a provisional one; return False for others."""
    tables.count("gate answer-without-route")
    if KSR.pv.get("$rs") >= 200:
        log("answer-without-route", address=KSR.pv.get("$si"))
        return False
    take_out_sdp()
    KSR.hdr.remove("Contact")
    return True
