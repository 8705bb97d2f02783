"""The edge's routing script (Kamailio KEMI): authenticates senders, registers clients, sends every call to the core.

Nothing here may block: a worker that sleeps answers nobody. This file, edge_admission, edge_digest, edge_calls,
edge_trunk_calls and edge_trunk_monitor read and send messages. The rules are in the other edge_* modules, which do not
import Kamailio and are tested without it.
"""

import json
import time
from pathlib import Path

import edge_addresses
import edge_database
import edge_http_access as doors
import edge_identity as identity
import edge_log
import edge_routing as routing
import edge_tables as tables
import KSR
from edge_admission import Gate
from edge_advertised import Reach
from edge_answers import Answers
from edge_calls import Calls
from edge_connection_limits import Places
from edge_connections import Connections
from edge_dialogs import Dialogs
from edge_digest import RETRY_SECONDS, Authentication
from edge_events import Notices
from edge_faults import answered, guarded
from edge_log import log
from edge_ringing import RingingClients
from edge_trunk_calls import Lines
from edge_trunk_monitor import Watch

REGISTER_SECONDS = 30  # a client registers within one second


def mod_init():
    """Return the script's object. Kamailio calls this once, before it forks and before usrloc opens its database."""
    parameters = json.loads((Path(__file__).parent / "edge.json").read_text())
    edge_database.prepare(parameters["locations"])
    return Edge(parameters)


class Edge(Gate, Authentication, Reach, Calls, Answers, RingingClients, Connections, Lines, Watch, Dialogs, Places):
    def __init__(self, parameters):
        self.addresses = edge_addresses.Addresses(parameters["addresses"])
        self.internal = parameters["internal"]
        self.core_port = parameters["core_port"]
        self.core_side_port = parameters["core_side_port"]
        self.core_socket = f"udp:{self.internal}:{self.core_side_port}"
        self.rpc_port = parameters["rpc_port"]
        self.websocket_port = parameters["websocket_port"]
        self.two_interfaces = parameters["addresses"]["two_interfaces"]
        self.edge_key = parameters["edge_key"]
        self.core_key = parameters["core_key"]
        self.rpc_key = parameters["rpc_key"]
        self.proxy_key = parameters["proxy_key"]
        self.origins = tuple(parameters["origins"])
        edge_log.mark = parameters["log_mark"].encode()
        edge_log.security_log = parameters["security_log"]
        self.prepare_gate()
        self.notices = Notices(parameters["brain_socket"])

    def child_init(self, rank):
        if rank == 1:
            self.notices.started()  # immediately: all peers wait for the data that the brain then writes
        return 0

    # ------------------------------------------------------------------ every request
    @answered
    def ksr_request_route(self, msg):
        if (self.is_websocket() and not self.websocket_may_speak()) or self.answer_refused():
            return 1
        from_core = self.is_from_core()
        if not from_core and not self.is_welcome():
            return 1
        method = KSR.pv.get("$rm")
        if method == "OPTIONS" and KSR.siputils.has_totag() < 0:
            if self.is_websocket():
                return self.answer_probe()
            # A phone's keep-alive. Its target does not matter, since the edge does not forward it.
            KSR.sl.sl_send_reply(200, "OK")
            return 1
        if method == "CANCEL":
            if KSR.tm.t_check_trans() > 0:
                KSR.tm.t_relay()
                if from_core:
                    self.cancel_ringing()
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
            # No subscriptions, messages or publications: the brain handles presence and messages, over /ws/events.
            if method != "ACK":
                KSR.sl.sl_send_reply(405, "Method Not Allowed")
            return 1
        KSR.hdr.remove("Route")
        if from_core:
            return self.core_asks()
        trunk = self.calling_trunk()
        if trunk is not None:
            return self.provider_calls(trunk)
        if identity.parse_aor(KSR.pv.get("$fU")) is None and not self.has_all("trunks"):
            self.put_off()  # the caller may be a provider
            return 1
        return self.client_calls()

    def core_asks(self):
        """Handle a call from the core to a client or provider. The core's port proves nothing, because another program
        on this machine could have taken it while the core is down."""
        if not routing.is_from_the_core(self.core_key, self.headers("X-Linkus-Key")):
            self.count("gate not-the-core")
            KSR.sl.sl_send_reply(403, "Forbidden")
            return 1
        return self.outside_call() if KSR.hdr.is_present("X-Linkus-Trunk") > 0 else self.core_calls()

    def is_from_core(self):
        return (
            KSR.pv.get("$Rp") == self.core_side_port
            and KSR.pv.get("$sp") == self.core_port
            and KSR.pv.get("$si") == self.internal
        )

    def is_welcome(self):
        """Return whether this request may pass. The gate has already counted it."""
        if KSR.pv.get("$pr") == "udp":
            # Answer to the source address even if the request does not ask for that, because of NAT (RFC 3581 4).
            KSR.force_rport()
        if KSR.maxfwd.process_maxfwd(20) < 0:
            KSR.sl.sl_send_reply(483, "Too Many Hops")
            return False
        return KSR.sanity.sanity_check(18407, 7) > 0

    def in_dialog(self, method, from_core):
        """Route a request in a dialog. Answer 481 at no further cost if the edge did not set up the dialog."""
        mark = routing.read_mark(self.edge_key, KSR.hdr.get("Route"), self.dialog())
        if mark is not None and not from_core:
            self.provider_asks(mark)
        if mark is None or KSR.rr.loose_route() < 0:
            if method == "ACK":
                # The ACK of a negative answer belongs to the transaction (RFC 3261 17.1.1.3).
                if KSR.tm.t_check_trans() > 0:
                    KSR.tm.t_relay()
            else:
                self.count("gate no-such-dialog")
                KSR.sl.sl_send_reply(481, "Call/Transaction Does Not Exist")
            return 1
        trunk = self.trunk(mark.trunk)
        if from_core:
            if mark.trunk:
                self.core_asks_provider(trunk)
            elif not (self.towards_client(method, mark) and self.follow_client()):
                return 1
        elif not self.is_towards_core(method, mark):
            log("relay-refused", call=mark.call, method=method, address=KSR.pv.get("$si"), target=KSR.pv.get("$ru"))
            if method != "ACK":
                KSR.sl.sl_send_reply(403, "Forbidden")
            return 1
        else:
            KSR.pv.sets("$du", f"sip:{self.internal}:{self.core_port}")  # no parameter of the URI leads elsewhere
            KSR.pv.sets("$fs", self.core_socket)
            KSR.textops.remove_hf_re(routing.OWN_HEADERS)
            if mark.trunk:
                self.note_provider_contact()
            else:
                self.note_contact()
        if method in ("INVITE", "UPDATE", "ACK") and not self.media_of_request(
            method, from_core, mark.leg, trunk=trunk
        ):
            return 1
        if method not in ("INVITE", "UPDATE", "ACK"):
            self.take_out_sdp()  # of a PRACK, say (RFC 3262 5)
        if method in ("INVITE", "UPDATE"):
            # The answer has no Record-Route of ours (RFC 3261 16.6), so the transaction keeps the leg.
            if from_core:
                KSR.htable.sht_sets("within", self.key_of_request(), "1")
            KSR.pv.sets("$avp(leg)", mark.leg)
            KSR.pv.sets("$avp(trunk)", mark.trunk)
            KSR.tm.t_on_reply("ksr_in_dialog_reply")
            KSR.tm.t_on_failure("ksr_in_dialog_failed")
        elif method == "BYE":
            KSR.rtpengine.rtpengine_delete("")
        if method in ("INVITE", "BYE", "REFER"):
            log(method.lower(), call=mark.call, source="core" if from_core else "client")
        return self.relay()

    def is_towards_core(self, method, mark):
        """Return whether a client's request goes to the core, whatever its route says. The edge is no open relay."""
        return (
            method in (routing.FROM_TRUNK if mark.trunk else routing.IN_DIALOG)
            and not KSR.pv.get("$du")
            and KSR.pv.get("$rd") == self.internal
            and int(KSR.pv.get("$rp") or 0) == self.core_port
        )

    def relay(self):
        is_call = self.remember_dialog()
        if KSR.tm.t_relay() < 0:
            if is_call:
                KSR.rtpengine.rtpengine_delete("")  # only for a new call: an established one keeps its ports
            KSR.sl.sl_reply_error()
        return 1

    @guarded
    def ksr_in_dialog_failed(self, msg):
        """Free the ports when the core or a client no longer knows the dialog (RFC 3261 12.2.1.2). A client that does
        not answer may be changing its network."""
        status = int(KSR.pv.get("$T_reply_code") or 0)
        if status == 481 or (status == 408 and not self.is_from_core()):
            KSR.rtpengine.rtpengine_delete("")
        return 1

    # ------------------------------------------------------------------ HTTP, WebSocket, time
    @guarded
    def ksr_xhttp_event(self, msg, evname):
        port = KSR.pv.get("$Rp")
        if port == self.rpc_port:
            if self.turn_away(self.rpc_refusal()):
                return 1
            handler = {"/phones": self.write_phones, "/bye": self.end_dialog}.get(KSR.pv.get("$hu"))
            if handler is not None:
                return handler(KSR.pv.get("$rb"))
            KSR.jsonrpcs.dispatch()
            return 1
        if port == self.websocket_port and (KSR.hdr.get("Upgrade") or "").lower() == "websocket":
            if self.turn_away(self.handshake_refusal()):
                return 1
            address = KSR.hdr.get("X-Real-IP") or KSR.pv.get("$si")
            if KSR.htable.sht_get("banned", edge_addresses.site_of(address)):
                KSR.xhttp.xhttp_reply(403, "Forbidden", "", "")
                return 1
            if not self.has_all("revoked"):
                # nobody could be let in over this connection, and a browser opens it again
                KSR.hdr.append_to_reply(f"Retry-After: {RETRY_SECONDS}\r\n")
                KSR.xhttp.xhttp_reply(503, "Starting", "", "")
                return 1
            if KSR.websocket.handle_handshake() > 0:
                self.connected(str(KSR.pv.get("$conid")), address)
                return 1
        KSR.xhttp.xhttp_reply(404, "Not Found", "", "")
        return 1

    def rpc_refusal(self):
        shown, origin, kind = (KSR.hdr.get(name) for name in ("X-Linkus-Key", "Origin", "Content-Type"))
        return doors.rpc_refusal(self.rpc_key, shown, origin, kind)

    def handshake_refusal(self):
        shown, origin, host = (KSR.hdr.get(name) for name in ("X-Linkus-Key", "Origin", "Host"))
        secure = KSR.hdr.get("X-Forwarded-Proto") == "https"
        return doors.handshake_refusal(self.proxy_key, shown, origin, host, self.origins, secure=secure)

    @staticmethod
    def turn_away(refusal):
        """Answer a request if it is refused. Return whether it was."""
        if refusal is not None:
            KSR.xhttp.xhttp_reply(refusal.status, refusal.reason, "", "")
        return refusal is not None

    def write_phones(self, body):
        """Write many entries of the htable `phones` in one request. Single RPCs take minutes for a large PBX."""
        entries, bad = identity.parse_phones(body)
        for aor, entry in entries.items():
            KSR.htable.sht_sets("phones", aor, entry)
        if bad:
            KSR.xhttp.xhttp_reply(400, "Bad Request", "text/plain", "not a phone: " + ", ".join(bad))
        else:
            KSR.xhttp.xhttp_reply(200, "OK", "text/plain", str(len(entries)))
        return 1

    def connected(self, connection, address):
        """Note a new WebSocket. For most strangers no line is written until somebody registers on it."""
        KSR.htable.sht_sets("wsaddress", connection, address)
        # nginx's request id links a line of its log to the connection and so to its calls
        request = routing.request_id(KSR.hdr.get("X-Request-Id"))
        until = int(time.time()) + REGISTER_SECONDS
        if self.connected_lines.allows(edge_addresses.site_of(address), time.time()):
            log("connected", connection=connection, address=address, request=request)
            request = ""
        KSR.htable.sht_sets("wsnew", connection, routing.Newcomer(until, request).text)

    @guarded
    def ksr_websocket_event(self, msg, evname):
        # usrloc drops the contacts of a lost connection (handle_lost_tcp) without an event. `disconnected` reports it.
        connection = KSR.pv.get("$ws_conid")
        session = identity.parse_session(KSR.htable.sht_get("wsaor", str(connection)))
        KSR.htable.sht_rm("wsaddress", str(connection))
        KSR.htable.sht_rm("wsnew", str(connection))
        if session:
            KSR.htable.sht_rm("wsaor", str(connection))
            is_lost = self.connection_closed(connection, session)
            log("disconnected", aor=session.aor, connection=connection, lost=is_lost)
            self.notices.disconnected(session.aor, int(connection), session.session)
        return 1

    @guarded
    def ksr_heartbeat(self, msg, evname=None):
        steps = (
            self.notices.started, self.tell_counters, self.watch_trunks, self.close_unregistered,
            self.watch_connections, self.send_byes, self.watch_places,
        )  # fmt: skip
        for step in steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 it is counted and shown, and holds up no other step
                self.fault(step.__name__, error)
        return 1

    def tell_counters(self):
        self.notices.counters(self.counters())

    @staticmethod
    def close_unregistered():
        """Close WebSockets without a registration, because they take places that users need."""
        now = int(time.time())
        for connection, value in tables.entries("wsnew"):
            if routing.newcomer(value).until < now:
                KSR.htable.sht_rm("wsnew", connection)
                KSR.websocket.close_conid(1008, "Not Registered", int(connection))
