"""Calls, from a client to the core and from the core to a client, and their media."""

import time
import uuid

import edge_identity as identity
import edge_media as media
import edge_routing as routing
import edge_trunks as trunks
import KSR
from edge_addresses import bracketed
from edge_bye import Bye
from edge_faults import guarded
from edge_log import log


class Calls:
    def client_calls(self):
        who = self.caller()
        if who is None:
            return 1
        dialled = KSR.pv.get("$rU")
        if not identity.is_dialled(dialled):
            KSR.sl.sl_send_reply(404, "Not Found")
            return 1
        call = str(uuid.uuid4())
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)
        KSR.hdr.append(
            f"X-Linkus-Key: {self.core_key}\r\nX-Linkus-Call: {call}\r\nX-Linkus-User: {who.number}\r\n"
            f"X-Linkus-Kind: {who.kind}\r\nX-Linkus-Leg: {who.leg}\r\n"
        )
        self.note_contact()
        KSR.hdr.remove("Record-Route")
        self.record_route(self.mark(routing.Mark(call, who.leg)), who.leg, from_core=False)
        KSR.pv.sets("$ru", f"sip:{dialled}@{self.internal}:{self.core_port}")
        KSR.pv.sets("$fs", self.core_socket)
        connection = KSR.pv.get("$conid") or 0
        log("call", call=call, source=who.aor, dialled=dialled, address=self.client_address(), connection=connection)
        if not self.media_of_request("INVITE", from_core=False, leg=who.leg):
            return 1
        self.tell_leg(call, who.aor)
        self.note_caller()
        KSR.tm.t_on_failure("ksr_call_failed")
        return self.relay()

    def tell_leg(self, call, aor):
        """Tell the brain which leg belongs to this browser, because a browser that dies in mid-call cannot hang up."""
        if self.is_websocket():
            self.notices.leg(call, aor, routing.contact_uri(KSR.pv.get("$ct")))

    def caller(self):
        """Return the caller's identity. A registered WebSocket has proved it while its credential is valid, which saves
        the caller a round trip."""
        who = identity.parse_aor(KSR.pv.get("$fU"))
        if who is not None and self.is_websocket():
            session = identity.parse_session(KSR.htable.sht_get("wsaor", str(KSR.pv.get("$conid"))))
            if session:
                revoked = self.revoked(who.aor, session.session)
                if identity.may_go_on(session, who, revoked, int(time.time())):
                    return who
        return self.authenticate("Proxy-Authorization")

    def core_calls(self):
        who = identity.parse_aor(KSR.pv.get("$rU"))
        call = KSR.hdr.get("X-Linkus-Call")
        if who is None or not routing.is_call_id(call):
            KSR.sl.sl_send_reply(404, "Not Found")
            return 1
        is_found = KSR.registrar.lookup("location") > 0 if who.is_phone else self.find_client(who)
        if not is_found and (who.is_phone or not self.is_just_lost(who.aor)):
            log("not-registered", call=call, target=who.aor)
            KSR.sl.sl_send_reply(480, "Temporarily Unavailable")
            return 1
        KSR.hdr.remove("X-Linkus-Key")
        KSR.pv.sets("$avp(mark)", self.mark(routing.Mark(call, who.leg)))
        log("leg", call=call, target=who.aor)
        KSR.tm.t_on_branch("ksr_branch")
        KSR.tm.t_on_failure("ksr_call_failed")
        if not is_found:
            return self.wait_for_client(who, call)
        return self.relay() if who.is_phone else self.send_to_client(who)

    def mark(self, mark):
        """Return the parameter of our Record-Route by which later requests in the dialog are recognised."""
        return routing.mark_parameter(self.edge_key, mark, self.dialog())

    @staticmethod
    def dialog():
        return routing.Dialog(KSR.pv.get("$ci") or "", KSR.pv.get("$ft") or "", KSR.pv.get("$tt") or "")

    @guarded
    def ksr_branch(self, msg):
        """Give each contact ports of its own, so that media of one is not mixed in before another answers."""
        who = identity.parse_aor(KSR.pv.get("$tU"))
        leg = who.leg if who else "sip"
        self.record_route(KSR.pv.get("$avp(mark)"), leg, from_core=True)
        self.media_of_request("INVITE", from_core=True, leg=leg, branch=True)
        return 1

    @guarded
    def ksr_call_failed(self, msg):
        """Free the ports of an INVITE that was refused, cancelled or timed out."""
        KSR.rtpengine.rtpengine_delete("")
        self.forget_waiting(KSR.pv.get("$tU"))
        if KSR.tm.t_is_canceled() > 0:
            return 1
        status = int(KSR.pv.get("$T_reply_code") or 0)
        if 300 <= status < 400:
            # A phone redirects. The core would call the new target without a plan, so treat it as no answer.
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        elif status == 408 and self.is_to_client():
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        elif status == 503:
            # tm would make this 500, as a proxy with other targets does (RFC 3261 16.7). Here there is no other target.
            KSR.tm.t_reply(503, "Service Unavailable")
        return 1

    def note_contact(self):
        """Make the core's in-dialog requests come back through the connection that the client used."""
        if KSR.pv.get("$rm") in ("INVITE", "UPDATE", "REFER"):
            KSR.nathelper.set_contact_alias()

    # ------------------------------------------------------------------ media
    def media_of_request(self, method, from_core, leg, *, branch=False, trunk=None):
        """Rewrite the SDP of a request. It is an offer, except in an ACK that answers a late offer in the 200 (RFC 3261
        13.2.1). With `trunk`, an offer names only that provider's codecs."""
        source, target = ("core", leg) if from_core else (leg, "core")
        late = self.key_of_request()
        has_sdp = KSR.textops.has_body_type("application/sdp") > 0
        if method == "ACK":
            if has_sdp:
                is_awaited = KSR.htable.sht_get("lateoffer", late) is not None
                KSR.htable.sht_rm("lateoffer", late)
                if not is_awaited:
                    self.take_out_sdp()
                elif not self.rewrite(source, target, is_offer=False):
                    self.lead_media_nowhere()
            return True
        if not has_sdp:
            if method == "INVITE":
                KSR.htable.sht_sets("lateoffer", late, "1")
            return True
        suffix = " via-branch=auto-next" if branch else trunks.codec_flags(trunk)
        if self.rewrite(source, target, is_offer=True, suffix=suffix, trunk=trunk):
            return True
        if not branch:
            KSR.sl.sl_send_reply(503, "Media Relay Unavailable")
        return False

    def rewrite(self, source, target, is_offer, suffix="", trunk=None):
        sdp = KSR.pv.get("$rb") or ""
        behind_nat = source == "sip" and media.is_behind_nat(sdp, KSR.hdr.get("Contact") or "", KSR.pv.get("$si"))
        KSR.pv.sets("$avp(sdp)", media.strip_ssrc(sdp))
        if is_offer:
            from_core = source == "core"
            route = self.media_route(target if from_core else source, from_core, trunk)
            is_first = KSR.siputils.has_totag() < 0
            flags = media.offer_flags(source, target, route=route, behind_nat=behind_nat, is_first=is_first)
            result = KSR.rtpengine.rtpengine_offer(flags + suffix)
        else:
            flags = media.answer_flags(source, target, behind_nat=behind_nat)
            result = KSR.rtpengine.rtpengine_answer(flags + suffix)
        if result < 0:
            log("media-relay-failed", offer=is_offer, source=source, target=target)
        return result > 0

    @staticmethod
    def take_out_sdp():
        """Remove SDP that the relay has not rewritten: the core would send media to any address and port that it names,
        even to the relay's own control port."""
        if KSR.textops.has_body_type("application/sdp") > 0:
            KSR.textopsx.remove_body()

    def lead_media_nowhere(self):
        """Replace an answer's SDP that the relay has not rewritten. The call is not lost for a relay that was restarted
        since the offer: the brain has each leg offer its media again."""
        sdp = media.without_media(KSR.pv.get("$rb") or "", self.internal)
        if sdp is None:
            self.take_out_sdp()
        else:
            KSR.textops.set_body(sdp, "application/sdp")

    # ------------------------------------------------------------------ replies
    @guarded
    def ksr_reply_route(self, msg):
        """Handle every reply before its transaction does, because a leg added later has no onreply route of its own."""
        # Do not use `t_check_trans`: if the answer is dropped, this process would take its transaction for that of the
        # next message it reads (t_newtran of Kamailio's tm), and would never free it.
        if KSR.tm.t_exists() <= 0 and not self.is_answer_again():
            # Nobody here sent the request. Drop the reply, else Kamailio would forward it by its Via (RFC 3261 16.11).
            self.count("gate reply-to-nothing")
            KSR.set_drop()
            return 1
        if KSR.pv.get("$rm") == "REGISTER":
            self.register_answered()
        elif KSR.pv.get("$rm") == "OPTIONS":
            self.ping_answered()
        status, from_core = KSR.pv.get("$rs"), self.is_from_core()
        is_of_offer = KSR.pv.get("$rm") in ("INVITE", "UPDATE")
        if not from_core and not (is_of_offer and status < 300):
            self.take_out_sdp()
        if not KSR.pv.get("$cs") or not is_of_offer or status == 100:
            return 1
        if status < 300:
            if not self.read_answer(status, from_core):
                KSR.set_drop()
                return 1
        elif from_core and routing.is_declined(KSR.hdr.get("Reason")):
            KSR.textopsx.change_reply_status(603, "Decline")
        if not from_core:
            self.called_answers(status)
        elif not self.follow_caller():
            KSR.set_drop()
        return 1

    def read_answer(self, status, from_core):
        """Read a provisional or positive answer. Return False if it must be dropped."""
        mark = self.mark_of_answer()
        self.note_answers_contact(mark, from_core)
        if mark is None:
            return from_core or KSR.htable.sht_get("within", self.key_of_request()) is not None or self.without_route()
        if from_core and not mark.trunk:
            # The calling client learns the server's id of its call here. A called client has it in its INVITE.
            KSR.hdr.append(f"X-Linkus-Call: {mark.call}\r\n")
        if not (from_core or mark.trunk):
            self.keep_own_routes()
        is_answer = status < 300 and status >= 200 and KSR.pv.get("$rm") == "INVITE"
        if is_answer and not (from_core or mark.trunk) and self.is_late():
            self.let_go(mark)
            self.forget_ringing()
            return False
        if is_answer:
            log("answered", call=mark.call, source="core" if from_core else "client")
            if not (from_core or mark.trunk):
                self.tell_leg(mark.call, KSR.pv.get("$tU"))
        if KSR.textops.has_body_type("application/sdp") > 0:
            source, target = ("core", mark.leg) if from_core else (mark.leg, "core")
            late = KSR.htable.sht_get("lateoffer", self.key_of_request())
            # The answer of one contact of several is matched by the branch that its offer was sent with.
            is_one_of_several = not (late or from_core or mark.trunk)
            suffix = " via-branch=1" if is_one_of_several else ""
            if not self.rewrite(source, target, is_offer=bool(late), suffix=suffix):
                self.lead_media_nowhere()
        return True

    def without_route(self):
        """Handle an answer to a call's first INVITE that does not repeat our Record-Route (RFC 3261 12.1.1): all that
        follows would go past the edge. Pass on only the status of a provisional one; return False for others."""
        self.count("gate answer-without-route")
        if KSR.pv.get("$rs") >= 200:
            log("answer-without-route", address=KSR.pv.get("$si"))
            return False
        self.take_out_sdp()
        KSR.hdr.remove("Contact")
        return True

    def is_answer_again(self):
        """Return whether this is a repeated 2xx. It is repeated until its ACK arrives, even after its transaction has
        ended (RFC 3261 13.3.1.4)."""
        is_answer = KSR.pv.get("$rm") == "INVITE" and KSR.pv.get("$rs") // 100 == 2
        return is_answer and self.mark_of_answer() is not None and (self.is_from_core() or self.is_for_core())

    def is_for_core(self):
        """Return whether the second Via of a client's answer without a transaction leads to the core."""
        received, rport = KSR.pv.get("$via1(received)"), KSR.pv.get("$via1(rport)")
        return (
            KSR.pv.get("$via1(host)") == self.internal
            and int(KSR.pv.get("$via1(port)") or 0) == self.core_port
            and received in (None, "", self.internal)
            and rport in (None, "", str(self.core_port))
            and "maddr" not in (KSR.pv.get("$via1(params)") or "").lower()
        )

    def is_late(self):
        """Return whether another contact of the same client has already answered this INVITE. Each contact's answer
        counts once. Its tag identifies its retransmissions."""
        call = self.key_of_request()
        answer = f"{call}:{KSR.pv.get('$tt')}"
        if KSR.htable.sht_inc("answers", answer) == 1 and KSR.htable.sht_inc("answers", call) == 1:
            KSR.htable.sht_sets("answered", call, KSR.pv.get("$tt"))
        return KSR.htable.sht_get("answered", call) != KSR.pv.get("$tt")

    def let_go(self, mark):
        """End the second of two simultaneous answers. The core takes one and would ignore the other, which the caller
        should end (RFC 3261 13.2.2.4). So the edge ends it, and the core never sees it."""
        log("answered-twice", call=mark.call, address=KSR.pv.get("$si"))
        transport = str(KSR.pv.get("$pr")).lower()
        self.send_bye_soon(
            Bye(
                target=routing.contact_uri(KSR.pv.get("$ct")),
                next_hop=f"sip:{bracketed(self.sender())}:{KSR.pv.get('$sp')};transport={transport}",
                call_id=KSR.pv.get("$ci"),
                sequence=int(KSR.pv.get("$cs")) + 1,
                local=(KSR.pv.get("$fu"), KSR.pv.get("$ft")),
                remote=(KSR.pv.get("$tu"), KSR.pv.get("$tt")),
                headers='Reason: SIP;cause=200;text="Call completed elsewhere"\r\n',
                socket=self.socket_towards(self.sender(), transport) if transport == "udp" else "",
            )
        )

    def mark_of_answer(self):
        """Return the mark in the first Record-Route of our own. A provider's proxies may add theirs before it."""
        dialog = self.dialog()
        marks = (routing.read_mark(self.edge_key, each, dialog) for each in self.headers("Record-Route"))
        return next((mark for mark in marks if mark is not None), None)

    def keep_own_routes(self):
        """Remove routes that a called client added: the core would send to them first, and not through the edge."""
        headers = self.headers("Record-Route")
        hosts = {self.internal, *(each for told in self.addresses.endpoints for each in (told.local, told.address))}
        ports = {self.core_side_port, self.websocket_port, *trunks.PORT_OF.values()}
        own = [each for each in headers if routing.is_own_route(each, hosts, ports)]
        if own != headers:
            KSR.hdr.remove("Record-Route")
            KSR.hdr.append("".join(f"Record-Route: {each}\r\n" for each in own))

    def note_answers_contact(self, mark, from_core):
        if mark is not None and mark.trunk:
            if from_core:
                self.show_edge_to(mark.trunk)
            else:
                self.note_provider_contact()
        elif not from_core:
            KSR.nathelper.set_contact_alias()

    @guarded
    def ksr_in_dialog_reply(self, msg):
        """Rewrite the answer to an offer within a call: hold, resume, a new codec."""
        if not 101 <= KSR.pv.get("$rs") < 300:
            return 1
        from_core, leg = self.is_from_core(), KSR.pv.get("$avp(leg)")
        if from_core and KSR.pv.get("$avp(trunk)"):
            self.show_edge_to(KSR.pv.get("$avp(trunk)"))
        if KSR.textops.has_body_type("application/sdp") < 0:
            return 1
        source, target = ("core", leg) if from_core else (leg, "core")
        late = KSR.htable.sht_get("lateoffer", self.key_of_request())
        if not self.rewrite(source, target, is_offer=bool(late)):
            self.lead_media_nowhere()
        return 1
