"""Calls to and from providers (SIP trunks). The rules are in edge_trunks."""

import uuid

import edge_identity as identity
import edge_routing as routing
import edge_trunks as trunks
import KSR
from edge_addresses import bracketed, canonical
from edge_faults import guarded
from edge_log import log


class Lines:
    # ------------------------------------------------------------------ trunks
    @staticmethod
    def trunk(trunk_id):
        return trunks.parse(trunk_id, KSR.htable.sht_get("trunks", trunk_id)) if trunks.is_trunk_id(trunk_id) else None

    @staticmethod
    def is_provider(address):
        return KSR.htable.sht_get("trunkaddress", address) is not None

    def calling_trunk(self):
        """Return the trunk that an INVITE from outside comes from, by our unguessable contact or by its address."""
        if self.is_websocket():
            return None
        by_contact = self.trunk(KSR.htable.sht_get("trunkcontact", KSR.pv.get("$rU") or ""))
        if by_contact is not None:
            return by_contact
        present = KSR.htable.sht_get("trunkaddress", canonical(KSR.pv.get("$si")))
        if present is None or identity.parse_aor(KSR.pv.get("$fU")) is not None:
            # A desk phone behind the same address authenticates like any other.
            return None
        known = {each: self.trunk(each) for each in present.split(",")}
        transport = KSR.pv.get("$pr")
        known = {
            trunk_id: trunk
            for trunk_id, trunk in known.items()
            if trunk is not None and trunks.is_believed(trunk, transport)
        }
        return trunks.of_address(present, int(KSR.pv.get("$sp") or 0), known, is_complete=self.has_all("trunks"))

    # ------------------------------------------------------------------ from a provider
    def provider_calls(self, trunk):
        did = trunks.dialled(KSR.pv.get("$rU"), KSR.pv.get("$tU"), trunk)
        if not identity.is_dialled(did):
            KSR.sl.sl_send_reply(404, "Not Found")
            return 1
        self.keep_connection()
        caller = trunks.caller(KSR.hdr.get("From"), KSR.hdr.get("P-Asserted-Identity"), KSR.hdr.get("Privacy"))
        call = str(uuid.uuid4())
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        KSR.hdr.append(
            f"X-Linkus-Key: {self.core_key}\r\nX-Linkus-Call: {call}\r\nX-Linkus-User: {caller.number}\r\n"
            f"X-Linkus-Kind: trunk\r\nX-Linkus-Trunk: {trunk.id}\r\nX-Linkus-Leg: sip\r\n"
        )
        if caller.name:
            KSR.hdr.append(f"X-Linkus-Name: {trunks.encoded(caller.name)}\r\n")
        self.note_provider_contact()
        self.record_route(self.mark(routing.Mark(call, "sip", trunk.id)), "sip", from_core=False, trunk=trunk)
        KSR.pv.sets("$ru", f"sip:{did}@{self.internal}:{self.core_port}")
        KSR.pv.sets("$fs", self.core_socket)
        log("call", call=call, source=f"trunk-{trunk.id}", dialled=did, address=KSR.pv.get("$si"))
        if not self.media_of_request("INVITE", from_core=False, leg="sip", trunk=trunk):
            return 1
        KSR.tm.t_on_failure("ksr_call_failed")
        return self.relay()

    def note_provider_contact(self):
        """Send in-dialog requests back to the provider's source address, unless the provider has proxies on the way."""
        if not trunks.has_foreign_route(self.headers("Record-Route")):
            KSR.nathelper.add_contact_alias()

    # ------------------------------------------------------------------ to a provider
    def outside_call(self):
        call, trunk = KSR.hdr.get("X-Linkus-Call"), self.trunk(KSR.hdr.get("X-Linkus-Trunk"))
        number = KSR.pv.get("$rU")
        if trunk is None or not routing.is_call_id(call) or not identity.is_dialled(number):
            log("trunk-unknown", call=call, trunk=KSR.hdr.get("X-Linkus-Trunk"))
            KSR.sl.sl_send_reply(503, "No Such Trunk")
            return 1
        shown = trunks.shown(trunk, KSR.pv.get("$fU"), KSR.pv.get("$fn"))
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        KSR.hdr.remove("Referred-By")  # it names an extension
        if shown.asserted:
            KSR.hdr.append(shown.asserted)
        if trunk.password:
            # The answer to a challenge needs the next CSeq (RFC 3261 22.2), and so do all later requests in the dialog.
            KSR.dialog.dlg_manage()
        self.record_route(self.mark(routing.Mark(call, "sip", trunk.id)), "sip", from_core=True, trunk=trunk)
        KSR.uac.uac_replace_from(shown.name, shown.uri)
        KSR.uac.uac_replace_to("", trunk.request_uri(number))
        self.show_edge_as_contact(trunk)
        KSR.pv.sets("$ru", trunk.request_uri(number))
        self.towards(trunk)
        KSR.pv.sets("$avp(trunk)", trunk.id)
        log("leg", call=call, target=f"trunk-{trunk.id}", number=number, address=trunk.next_hop)
        if not self.media_of_request("INVITE", from_core=True, leg="sip", trunk=trunk):
            return 1
        KSR.tm.t_on_failure("ksr_trunk_failed")
        return self.relay()

    def towards(self, trunk):
        KSR.pv.sets("$du", trunk.next_hop)
        KSR.pv.sets("$fs", self.socket_towards(trunk.address, trunk.transport))

    def show_edge_as_contact(self, trunk):
        """Replace the core's Contact: its address means nothing outside, and some providers refuse a private one."""
        KSR.hdr.remove("Contact")
        KSR.hdr.append(f"Contact: <{self.contact_uri(trunk)}>\r\n")

    def show_edge_to(self, trunk_id):
        trunk = self.trunk(trunk_id)
        if trunk is not None:
            self.show_edge_as_contact(trunk)

    def contact_uri(self, trunk):
        suffix = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
        own = bracketed(self.addresses.told(trunk.address).address)
        return f"sip:{trunks.CONTACT_USER}@{own}:{trunks.PORT_OF[trunk.transport]}{suffix}"

    @guarded
    def ksr_trunk_failed(self, msg):
        """Handle a provider's refusal: answer its challenge once, and map all else to a status for the core."""
        if KSR.tm.t_is_canceled() > 0:
            KSR.rtpengine.rtpengine_delete("")
            return 1
        status = int(KSR.pv.get("$T_reply_code") or 0)
        trunk = self.trunk(KSR.pv.get("$avp(trunk)"))
        if status in (401, 407) and trunk and trunk.password and not KSR.pv.get("$avp(authorized)"):
            KSR.pv.sets("$avp(auth_user)", trunk.auth_user)
            KSR.pv.sets("$avp(auth_password)", trunk.password)
            KSR.pv.sets("$avp(authorized)", "1")
            if KSR.uac.uac_auth() > 0:
                self.towards(trunk)
                KSR.tm.t_on_failure("ksr_trunk_failed")
                if KSR.tm.t_relay() > 0:
                    return 1
        KSR.rtpengine.rtpengine_delete("")
        replied = KSR.tm.t_branch_timeout() < 0 or KSR.tm.t_branch_replied() > 0
        answer = trunks.answer(status, replied=replied)
        log("trunk-refused", trunk=KSR.pv.get("$avp(trunk)"), status=status, replied=replied, answer=answer)
        if answer != status:
            reason = {480: "Temporarily Unavailable"}.get(answer, "Trunk Unavailable")
            KSR.tm.t_reply(answer, reason)
        return 1

    # ------------------------------------------------------------------ within a call
    def provider_asks(self, mark):
        """Send a provider's in-dialog request to the core. It names the edge, the only contact shown to it."""
        if not mark.trunk:
            return
        self.keep_connection()
        if KSR.pv.get("$rU") == trunks.CONTACT_USER:
            KSR.pv.sets("$ru", f"sip:{self.internal}:{self.core_port}")

    def core_asks_provider(self, trunk):
        """Route an in-dialog request of the core. `trunk` is None if the trunk was removed during the call."""
        if not KSR.pv.get("$du"):
            KSR.nathelper.handle_ruri_alias()
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        if trunk is None:
            return
        if KSR.pv.get("$rm") in ("INVITE", "UPDATE"):
            self.show_edge_as_contact(trunk)
        if not trunks.has_address(KSR.pv.get("$du") or KSR.pv.get("$ru")):
            # The provider's route or contact has a host name, and the edge does no DNS lookups.
            self.towards(trunk)
