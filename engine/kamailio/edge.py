"""The edge's routing script (Kamailio KEMI): who are you, where are you, and every call to the core.

Nothing here may wait: a worker that sleeps is a worker that answers nobody. The rules are in the edge_* modules, which
know
nothing of Kamailio and are tested without it; this file only joins them to messages.
"""

import json
import time
import uuid
from pathlib import Path

import edge_identity as identity
import edge_locations
import edge_media as media
import edge_routing as routing
import KSR
from edge_notices import Notices

FLAG_TCP_PERSISTENT = 7
BRANCH_FLAG_PING = 7
BRANCH_FLAG_NAT = 6
NAT_ADDRESS_IN_CONTACT_OR_VIA = 1 + 2 + 16
NAT_ADDRESS_IN_SDP = 8


def log(event, **fields):
    """One line an event, `key=value`, with the call's id: what a call did is found by it through all the logs."""
    KSR.info(" ".join([f"event={event}", *(f"{key}={value}" for key, value in fields.items())]) + "\n")


def mod_init():
    """Called once, before Kamailio forks and before usrloc opens its database."""
    parameters = json.loads((Path(__file__).parent / "edge.json").read_text())
    edge_locations.prepare(parameters["locations"])
    return Edge(parameters)


class Edge:
    def __init__(self, parameters):
        self.internal = parameters["internal"]
        self.core_port = parameters["core_port"]
        self.core_side_port = parameters["core_side_port"]
        self.core_socket = f"udp:{self.internal}:{self.core_side_port}"
        self.rpc_port = parameters["rpc_port"]
        self.websocket_port = parameters["websocket_port"]
        self.two_interfaces = parameters["two_interfaces"]
        self.notices = Notices(self.internal, parameters["brain_port"])

    def child_init(self, rank):
        return 0

    # ------------------------------------------------------------------ every request
    def ksr_request_route(self, msg):
        from_core = self.is_from_core()
        if not from_core and not self.is_welcome():
            return 1
        method = KSR.pv.get("$rm")
        if method == "OPTIONS" and KSR.siputils.has_totag() < 0:
            # A phone's keep-alive; where it is addressed to does not matter, it goes nowhere.
            KSR.sl.sl_send_reply(200, "OK")
            return 1
        if method == "CANCEL":
            if KSR.tm.t_check_trans() > 0:
                KSR.tm.t_relay()
            return 1
        if KSR.siputils.has_totag() > 0:
            return self.in_dialog(method, from_core)
        if KSR.tmx.t_precheck_trans() > 0:
            KSR.tm.t_check_trans()
            return 1
        if KSR.tm.t_check_trans() == 0:
            return 1
        if method == "REGISTER" and not from_core:
            return self.register()
        if method != "INVITE":
            # No subscriptions, messages or publications: presence and messages are the brain's, over /ws/events.
            if method != "ACK":
                KSR.sl.sl_send_reply(405, "Method Not Allowed")
            return 1
        KSR.hdr.remove("Route")
        return self.core_calls() if from_core else self.client_calls()

    def is_from_core(self):
        return (
            KSR.pv.get("$Rp") == self.core_side_port
            and KSR.pv.get("$sp") == self.core_port
            and KSR.pv.get("$si") == self.internal
        )

    def is_welcome(self):
        """Is this sender heard at all? What is not gets no answer: an answer would tell a scanner that somebody is
        here."""
        if KSR.pv.get("$Rp") == self.core_side_port:
            return False
        address = KSR.pv.get("$si")
        if KSR.htable.sht_get("banned", address):
            return False
        if not routing.is_loopback(address) and KSR.pike.pike_check_req() < 0:
            if KSR.htable.sht_get("edge", f"flood:{address}") is None:
                KSR.htable.sht_setxi("edge", f"flood:{address}", 1, 60)
                self.refuse("", address, "flood")
            return False
        if KSR.maxfwd.process_maxfwd(20) < 0:
            KSR.sl.sl_send_reply(483, "Too Many Hops")
            return False
        return KSR.sanity.sanity_check(17895, 7) > 0

    def in_dialog(self, method, from_core):
        mark = routing.read_mark(KSR.hdr.get("Route"))
        if KSR.rr.loose_route() < 0 or mark is None:
            if method == "ACK":
                # The ACK of a negative answer belongs to the transaction (RFC 3261 17.1.1.3).
                if KSR.tm.t_check_trans() > 0:
                    KSR.tm.t_relay()
            else:
                KSR.sl.sl_send_reply(481, "Call/Transaction Does Not Exist")
            return 1
        if from_core:
            if not KSR.pv.get("$du"):
                KSR.nathelper.handle_ruri_alias()
        elif not self.is_towards_core(method):
            log("relay-refused", call=mark.call, method=method, address=KSR.pv.get("$si"), target=KSR.pv.get("$ru"))
            if method != "ACK":
                KSR.sl.sl_send_reply(403, "Forbidden")
            return 1
        else:
            KSR.pv.sets("$fs", self.core_socket)
            KSR.textops.remove_hf_re(routing.OWN_HEADERS)
            self.note_contact()
        if method == "INVITE" or method == "UPDATE" or method == "ACK":
            if not self.media_of_request(method, from_core, mark.leg, branch=False):
                return 1
            # The answer carries no Record-Route of ours (RFC 3261 16.6): its leg is kept with the transaction.
            KSR.pv.sets("$avp(leg)", mark.leg)
            KSR.tm.t_on_reply("ksr_in_dialog_reply")
        elif method == "BYE":
            KSR.rtpengine.rtpengine_delete("")
        if method in ("INVITE", "BYE", "REFER"):
            log(method.lower(), call=mark.call, source="core" if from_core else "client")
        return self.relay()

    def is_towards_core(self, method):
        """A client speaks to the core only, whatever route it asks for; otherwise the edge would be an open relay."""
        return (
            method in routing.IN_DIALOG
            and not KSR.pv.get("$du")
            and KSR.pv.get("$rd") == self.internal
            and int(KSR.pv.get("$rp") or 0) == self.core_port
        )

    def relay(self):
        if KSR.tm.t_relay() < 0:
            KSR.sl.sl_reply_error()
        return 1

    # ------------------------------------------------------------------ who are you
    def authenticate(self, header):
        """The identity that the sender has proved to be, or None when an answer was sent."""
        user = KSR.pv.get("$fU")
        who = identity.parse_aor(user)
        credentials = self.headers(header)
        if not credentials:
            return self.challenge()
        name = identity.user_name(credentials)
        if who is None or name is None:
            return self.reject(user, "unknown_identity")
        refusal = self.check_phone(who, name) if who.is_phone else self.check_client(who, name)
        if refusal == "other_identity":
            return self.reject(user, refusal)
        if refusal:
            if refusal != "stale":
                self.refuse(who.aor, self.client_address(), refusal)
            return self.challenge()
        KSR.auth.consume_credentials()
        return who

    def check_phone(self, who, name):
        phone = identity.parse_phone(KSR.htable.sht_get("phones", who.aor))
        if phone is None:
            return "unknown_identity"
        if phone.name != name:
            return "other_identity"
        # 1: the secret is HA1; 0: the names were compared above, the authentication name is not the address of record.
        return self.digest_refusal(KSR.auth.pv_auth_check(identity.REALM, phone.ha1, 1, 0))

    def check_client(self, who, name):
        credential = identity.parse_ephemeral(name)
        if credential is None:
            return "unknown_identity"
        refusal = identity.refusal(credential, who, self.revoked(who.aor), int(time.time()))
        return refusal or self.digest_refusal(KSR.auth_ephemeral.autheph_check(identity.REALM))

    @staticmethod
    def digest_refusal(result):
        if result > 0:
            return None
        # -4: the nonce is too old, or its count was used before. -5: no credentials for this realm.
        return "stale" if result in (-4, -5, -6) else "wrong_password"

    def challenge(self):
        KSR.auth.auth_challenge(identity.REALM, 1)

    def reject(self, user, reason):
        self.refuse(user or "", self.client_address(), reason)
        KSR.sl.sl_send_reply(403, "Forbidden")

    def refuse(self, aor, address, reason):
        log("refused", aor=aor, address=address, reason=reason, method=KSR.pv.get("$rm"))
        self.notices.refused(aor, address, reason)

    @staticmethod
    def headers(name):
        count = int(KSR.pv.get(f"$hdrc({name})") or 0)
        return [KSR.hdr.get_idx(name, index) for index in range(count)]

    @staticmethod
    def revoked(aor):
        return int(KSR.htable.sht_get("revoked", aor) or 0)

    @staticmethod
    def is_websocket():
        return KSR.pv.get("$pr") in ("ws", "wss")

    def client_address(self):
        """Where the client really is: for a WebSocket what nginx said in the handshake."""
        if self.is_websocket():
            return KSR.htable.sht_get("wsaddress", str(KSR.pv.get("$conid"))) or KSR.pv.get("$si")
        return KSR.pv.get("$si")

    # ------------------------------------------------------------------ where are you
    def register(self):
        who = self.authenticate("Authorization")
        if who is None:
            return 1
        if KSR.pv.get("$tU") != who.aor:
            self.reject(KSR.pv.get("$tU"), "other_identity")
            return 1
        if KSR.nathelper.nat_uac_test(NAT_ADDRESS_IN_CONTACT_OR_VIA) > 0:
            KSR.nathelper.fix_nated_register()
            KSR.setbflag(BRANCH_FLAG_NAT)
            if KSR.pv.get("$pr") == "udp":
                KSR.setbflag(BRANCH_FLAG_PING)
        if KSR.pv.get("$pr") != "udp":
            KSR.setflag(FLAG_TCP_PERSISTENT)
        connection = KSR.pv.get("$conid") or 0
        if self.is_websocket():
            credential = identity.parse_ephemeral(identity.user_name(self.headers("Authorization")))
            expiry = credential.expiry if credential else 0
            KSR.htable.sht_sets("wsaor", str(connection), f"{who.aor};{expiry}")
        contacts = self.contacts_of(who.aor)
        self.make_room(who, contacts)
        result = KSR.registrar.save("location", 0)
        contact = routing.contact_uri(KSR.pv.get("$ct"))
        if result == 3:
            for uri in [each.uri for each in contacts] if contact == "*" else [contact]:
                self.notices.unregistered(who.aor, uri)
            log("unregistered", aor=who.aor, address=self.client_address())
        elif result in (1, 2):
            self.notices.registered(
                aor=who.aor,
                contact=contact,
                address=self.client_address(),
                user_agent=KSR.pv.get("$ua") or "",
                expires=routing.granted_expiry(KSR.pv.get("$ct"), KSR.hdr.get("Expires")),
                transport=KSR.pv.get("$pr"),
                connection=connection,
            )
            if result == 1:
                log("registered", aor=who.aor, address=self.client_address(), transport=KSR.pv.get("$pr"))
        return 1

    @staticmethod
    def contacts_of(aor):
        if KSR.registrar.reg_fetch_contacts("location", f"sip:{aor}@{identity.REALM}", "present") < 0:
            return []
        contacts = [
            identity.Contact(
                KSR.pv.get(f"$(ulc(present=>ruid)[{index}])") or "",
                KSR.pv.get(f"$(ulc(present=>addr)[{index}])") or "",
                int(KSR.pv.get(f"$(ulc(present=>modified)[{index}])") or 0),
            )
            for index in range(int(KSR.pv.get("$ulc(present=>count)") or 0))
        ]
        KSR.registrar.reg_free_contacts("present")
        return contacts

    def make_room(self, who, contacts):
        """Drop the oldest contacts when one more than allowed registers; say so, as an expiry would."""
        phone = identity.parse_phone(KSR.htable.sht_get("phones", who.aor)) if who.is_phone else None
        limit = phone.max_contacts if phone else identity.CLIENT_MAX_CONTACTS
        for contact in identity.to_drop(contacts, routing.contact_uri(KSR.pv.get("$ct")), limit):
            KSR.registrar.unregister_ruid("location", f"sip:{who.aor}@{identity.REALM}", contact.ruid)
            log("contact-dropped", aor=who.aor, contact=contact.uri, limit=limit)
            self.notices.unregistered(who.aor, contact.uri)

    def ksr_registrar_event(self, msg, evname):
        """A contact expired, or went with its connection."""
        aor, contact = KSR.pv.get("$ulc(exp=>aor)"), KSR.pv.get("$ulc(exp=>addr)")
        log("expired", aor=aor, contact=contact)
        self.notices.unregistered(aor or "", contact or "")
        return 1

    # ------------------------------------------------------------------ calls
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
            f"X-Linkus-Call: {call}\r\nX-Linkus-User: {who.number}\r\n"
            f"X-Linkus-Kind: {who.kind}\r\nX-Linkus-Leg: {who.leg}\r\n"
        )
        self.note_contact()
        KSR.rr.record_route()
        KSR.rr.add_rr_param(routing.mark_parameter(call, who.leg))
        KSR.pv.sets("$ru", f"sip:{dialled}@{self.internal}:{self.core_port}")
        KSR.pv.sets("$fs", self.core_socket)
        log("call", call=call, source=who.aor, dialled=dialled, address=self.client_address())
        if not self.media_of_request("INVITE", from_core=False, leg=who.leg, branch=False):
            return 1
        KSR.tm.t_on_failure("ksr_call_failed")
        return self.relay()

    def caller(self):
        """Whose call this is. A WebSocket that has registered has proved it already, while its credential holds: that
        saves the
        caller a round trip."""
        who = identity.parse_aor(KSR.pv.get("$fU"))
        if who is not None and self.is_websocket():
            session = identity.parse_session(KSR.htable.sht_get("wsaor", str(KSR.pv.get("$conid"))))
            if session and identity.may_go_on(session, who, self.revoked(who.aor), int(time.time())):
                return who
        return self.authenticate("Proxy-Authorization")

    def core_calls(self):
        who = identity.parse_aor(KSR.pv.get("$rU"))
        call = KSR.hdr.get("X-Linkus-Call")
        if who is None or not routing.is_call_id(call):
            KSR.sl.sl_send_reply(404, "Not Found")
            return 1
        if KSR.registrar.lookup("location") < 0:
            log("not-registered", call=call, target=who.aor)
            KSR.sl.sl_send_reply(480, "Temporarily Unavailable")
            return 1
        KSR.rr.record_route()
        KSR.rr.add_rr_param(routing.mark_parameter(call, who.leg))
        log("leg", call=call, target=who.aor)
        KSR.tm.t_on_branch("ksr_branch")
        KSR.tm.t_on_failure("ksr_call_failed")
        return self.relay()

    def ksr_branch(self, msg):
        """Each contact gets ports of its own: of two phones that send early media, or both answer, none hears the
        other's call."""
        mark = routing.read_mark(KSR.hdr.get("Record-Route"))
        who = identity.parse_aor(KSR.pv.get("$tU"))
        leg = mark.leg if mark else who.leg if who else "sip"
        self.media_of_request("INVITE", from_core=True, leg=leg, branch=True)
        return 1

    def ksr_call_failed(self, msg):
        """The end of an INVITE that was not answered, by whatever: refused, cancelled, timed out. Its ports are free
        again."""
        KSR.rtpengine.rtpengine_delete("")
        return 1

    def note_contact(self):
        """In-dialog requests of the core come back through the connection that the client used."""
        if KSR.pv.get("$rm") in ("INVITE", "UPDATE", "REFER"):
            KSR.nathelper.set_contact_alias()

    # ------------------------------------------------------------------ media
    def media_of_request(self, method, from_core, leg, branch):
        """SDP in a request is an offer; in an ACK it is the answer to an offer that came late, in the 200 (RFC 3264,
        RFC 3261 13.2.1)."""
        source, target = ("core", leg) if from_core else (leg, "core")
        late = f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}"
        has_sdp = KSR.textops.has_body_type("application/sdp") > 0
        if method == "ACK":
            if has_sdp and KSR.htable.sht_get("lateoffer", late):
                KSR.htable.sht_rm("lateoffer", late)
                self.rewrite(source, target, is_offer=False)
            return True
        if not has_sdp:
            if method == "INVITE":
                KSR.htable.sht_sets("lateoffer", late, "1")
            return True
        if self.rewrite(source, target, is_offer=True, suffix=" via-branch=auto-next" if branch else ""):
            return True
        if not branch:
            KSR.sl.sl_send_reply(503, "Media Relay Unavailable")
        return False

    def rewrite(self, source, target, is_offer, suffix=""):
        behind_nat = source == "sip" and KSR.nathelper.nat_uac_test(NAT_ADDRESS_IN_SDP) > 0
        KSR.pv.sets("$avp(sdp)", media.strip_ssrc(KSR.pv.get("$rb") or ""))
        if is_offer:
            flags = media.offer_flags(source, target, two_interfaces=self.two_interfaces, behind_nat=behind_nat)
            result = KSR.rtpengine.rtpengine_offer(flags + suffix)
        else:
            flags = media.answer_flags(source, target, behind_nat=behind_nat)
            result = KSR.rtpengine.rtpengine_answer(flags + suffix)
        if result < 0:
            KSR.err(f"event=media-relay-failed offer={is_offer} source={source} target={target}\n")
        return result > 0

    # ------------------------------------------------------------------ replies
    def ksr_reply_route(self, msg):
        """Every reply, before its transaction sees it (a leg added to a transaction later has no onreply route of its
        own)."""
        if not KSR.pv.get("$cs") or KSR.pv.get("$rm") not in ("INVITE", "UPDATE"):
            return 1
        status = KSR.pv.get("$rs")
        from_core = self.is_from_core()
        if status >= 300:
            if from_core and routing.is_declined(KSR.hdr.get("Reason")):
                KSR.textopsx.change_reply_status(603, "Decline")
            return 1
        if status == 100:
            return 1
        if not from_core:
            KSR.nathelper.set_contact_alias()
        mark = routing.read_mark(KSR.hdr.get("Record-Route"))
        if mark is None:
            return 1
        if status == 200 and KSR.pv.get("$rm") == "INVITE":
            log("answered", call=mark.call, source="core" if from_core else "client")
        if KSR.textops.has_body_type("application/sdp") > 0:
            source, target = ("core", mark.leg) if from_core else (mark.leg, "core")
            late = KSR.htable.sht_get("lateoffer", f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}")
            # The answer of one contact of several is found by the branch that its offer went out with.
            self.rewrite(source, target, is_offer=bool(late), suffix="" if late or from_core else " via-branch=1")
        return 1

    def ksr_in_dialog_reply(self, msg):
        """The answer to an offer within a call: hold, resume, a new codec."""
        if not 101 <= KSR.pv.get("$rs") < 300 or KSR.textops.has_body_type("application/sdp") < 0:
            return 1
        from_core, leg = self.is_from_core(), KSR.pv.get("$avp(leg)")
        source, target = ("core", leg) if from_core else (leg, "core")
        late = KSR.htable.sht_get("lateoffer", f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}")
        self.rewrite(source, target, is_offer=bool(late))
        return 1

    # ------------------------------------------------------------------ HTTP, WebSocket, time
    def ksr_xhttp_event(self, msg, evname):
        port = KSR.pv.get("$Rp")
        if port == self.rpc_port:
            KSR.jsonrpcs.dispatch()
            return 1
        if port == self.websocket_port and (KSR.hdr.get("Upgrade") or "").lower() == "websocket":
            address = KSR.hdr.get("X-Real-IP") or KSR.pv.get("$si")
            if KSR.htable.sht_get("banned", address):
                KSR.xhttp.xhttp_reply(403, "Forbidden", "", "")
                return 1
            if KSR.websocket.handle_handshake() > 0:
                KSR.htable.sht_sets("wsaddress", str(KSR.pv.get("$conid")), address)
                return 1
        KSR.xhttp.xhttp_reply(404, "Not Found", "", "")
        return 1

    def ksr_websocket_event(self, msg, evname):
        # Its contacts are usrloc's to forget (handle_lost_tcp), which tells nobody: `disconnected` says that they are gone.
        connection = KSR.pv.get("$ws_conid")
        session = identity.parse_session(KSR.htable.sht_get("wsaor", str(connection)))
        KSR.htable.sht_rm("wsaddress", str(connection))
        if session:
            KSR.htable.sht_rm("wsaor", str(connection))
            log("disconnected", aor=session.aor, connection=connection)
            self.notices.disconnected(session.aor, int(connection))
        return 1

    def ksr_heartbeat(self, msg, evname=None):
        self.notices.started()
        return 1
