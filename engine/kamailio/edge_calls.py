"""Calls from a client to the core, and from the core to a client."""

import uuid

import edge_answers as answers
import edge_contacts as contacts
import edge_current as current
import edge_delivery as delivery
import edge_dialog_mark as dialog_mark
import edge_identity as identity
import edge_routing as routing
import KSR
from edge_advertised import Advertiser
from edge_connections import ClientConnections
from edge_core import Core
from edge_dialogs import relay
from edge_digest import DigestAuth
from edge_log import log
from edge_marks import Marks
from edge_media_relay import MediaRelay
from edge_relayed_calls import free_media


class Calls:
    def __init__(
        self,
        core: Core,
        digest: DigestAuth,
        marks: Marks,
        advertiser: Advertiser,
        media: MediaRelay,
        connections: ClientConnections,
    ) -> None:
        self._core = core
        self._digest = digest
        self._marks = marks
        self._advertiser = advertiser
        self._media = media
        self._connections = connections

    def from_client(self) -> None:
        """Handle the call of a client or phone."""
        caller = self._digest.authenticate_caller()
        if caller is None:
            return
        dialled = identity.dialled(KSR.pv.get("$rU"))
        if dialled is None:
            KSR.sl.sl_send_reply(404, "Not Found")
            return
        call = str(uuid.uuid4())
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        KSR.hdr.append(
            f"X-Linkus-Key: {self._core.key}\r\nX-Linkus-Call: {call}\r\nX-Linkus-User: {caller.number}\r\n"
            f"X-Linkus-Kind: {caller.kind}\r\nX-Linkus-Leg: {caller.leg}\r\n"
        )
        contacts.remember_client_address()
        KSR.hdr.remove("Record-Route")
        mark = dialog_mark.Mark(call, caller.leg)
        self._advertiser.record_route(self._marks.parameter(mark), caller.leg, from_core=False)
        self._marks.show_in_via(mark)
        self._core.call(dialled)
        address, connection = current.client_address(), current.connection_id()
        log("call", call=call, source=caller.aor, dialled=dialled, address=address, connection=connection)
        if not self._media.rewrite_request("INVITE", False, caller.leg):
            return
        self._connections.notify_leg(call, caller.aor)
        answers.note_caller()
        KSR.tm.t_on_failure("ksr_call_failed")
        relay("caller" if caller.leg == "sip" else None)

    def to_client(self) -> None:
        """Handle a call of the core to a client or phone."""
        target = identity.parse_aor(KSR.pv.get("$rU"))
        call = KSR.hdr.get("X-Linkus-Call")
        if target is None or call is None or not routing.is_call_id(call):
            KSR.sl.sl_send_reply(404, "Not Found")
            return
        is_phone = target.is_phone
        is_found = KSR.registrar.lookup("location") > 0 if is_phone else contacts.find_client(target)
        if not is_found and (is_phone or not contacts.is_just_lost(target.aor)):
            log("not-registered", call=call, target=target.aor)
            KSR.sl.sl_send_reply(480, "Temporarily Unavailable")
            return
        KSR.hdr.remove("X-Linkus-Key")
        mark = dialog_mark.Mark(call, target.leg)
        KSR.pv.sets("$avp(mark)", self._marks.parameter(mark))
        self._marks.show_in_via(mark)
        log("leg", call=call, target=target.aor)
        KSR.tm.t_on_branch("ksr_branch")
        KSR.tm.t_on_failure("ksr_call_failed")
        if not is_found:
            delivery.wait_for_client(target, call)
        elif is_phone:
            relay("called")
        else:
            delivery.send_to_client(target)

    def add_branch(self) -> None:
        """Give each contact ports of its own, so that media of one is not mixed in before another answers."""
        target = identity.parse_aor(KSR.pv.get("$tU"))
        leg = target.leg if target else "sip"
        self._advertiser.record_route(KSR.pv.get("$avp(mark)") or "", leg, from_core=True)
        self._media.rewrite_request("INVITE", True, leg, branch=True)

    @staticmethod
    def failed() -> None:
        """Free the ports of an INVITE that was refused, cancelled or timed out."""
        free_media()
        delivery.forget_waiting(KSR.pv.get("$tU"))
        if KSR.tm.t_is_canceled() > 0:
            return
        status = int(KSR.pv.get("$T_reply_code") or 0)
        if 300 <= status < 400:
            # A phone redirects. The core would call the new target without a plan, so treat it as no answer.
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        elif status == 408 and _is_to_client():
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        elif status == 503:
            # tm would make this 500, as a proxy with other targets does (RFC 3261 16.7). Here there is no other target.
            KSR.tm.t_reply(503, "Service Unavailable")


def _is_to_client() -> bool:
    target = identity.parse_aor(KSR.pv.get("$tU"))
    return target is not None and not target.is_phone
