"""The gate, which sees each message before Kamailio parses it (`kemi.received_route_callback`).

The rules are in edge_message and edge_rate_limits. Each of Kamailio's processes handles one message at a time, so
the gate keeps its verdict on a message for the route that runs next.
"""

import time

import edge_current as current
import edge_known_sources as known_sources
import edge_message
import edge_nonce as nonces
import edge_routing as routing
import edge_tables as tables
import edge_trunk_table as trunk_table
import KSR
from edge_addresses import canonical, site_of
from edge_events import EventSender
from edge_keys import KeyOrder
from edge_rate_limits import MessageRateLimiter, Source
from edge_refusal import Outcome
from edge_security_log import SecurityLog
from edge_settings import Settings

UDP, TCP, WEBSOCKET, SECURE_WEBSOCKET = 1, 2, 5, 6  # $rcv(proto)
MAX_HOPS = 20
# Bits of the sanity module. Its check of Proxy-Require (512) is not among them: it never frees the Unsupported header
# of its answer, so that each such message takes a few kilobytes from the process for good.
MESSAGE_CHECKS, URI_CHECKS = 17_895, 7


class Admission:
    def __init__(
        self,
        settings: Settings,
        budget: MessageRateLimiter,
        security: SecurityLog,
        events: EventSender,
        key_order: KeyOrder,
    ) -> None:
        self._internal = settings.internal
        self._core_port = settings.core_port
        self._core_side_port = settings.core_side_port
        self._http_ports = (settings.rpc_port, settings.websocket_port)
        self._edge_key = settings.edge_key
        self._budget = budget
        self._security = security
        self._events = events
        self._key_order = key_order
        self._refused_message: Outcome | None = None

    # ------------------------------------------------------------------ bytes from the network
    def is_admitted(self) -> bool:
        """Return whether Kamailio may parse this message. Replace its bytes if they were mended."""
        self._refused_message = None
        protocol, port = KSR.pv.get("$rcv(proto)"), KSR.pv.get("$rcv(rcvport)")
        address, source_port = canonical(KSR.pv.get("$rcv(srcip)")), KSR.pv.get("$rcv(srcport)")
        if protocol == TCP and port in self._http_ports:
            return self._is_http()
        from_core = port == self._core_side_port
        if from_core and not (source_port == self._core_port and address == self._internal):
            return self._drop("not-the-core", address)
        if protocol in (WEBSOCKET, SECURE_WEBSOCKET):
            if not self._has_websocket_budget(address, source_port):
                return False
        elif not from_core and not self._has_budget(address, source_port):
            return False
        return self._inspect(address, from_core=from_core, may_grow=protocol == UDP)

    def _inspect(self, address: str, *, from_core: bool, may_grow: bool) -> bool:
        raw = self._received_bytes()
        if raw is None:
            return self._drop("too-long", address)
        if may_grow and not from_core:
            self._key_order.note_arrival(raw)
        if not raw.strip(b"\r\n\0"):
            return False  # Kamailio has already answered keep-alives; it would log five lines for the rest
        outcome = edge_message.inspect(raw, from_core=from_core, may_grow=may_grow)
        if outcome.message is None:
            return self._drop(outcome.reason, address)
        if outcome.message is not raw:
            KSR.pv.sets("$rcv(buf)", outcome.message.decode())
        if outcome.status:
            self._refused_message = outcome
            tables.count(f"gate {outcome.reason}")
            self._security.note("message-refused", address, reason=outcome.reason, status=outcome.status)
        return True

    @staticmethod
    def _received_bytes() -> bytes | None:
        """Return the message as it came. Kamailio gives Python only UTF-8 text, so read all else as hexadecimal."""
        try:
            return KSR.pv.get("$rcv(buf)").encode()
        except UnicodeDecodeError:
            digits = KSR.pv.get("$(rcv(buf){s.encode.hexa})")
            return bytes.fromhex(digits) if digits else None

    def _is_http(self) -> bool:
        """Return whether this is HTTP. Connections to the internal ports begin so; SIP comes inside WebSockets."""
        raw = self._received_bytes() or b""
        return raw.partition(b"\r\n")[0].endswith((b" HTTP/1.1", b" HTTP/1.0"))

    def _has_budget(self, address: str, port: int) -> bool:
        is_provider = trunk_table.is_provider(address)
        is_known_source = known_sources.is_known(address, port)
        # A ban does not stop an authenticated source: nobody can cut it off by forging its address in datagrams.
        if not (is_known_source or is_provider) and KSR.htable.sht_get("banned", site_of(address)):
            return False
        if routing.is_loopback(address):
            return True
        is_known_address = is_known_source or known_sources.is_known_address(address)
        source, now = Source(address, port, is_known_source, is_known_address, is_provider), time.time()
        if self._budget.allows(source, now):
            return True
        # A flood from a forged address has no nonce that was sent to that address. A phone's second REGISTER has.
        is_proven = nonces.is_proven_message(self._edge_key, self._received_bytes() or b"", address, now)
        if is_proven and self._budget.allows_proven(source, now):
            return True
        self._note_flood(address)
        return False

    def _has_websocket_budget(self, address: str, port: int) -> bool:
        """Decide before the message is read, because a response or a malformed message costs as much as a request."""
        is_known = known_sources.is_known(address, port)
        length = len(self._received_bytes() or b"")
        if self._budget.allows_websocket(f"{address} {port}", length, time.time(), is_known=is_known):
            return True
        tables.count("gate flood")
        return False

    def _drop(self, reason: str, address: str) -> bool:
        tables.count(f"gate {reason}")
        self._security.note("message-dropped", address, reason=reason)
        return False

    def _note_flood(self, address: str) -> None:
        tables.count("gate flood")
        if self._security.note("flood", address):
            self._events.refused("", address, "flood")

    # ------------------------------------------------------------------ parsed requests
    def is_websocket_allowed(self) -> bool:
        """Return whether a WebSocket is within its limits. All come from nginx, so count by connection and by the
        browser's own address. Count malformed messages too, because their answer costs as much."""
        address = current.client_address()
        if KSR.htable.sht_get("banned", site_of(address)):
            return False
        connection = current.connection_id()
        of_connection = KSR.htable.sht_inc("requests", f"connection {connection}")
        # A registered client probes its registration every few seconds. An office at one address is no flood.
        is_registered = KSR.htable.sht_get("wsaor", str(connection)) is not None
        of_address = 0 if is_registered else KSR.htable.sht_inc("requests", f"address {site_of(address)}")
        if not routing.is_flood(of_connection, of_address, address):
            return True
        self._note_flood(address)
        return False

    def answer_refused(self) -> bool:
        """Answer a request that the gate has refused. Return True if this message was one."""
        refusal, self._refused_message = self._refused_message, None
        if refusal is None:
            return False
        KSR.force_rport()
        KSR.sl.sl_send_reply(refusal.status, refusal.phrase)
        return True

    @staticmethod
    def is_allowed() -> bool:
        """Return whether this request may pass. The gate has already counted it."""
        if KSR.pv.get("$pr") == "udp":
            # Answer to the source address even if the request does not ask for that, because of NAT (RFC 3581 4).
            KSR.force_rport()
        if KSR.maxfwd.process_maxfwd(MAX_HOPS) < 0:
            KSR.sl.sl_send_reply(483, "Too Many Hops")
            return False
        if KSR.sanity.sanity_check(MESSAGE_CHECKS, URI_CHECKS) <= 0:
            return False
        required = [extension for extension in current.headers("Proxy-Require") if extension]
        if required:  # the edge has no extensions (RFC 3261 16.3, 5.)
            KSR.hdr.append_to_reply(f"Unsupported: {', '.join(required)}\r\n")
            KSR.sl.sl_send_reply(420, "Bad Extension")
            return False
        return True
