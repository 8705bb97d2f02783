"""Requests within a dialog that the edge has set up: between a client or provider, and the core."""

import edge_contacts as contacts
import edge_current as current
import edge_identity as identity
import edge_reachability as reachability
import edge_relayed_calls as relayed_calls
import edge_routing as routing
import edge_tables as tables
import edge_trunk_calls as trunk_calls
import edge_trunk_table as trunk_table
import KSR
from edge_core import Core
from edge_dialog_mark import Mark
from edge_dialogs import relay
from edge_keys import KeyOrder
from edge_log import log
from edge_marks import Marks
from edge_media_relay import MediaRelay, take_out_sdp
from edge_orphan_cancel import OrphanCancel
from edge_relayed_calls import free_media
from edge_trunk_calls import TrunkCalls
from edge_trunks import Trunk

WITH_SDP = ("INVITE", "UPDATE", "ACK")
WITH_OFFER = ("INVITE", "UPDATE")
WITH_CONTACT = ("INVITE", "UPDATE", "REFER")
LOGGED = ("INVITE", "BYE", "REFER")


class InDialogRequests:
    def __init__(
        self,
        core: Core,
        marks: Marks,
        media: MediaRelay,
        calls_of_trunks: TrunkCalls,
        orphan_cancel: OrphanCancel,
        key_order: KeyOrder,
    ) -> None:
        self._core = core
        self._marks = marks
        self._media = media
        self._trunk_calls = calls_of_trunks
        self._orphan_cancel = orphan_cancel
        self._key_order = key_order

    def handle(self, method: str, from_core: bool) -> None:
        """Route a request in a dialog. Answer 481 at no further cost if the edge did not set up the dialog."""
        mark = self._marks.of_request()
        if mark is not None and not from_core and mark.trunk:
            self._trunk_calls.prepare_provider_request()
        if mark is None or KSR.rr.loose_route() < 0:
            self._answer_unknown(method, from_core=from_core)
            return
        trunk = trunk_table.find(mark.trunk)
        if not self._address(method, mark, trunk, from_core=from_core):
            return
        if method in WITH_OFFER and not from_core and relayed_calls.is_over(mark.began):
            self._answer_unknown(method, from_core=from_core)
            return
        if not from_core and (answer := routing.answer_in_place_of_the_core(method, _content_type())) is not None:
            KSR.hdr.append_to_reply(routing.ALLOW)
            KSR.sl.sl_send_reply(*answer)
            return
        if method in WITH_SDP:
            if not self._media.rewrite_request(method, from_core, mark.leg, trunk=trunk):
                return
        else:
            take_out_sdp()  # of a PRACK, say (RFC 3262 5)
        if method in WITH_OFFER:
            # The answer has no Record-Route of ours (RFC 3261 16.6), so the transaction keeps the leg.
            if from_core:
                KSR.htable.sht_sets("within", current.request_key(), "1")
            self._marks.show_in_via(mark, is_within=True)
            KSR.pv.sets("$avp(leg)", mark.leg)
            KSR.pv.sets("$avp(trunk)", mark.trunk)
            KSR.tm.t_on_reply("ksr_in_dialog_reply")
            KSR.tm.t_on_failure("ksr_in_dialog_failed")
        elif method == "BYE":
            free_media()
        elif method == "INFO" and not from_core:
            self._key_order.wait_for_earlier()
        if method in LOGGED:
            log(method.lower(), call=mark.call, source="core" if from_core else "client")
        relay()

    def _answer_unknown(self, method: str, *, from_core: bool) -> None:
        if method != "ACK":
            tables.count("gate no-such-dialog")
            KSR.sl.sl_send_reply(481, "Call/Transaction Does Not Exist")
        elif KSR.tm.t_check_trans() > 0:
            # The ACK of a negative answer belongs to the transaction (RFC 3261 17.1.1.3).
            KSR.tm.t_relay()
        else:
            self._orphan_cancel.acknowledge(from_core=from_core)

    def _address(self, method: str, mark: Mark, trunk: Trunk | None, *, from_core: bool) -> bool:
        """Set the target of a request. Return False if there is none."""
        if from_core:
            if mark.trunk:
                self._trunk_calls.address_provider(trunk)
                return True
            return _address_client(method, mark) and _follow_client()
        if (
            method not in (routing.PROVIDER_METHODS if mark.trunk else routing.CLIENT_METHODS)
            or not self._core.is_target()
        ):
            log("relay-refused", call=mark.call, method=method, address=KSR.pv.get("$si"), target=KSR.pv.get("$ru"))
            if method != "ACK":
                KSR.sl.sl_send_reply(403, "Forbidden")
            return False
        self._core.send_in_dialog()
        if mark.trunk:
            trunk_calls.remember_provider_address()
        elif method in WITH_CONTACT:
            contacts.remember_client_address()
        return True

    def failed(self) -> None:
        """Free the ports when the core or a client no longer knows the dialog (RFC 3261 12.2.1.2). A client that does
        not answer may be changing its network. After any other refusal the sound is what it was (14.1)."""
        status = int(KSR.pv.get("$T_reply_code") or 0)
        from_core = self._core.is_sender()
        if status == 481 or (status == 408 and not from_core):
            free_media()
        else:
            trunk = trunk_table.find(KSR.pv.get("$avp(trunk)"))
            self._media.restore(from_core, identity.leg_of(KSR.pv.get("$avp(leg)")), trunk)


def _content_type() -> str | None:
    return (KSR.hdr.get("Content-Type") or KSR.hdr.get("c")) if KSR.pv.get("$rb") else None


def _address_client(method: str, mark: Mark) -> bool:
    """Set the target to where the client last sent from, whatever its Contact or Record-Route says. So nobody can make
    the edge send to a third party, or to this machine. Of several aliases in its contact the last is ours."""
    KSR.pv.unset("$du")
    KSR.nathelper.handle_ruri_alias_mode(1)
    if KSR.pv.get("$du"):
        return True
    log("client-nowhere", call=mark.call, method=method, target=KSR.pv.get("$ru"))
    if method != "ACK":
        KSR.sl.sl_send_reply(480, "Temporarily Unavailable")
    return False


def _follow_client() -> bool:
    """Send a request of the core to the client's present connection, because the one in its contact may be dead. Return
    False when the client has none now: the core repeats the request."""
    client = identity.parse_aor(KSR.pv.get("$tU"))
    if client is None or client.is_phone:
        return True
    contact = reachability.contact_of_agent(contacts.contacts_of(client.aor), KSR.pv.get("$ru") or "")
    if contact is not None and contact.received and contacts.is_alive(contact.connection):
        KSR.pv.sets("$du", contact.received)
        return True
    present_target = KSR.pv.get("$du")
    if present_target and KSR.tcpops.tcp_con_alive(present_target) > 0:
        return True
    method = KSR.pv.get("$rm")
    if method == "ACK" or not contacts.is_just_lost(client.aor):
        return True
    log("without-connection", target=client.aor, method=method)
    if method == "BYE":
        free_media()  # the call is over, whether or not its client learns of it
    return False
