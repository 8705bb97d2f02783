"""The edge's routing script (Kamailio KEMI): authenticates senders, registers clients, sends every call to the core.

Nothing here may block: a worker that sleeps answers nobody. `Edge` puts the components together and has the functions
that Kamailio calls by name (kamailio.cfg, tm). The rules are in modules that do not import Kamailio (KSR) and are
tested without it.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import edge_database
import edge_delivery as delivery
import edge_dialogs as dialogs
import edge_identity as identity
import edge_log
import edge_routing as routing
import edge_tables as tables
import edge_trunk_calls as trunk_calls
import KSR
from edge_addresses import Addresses
from edge_admission import Admission
from edge_advertised import Advertiser
from edge_calls import Calls
from edge_connection_limits import ConnectionLimiter
from edge_connections import ClientConnections
from edge_core import Core
from edge_dialogs import Dialogs
from edge_digest import DigestAuth, ask_to_retry
from edge_events import EventSender
from edge_faults import Faults, answered, guarded
from edge_forking import FirstAnswer
from edge_http import InternalHttp
from edge_in_dialog import InDialogRequests
from edge_keys import KeyOrder
from edge_marks import Marks
from edge_media_relay import MediaRelay
from edge_orphan_answers import OrphanAnswers
from edge_orphan_cancel import OrphanCancel
from edge_rate_limits import MessageRateLimiter, OutputLimiter
from edge_registrar import Registrar
from edge_relay_control import RelayControl
from edge_replies import Replies
from edge_ringing import RingingClients
from edge_security_log import SecurityLog
from edge_settings import Settings
from edge_trunk_calls import TrunkCalls
from edge_trunk_monitor import TrunkMonitor
from edge_vanished import VanishedPhones
from edge_websockets import WebSockets

# Per process, in ten seconds.
MAX_SECURITY_LINES = 100
MAX_SECURITY_LINES_OF_ADDRESS = 5
MAX_CONNECTED_LINES = 5  # for WebSockets without a registration so far; the other lines are written on registration
MAX_CONNECTED_LINES_OF_ADDRESS = 2
MAX_REFUSAL_EVENTS = 300
MAX_REFUSAL_EVENTS_OF_ADDRESS = 30


def mod_init() -> "Edge":
    """Return the script's object. Kamailio calls this once, before it forks and before usrloc opens its database."""
    parameters = json.loads((Path(__file__).parent / "edge.json").read_text())
    edge_database.prepare(parameters["locations"])
    return Edge(parameters)


class Edge:
    def __init__(self, parameters: Mapping[str, Any]) -> None:
        edge_log.mark = parameters["log_mark"].encode()
        edge_log.security_log = parameters["security_log"]
        salt = os.urandom(16)
        security_lines = OutputLimiter(MAX_SECURITY_LINES, MAX_SECURITY_LINES_OF_ADDRESS, salt)
        connected_lines = OutputLimiter(MAX_CONNECTED_LINES, MAX_CONNECTED_LINES_OF_ADDRESS, salt)
        refusal_events = OutputLimiter(MAX_REFUSAL_EVENTS, MAX_REFUSAL_EVENTS_OF_ADDRESS, salt)
        settings = Settings.read(parameters)
        self.faults = Faults(security_lines)
        self.events = events = EventSender(parameters["brain_socket"])
        self.core = core = Core(settings)
        security = SecurityLog(security_lines)
        own_addresses = Addresses(parameters["addresses"])
        advertiser = Advertiser(settings, own_addresses)
        marks = Marks(settings.edge_key)
        relay_control = RelayControl(settings)
        media = MediaRelay(settings.internal, advertiser)
        digest = DigestAuth(settings.edge_key, security, events, refusal_events)
        self.key_order = KeyOrder()
        self.admission = Admission(settings, MessageRateLimiter(salt), security, events, self.key_order)
        self.ringing = RingingClients()
        self.orphan_cancel = OrphanCancel(core)
        self.connections = ClientConnections(events, self.ringing)
        self.connection_limiter = ConnectionLimiter(own_addresses)
        self.websockets = WebSockets(settings, self.connections, events, connected_lines)
        self.http = InternalHttp(settings, self.websockets, Dialogs(advertiser, relay_control))
        self.vanished = VanishedPhones(core, relay_control)
        self.registrar = Registrar(digest, self.connections, events)
        self.calls = Calls(core, digest, marks, advertiser, media, self.connections)
        self.trunk_calls = TrunkCalls(core, marks, advertiser, media)
        self.trunk_monitor = TrunkMonitor(advertiser, events)
        self.in_dialog = InDialogRequests(core, marks, media, self.trunk_calls, self.orphan_cancel, self.key_order)
        self.replies = Replies(
            core,
            marks,
            OrphanAnswers(core, marks),
            media,
            advertiser,
            FirstAnswer(advertiser),
            self.ringing,
            self.connections,
            self.trunk_monitor,
        )

    def child_init(self, rank: int) -> int:
        if rank == 1:
            self.events.started()  # immediately: all peers wait for the data that the brain then writes
        return 0

    # ------------------------------------------------------------------ messages
    def ksr_received(self, msg: object) -> int:
        """Drop a message before it is parsed, unless the gate admits it."""
        try:
            is_admitted = self.admission.is_admitted()
        except Exception as error:  # noqa: BLE001 a message that the gate cannot judge does not pass
            self.faults.record("ksr_received", error)
            is_admitted = False
        if not is_admitted:
            KSR.set_drop()
        return 1

    @answered
    def ksr_request_route(self, msg: object) -> None:
        try:
            self._handle_request()
        finally:
            self.key_order.forget()

    def _handle_request(self) -> None:
        is_websocket = KSR.pv.get("$pr") in ("ws", "wss")
        if (is_websocket and not self.admission.is_websocket_allowed()) or self.admission.answer_refused():
            return
        from_core = self.core.is_sender()
        if not from_core and not self.admission.is_allowed():
            return
        method = KSR.pv.get("$rm")
        is_in_dialog = KSR.siputils.has_totag() > 0
        if method == "OPTIONS" and not is_in_dialog:
            if is_websocket:
                self.connections.answer_probe()
            else:
                # A phone's keep-alive. Its target does not matter, since the edge does not forward it.
                KSR.hdr.append_to_reply(routing.ALLOW)
                KSR.sl.sl_send_reply(200, "OK")
        elif method == "CANCEL":
            self._cancel(from_core)
        elif is_in_dialog:
            self.in_dialog.handle(method, from_core)
        elif KSR.tmx.t_precheck_trans() > 0:
            KSR.tm.t_check_trans()
        elif KSR.tm.t_check_trans() != 0:
            self._begin(method, from_core)

    def _cancel(self, from_core: bool) -> None:
        if not from_core and trunk_calls.calling_trunk() is not None:
            trunk_calls.keep_answered_elsewhere()
        if KSR.tm.t_check_trans() > 0:
            KSR.tm.t_relay()
            if from_core:
                self.ringing.cancel()
        else:
            self.orphan_cancel.handle(from_core=from_core)

    def _begin(self, method: str, from_core: bool) -> None:
        """Handle a request that is neither in a dialog nor a repeated one."""
        if method == "REGISTER" and not from_core:
            self.registrar.register()
        elif method != "INVITE":
            # No subscriptions, messages or publications: the brain handles presence and messages, over /ws/events.
            if method != "ACK":
                KSR.hdr.append_to_reply(routing.ALLOW)
                KSR.sl.sl_send_reply(405, "Method Not Allowed")
        else:
            KSR.hdr.remove("Route")
            if from_core:
                self._begin_call_of_core()
            else:
                self._begin_call()

    def _begin_call_of_core(self) -> None:
        if not self.core.has_key():
            tables.count("gate not-the-core")
            KSR.sl.sl_send_reply(403, "Forbidden")
        elif KSR.hdr.is_present("X-Linkus-Trunk") > 0:
            self.trunk_calls.to_provider()
        else:
            self.calls.to_client()

    def _begin_call(self) -> None:
        trunk = trunk_calls.calling_trunk()
        if trunk is not None:
            self.trunk_calls.from_provider(trunk)
        elif identity.parse_aor(KSR.pv.get("$fU")) is None and not tables.is_complete("trunks"):
            ask_to_retry()  # the caller may be a provider
        else:
            self.calls.from_client()

    @guarded
    def ksr_reply_route(self, msg: object) -> None:
        self.replies.handle()

    # ------------------------------------------------------------------ transactions
    @guarded
    def ksr_branch(self, msg: object) -> None:
        self.calls.add_branch()

    @guarded
    def ksr_call_failed(self, msg: object) -> None:
        self.calls.failed()

    @guarded
    def ksr_client_is_back(self, msg: object) -> None:
        delivery.resume()

    @guarded
    def ksr_trunk_failed(self, msg: object) -> None:
        self.trunk_calls.failed()

    @guarded
    def ksr_in_dialog_reply(self, msg: object) -> None:
        self.replies.handle_in_dialog()

    @guarded
    def ksr_in_dialog_failed(self, msg: object) -> None:
        self.in_dialog.failed()

    # ------------------------------------------------------------------ events of modules
    @guarded
    def ksr_xhttp_event(self, msg: object, event_name: str) -> None:
        self.http.answer()

    @guarded
    def ksr_websocket_event(self, msg: object, event_name: str) -> None:
        self.websockets.closed()

    @guarded
    def ksr_htable_event(self, msg: object, event_name: str) -> None:
        self.connections.entry_expired(event_name)

    @guarded
    def ksr_registrar_event(self, msg: object, event_name: str) -> None:
        self.registrar.contact_expired()

    @guarded
    def ksr_tm_event(self, msg: object, event_name: str) -> None:
        self.trunk_monitor.note_own_request()

    @guarded
    def ksr_dialog_event(self, msg: object, event_name: str) -> None:
        if event_name == "dialog:timeout":
            self.vanished.unanswered()

    @guarded
    def ksr_uac_event(self, msg: object, event_name: str) -> None:
        self.trunk_monitor.ping_ended()

    @guarded
    def ksr_heartbeat(self, msg: object, event_name: str | None = None) -> None:
        """Do what is due every two seconds. A step that fails holds up no other step."""
        steps = (
            self.events.started, self.report_counters, self.trunk_monitor.watch, self.websockets.close_unregistered,
            self.connections.watch, dialogs.send_byes, self.connection_limiter.watch,
        )  # fmt: skip
        for step in steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 it is counted and shown, and holds up no other step
                self.faults.record(step.__qualname__, error)

    def report_counters(self) -> None:
        self.events.counters(tables.counters())
