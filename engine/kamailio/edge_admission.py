"""The gate, which sees each message before Kamailio parses it (`kemi.received_route_callback`).

The rules are in edge_message and edge_rate_limits. Each of Kamailio's processes handles one message at a time, so
`self.refused_message` keeps the gate's verdict for the route that runs next.
"""

import os
import time
from pathlib import Path

import edge_message
import edge_nonce as proofs
import edge_routing as routing
import edge_tables as tables
import KSR
from edge_addresses import canonical, site_of
from edge_log import log, log_security
from edge_rate_limits import Budget, Source, Sparing

UDP, TCP, TLS, WEBSOCKET, SECURE_WEBSOCKET = 1, 2, 3, 5, 6
AUTHENTICATED_SECONDS = 3604  # the longest registration, and a little more
MAX_SECURITY_LINES = 100  # per process, in ten seconds
MAX_SECURITY_LINES_OF_ADDRESS = 5
MAX_CONNECTED_LINES = 5  # for WebSockets without a registration so far; the other lines are written on registration
MAX_CONNECTED_LINES_OF_ADDRESS = 2
MAX_REFUSAL_NOTICES = 300
MAX_REFUSAL_NOTICES_OF_ADDRESS = 30


class Gate:
    def prepare_gate(self):
        salt = os.urandom(16)
        self.budget = Budget(salt)
        self.security_lines = Sparing(MAX_SECURITY_LINES, MAX_SECURITY_LINES_OF_ADDRESS, salt)
        self.connected_lines = Sparing(MAX_CONNECTED_LINES, MAX_CONNECTED_LINES_OF_ADDRESS, salt)
        self.refusal_notices = Sparing(MAX_REFUSAL_NOTICES, MAX_REFUSAL_NOTICES_OF_ADDRESS, salt)
        self.refused_message = None

    def ksr_received(self, msg):
        try:
            is_heard = self.hears()
        except Exception as error:  # noqa: BLE001 a message that the gate cannot judge does not pass
            self.fault("ksr_received", error)
            is_heard = False
        if not is_heard:
            KSR.set_drop()
        return 1

    def hears(self):
        self.refused_message = None
        protocol, port = KSR.pv.get("$rcv(proto)"), KSR.pv.get("$rcv(rcvport)")
        address, source_port = canonical(KSR.pv.get("$rcv(srcip)")), KSR.pv.get("$rcv(srcport)")
        if protocol == TCP and port in (self.rpc_port, self.websocket_port):
            return self.is_http()
        from_core = port == self.core_side_port
        if from_core and not (source_port == self.core_port and address == self.internal):
            return self.drop("not-the-core", address)
        if protocol in (WEBSOCKET, SECURE_WEBSOCKET):
            if not self.websocket_has_budget(address, source_port):
                return False
        elif not from_core and not self.may_speak(address, source_port):
            return False
        return self.judge(address, from_core=from_core, may_grow=protocol == UDP)

    def judge(self, address, *, from_core, may_grow):
        raw = self.received_bytes()
        if raw is None:
            return self.drop("too-long", address)
        if not raw.strip(b"\r\n\0"):
            return False  # Kamailio has already answered keep-alives; it would log five lines for the rest
        outcome = edge_message.inspect(raw, from_core=from_core, may_grow=may_grow)
        if outcome.message is None:
            return self.drop(outcome.reason, address)
        if outcome.message is not raw:
            KSR.pv.sets("$rcv(buf)", outcome.message.decode())
        if outcome.status:
            self.refused_message = outcome
            self.count(f"gate {outcome.reason}")
            self.note_security("message-refused", address, reason=outcome.reason, status=outcome.status)
        return True

    @staticmethod
    def received_bytes():
        """Return the message as it came. Kamailio gives Python only UTF-8 text, so read all else as hexadecimal."""
        try:
            return KSR.pv.get("$rcv(buf)").encode()
        except UnicodeDecodeError:
            digits = KSR.pv.get("$(rcv(buf){s.encode.hexa})")
            return bytes.fromhex(digits) if digits else None

    def is_http(self):
        """Return whether this is HTTP. Connections to the internal ports begin so; SIP comes inside WebSockets."""
        raw = self.received_bytes() or b""
        return raw.partition(b"\r\n")[0].endswith((b" HTTP/1.1", b" HTTP/1.0"))

    def may_speak(self, address, port):
        is_provider = self.is_provider(address)
        is_known_source = KSR.htable.sht_get("known", f"{address} {port}") is not None
        # A ban does not stop an authenticated source: nobody can cut it off by forging its address in datagrams.
        if not (is_known_source or is_provider) and KSR.htable.sht_get("banned", site_of(address)):
            return False
        if routing.is_loopback(address):
            return True
        is_known_address = is_known_source or KSR.htable.sht_get("known", site_of(address)) is not None
        source, now = Source(address, port, is_known_source, is_known_address, is_provider), time.time()
        if self.budget.allows(source, now):
            return True
        # A flood from a forged address has no nonce that was sent to that address. A phone's second REGISTER has.
        is_proven = proofs.is_proven_message(self.edge_key, self.received_bytes() or b"", address, now)
        if is_proven and self.budget.allows_proven(source, now):
            return True
        self.count("gate flood")
        self.note_flood(address)
        return False

    def websocket_has_budget(self, address, port):
        """Decide before the message is read, because a response or a malformed message costs as much as a request."""
        name = f"{address} {port}"
        is_known = KSR.htable.sht_get("known", name) is not None
        if self.budget.allows_websocket(name, len(self.received_bytes() or b""), time.time(), is_known=is_known):
            return True
        self.count("gate flood")
        return False

    def websocket_may_speak(self):
        """Return whether a WebSocket is within its limits. All come from nginx, so count by connection and by the
        browser's own address. Count malformed messages too, because their answer costs as much."""
        address = self.client_address()
        if KSR.htable.sht_get("banned", site_of(address)):
            return False
        connection = str(KSR.pv.get("$conid"))
        of_connection = KSR.htable.sht_inc("requests", f"connection {connection}")
        # A registered client probes its registration every few seconds. An office at one address is no flood.
        is_registered = KSR.htable.sht_get("wsaor", connection) is not None
        of_address = 0 if is_registered else KSR.htable.sht_inc("requests", f"address {site_of(address)}")
        if not routing.is_flood(of_connection, of_address, address):
            return True
        self.count("gate flood")
        self.note_flood(address)
        return False

    def drop(self, reason, address):
        self.count(f"gate {reason}")
        self.note_security("message-dropped", address, reason=reason)
        return False

    def note_flood(self, address):
        if self.note_security("flood", address):
            self.notices.refused("", address, "flood")

    def note_security(self, event, address, **fields):
        """Write a line to the security log, unless there are too many already. Return whether it was written."""
        if not self.security_lines.allows(f"{event} {site_of(address)}", time.time()):
            return False
        held_back, self.security_lines.held_back = self.security_lines.held_back, 0
        log_security(event, address=address, held_back=held_back, **fields)
        return True

    def answer_refused(self):
        """Answer a request that the gate has refused. Return True if this message was one."""
        refusal, self.refused_message = self.refused_message, None
        if refusal is None:
            return False
        KSR.force_rport()
        KSR.sl.sl_send_reply(refusal.status, refusal.phrase)
        return True

    def remember_authenticated(self):
        """Give an authenticated sender its own budget and keep its connection, both for an hour."""
        self.keep_connection()
        KSR.htable.sht_sets("known", f"{self.sender()} {KSR.pv.get('$sp')}", "1")
        if not self.is_websocket():
            KSR.htable.sht_sets("known", site_of(self.sender()), "1")

    @staticmethod
    def keep_connection():
        """Keep the connection of a known peer: in a long, quiet call its BYE comes and goes over it."""
        if KSR.pv.get("$pr") != "udp":
            KSR.tcpops.tcp_set_connection_lifetime(AUTHENTICATED_SECONDS)
            if KSR.pv.get("$pr") in ("tcp", "tls"):
                KSR.htable.sht_sets("known", f"{canonical(KSR.pv.get('$si'))} {KSR.pv.get('$sp')}", "1")

    def forget_authenticated(self):
        """Forget a source that failed authentication, even if it succeeded before. Over UDP the nonce must have been
        sent to this very port: another host at the same address may forge a phone's port in datagrams."""
        if self.is_websocket():
            return
        credentials = [*self.headers("Authorization"), *self.headers("Proxy-Authorization")]
        port = KSR.pv.get("$sp")
        if KSR.pv.get("$pr") != "udp" or proofs.names_port(self.edge_key, credentials, self.sender(), port):
            KSR.htable.sht_rm("known", f"{self.sender()} {KSR.pv.get('$sp')}")

    @staticmethod
    def count(name):
        """Count for the status page. `name` is from a fixed list, so nobody outside can make the table grow."""
        KSR.htable.sht_inc("counters", name)

    @staticmethod
    def counters():
        return {name: int(count) for name, count in tables.entries("counters")}

    def fault(self, where, error):
        """Log and count an exception in the routing script, which is a fault of the product."""
        self.count("fault")
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        line = f"{Path(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno}" if traceback else "?"
        if self.security_lines.allows(f"fault {where}", time.time()):
            log("fault", where=where, error=type(error).__name__, line=line)
