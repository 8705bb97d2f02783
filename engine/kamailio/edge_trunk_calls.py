"""Calls to and from providers (SIP trunks). The rules are in edge_trunks."""

import uuid

import edge_current as current
import edge_dialog_mark as dialog_mark
import edge_identity as identity
import edge_known_sources as known_sources
import edge_routing as routing
import edge_tables as tables
import edge_trunk_table as trunk_table
import edge_trunks as trunks
import KSR
from edge_addresses import canonical
from edge_advertised import Advertiser
from edge_core import Core
from edge_dialogs import relay
from edge_log import log
from edge_marks import Marks
from edge_media_relay import MediaRelay
from edge_relayed_calls import free_media
from edge_trunks import Trunk

WITH_CONTACT = ("INVITE", "UPDATE")


class TrunkCalls:
    def __init__(self, core: Core, marks: Marks, advertiser: Advertiser, media: MediaRelay) -> None:
        self._core = core
        self._marks = marks
        self._advertiser = advertiser
        self._media = media

    # ------------------------------------------------------------------ from a provider
    def from_provider(self, trunk: Trunk) -> None:
        """Handle a call that comes over a trunk."""
        did = trunks.dialled_number(KSR.pv.get("$rU"), KSR.pv.get("$tU"), trunk)
        if not identity.is_dialable(did):
            KSR.sl.sl_send_reply(404, "Not Found")
            return
        known_sources.keep_connection()
        caller = trunks.caller_of(KSR.hdr.get("From"), KSR.hdr.get("P-Asserted-Identity"), KSR.hdr.get("Privacy"))
        call = str(uuid.uuid4())
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        KSR.hdr.append(
            f"X-Linkus-Key: {self._core.key}\r\nX-Linkus-Call: {call}\r\nX-Linkus-User: {caller.number}\r\n"
            f"X-Linkus-Kind: trunk\r\nX-Linkus-Trunk: {trunk.id}\r\nX-Linkus-Leg: sip\r\n"
        )
        if caller.name:
            KSR.hdr.append(f"X-Linkus-Name: {trunks.encode_name(caller.name)}\r\n")
        remember_provider_address()
        mark = dialog_mark.Mark(call, "sip", trunk.id)
        self._marks.show_in_via(mark)
        self._advertiser.record_route(self._marks.parameter(mark), "sip", from_core=False, trunk=trunk)
        self._core.call(did)
        log("call", call=call, source=f"trunk-{trunk.id}", dialled=did, address=KSR.pv.get("$si"))
        if self._media.rewrite_request("INVITE", False, "sip", trunk=trunk):
            KSR.tm.t_on_failure("ksr_call_failed")
            relay()

    # ------------------------------------------------------------------ to a provider
    def to_provider(self) -> None:
        """Handle a call of the core over a trunk."""
        call, trunk = KSR.hdr.get("X-Linkus-Call"), trunk_table.find(KSR.hdr.get("X-Linkus-Trunk"))
        number = KSR.pv.get("$rU")
        is_valid = routing.is_call_id(call) and identity.is_dialable(number)
        if trunk is None or call is None or number is None or not is_valid:
            log("trunk-unknown", call=call, trunk=KSR.hdr.get("X-Linkus-Trunk"))
            KSR.sl.sl_send_reply(503, "No Such Trunk")
            return
        shown = trunks.shown_identity(trunk, KSR.pv.get("$fU"), KSR.pv.get("$fn"))
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        if shown.asserted:
            KSR.hdr.append(shown.asserted)
        if trunk.password:
            # The answer to a challenge needs the next CSeq (RFC 3261 22.2), and so do all later requests in the dialog.
            KSR.dialog.dlg_manage()
        mark = dialog_mark.Mark(call, "sip", trunk.id)
        self._marks.show_in_via(mark)
        self._advertiser.record_route(self._marks.parameter(mark), "sip", from_core=True, trunk=trunk)
        KSR.uac.uac_replace_from(shown.name, shown.uri)
        KSR.uac.uac_replace_to("", trunk.request_uri(number))
        self._advertiser.show_edge_as_contact(trunk)
        KSR.pv.sets("$ru", trunk.request_uri(number))
        self._send_towards(trunk)
        KSR.pv.sets("$avp(trunk)", trunk.id)
        log("leg", call=call, target=f"trunk-{trunk.id}", number=number, address=trunk.next_hop)
        if self._media.rewrite_request("INVITE", True, "sip", trunk=trunk):
            KSR.tm.t_on_failure("ksr_trunk_failed")
            relay()

    def _send_towards(self, trunk: Trunk) -> None:
        KSR.pv.sets("$du", trunk.next_hop)
        KSR.pv.sets("$fs", self._advertiser.socket_towards(trunk.address, trunk.transport))

    def failed(self) -> None:
        """Handle a provider's refusal: answer its challenge once, and map all else to a status for the core."""
        if KSR.tm.t_is_canceled() > 0:
            free_media()
            return
        status = int(KSR.pv.get("$T_reply_code") or 0)
        trunk = trunk_table.find(KSR.pv.get("$avp(trunk)"))
        if status in (401, 407) and trunk and trunk.password and self._answer_challenge(trunk):
            return
        free_media()
        replied = KSR.tm.t_branch_timeout() < 0 or KSR.tm.t_branch_replied() > 0
        answer = trunks.status_for_core(status, replied=replied)
        log("trunk-refused", trunk=KSR.pv.get("$avp(trunk)"), status=status, replied=replied, answer=answer)
        if answer != status:
            KSR.tm.t_reply(answer, "Temporarily Unavailable" if answer == 480 else "Trunk Unavailable")

    def _answer_challenge(self, trunk: Trunk) -> bool:
        """Repeat the INVITE with credentials, unless it had some. Return whether it was sent."""
        if KSR.pv.get("$avp(authorized)"):
            return False
        KSR.pv.sets("$avp(auth_user)", trunk.auth_user)
        KSR.pv.sets("$avp(auth_password)", trunk.password)
        KSR.pv.sets("$avp(authorized)", "1")
        if KSR.uac.uac_auth() <= 0:
            return False
        self._send_towards(trunk)
        KSR.tm.t_on_failure("ksr_trunk_failed")
        return KSR.tm.t_relay() > 0

    # ------------------------------------------------------------------ within a call
    def prepare_provider_request(self) -> None:
        """Send a provider's in-dialog request to the core. It names the edge, the only contact shown to it."""
        known_sources.keep_connection()
        if KSR.pv.get("$rU") == trunks.CONTACT_USER:
            self._core.replace_target()

    def address_provider(self, trunk: Trunk | None) -> None:
        """Route an in-dialog request of the core. `trunk` is None if the trunk was removed during the call."""
        if not KSR.pv.get("$du"):
            KSR.nathelper.handle_ruri_alias()
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        if trunk is None:
            return
        if KSR.pv.get("$rm") in WITH_CONTACT:
            self._advertiser.show_edge_as_contact(trunk)
        if not trunks.has_ip_address(KSR.pv.get("$du") or KSR.pv.get("$ru")):
            # The provider's route or contact has a host name, and the edge does no DNS lookups.
            self._send_towards(trunk)


def calling_trunk() -> Trunk | None:
    """Return the trunk that an INVITE from outside comes from, by our unguessable contact or by its address."""
    if current.is_websocket():
        return None
    by_contact = trunk_table.find_by_contact(KSR.pv.get("$rU") or "")
    if by_contact is not None:
        return by_contact
    trunk_ids = KSR.htable.sht_get("trunkaddress", canonical(KSR.pv.get("$si")))
    if trunk_ids is None or identity.parse_aor(KSR.pv.get("$fU")) is not None:
        # A desk phone behind the same address authenticates like any other.
        return None
    transport = KSR.pv.get("$pr")
    trunks_by_id = {trunk_id: trunk_table.find(trunk_id) for trunk_id in trunk_ids.split(",")}
    believed = {
        trunk_id: trunk
        for trunk_id, trunk in trunks_by_id.items()
        if trunk is not None and trunks.is_source_trusted(trunk, transport)
    }
    port = int(KSR.pv.get("$sp") or 0)
    return trunks.trunk_of_address(trunk_ids, port, believed, is_complete=tables.is_complete("trunks"))


def keep_answered_elsewhere() -> None:
    """Say in the core's words that another phone of the called person has answered, so that ours shows no missed call.
    Only a provider is believed: a caller could hide a call."""
    if routing.is_answered_elsewhere(KSR.hdr.get("Reason")):
        KSR.hdr.remove("Reason")
        KSR.hdr.append("Reason: Q.850;cause=26\r\n")
        KSR.textopsx.msg_apply_changes()


def remember_provider_address() -> None:
    """Send in-dialog requests back to the provider's source address, unless the provider has proxies on the way."""
    if not trunks.has_foreign_route(current.headers("Record-Route")):
        KSR.nathelper.add_contact_alias()
