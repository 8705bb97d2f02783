"""WebSockets of clients: the handshake, the time until somebody registers, the end."""

import time

import edge_addresses
import edge_current as current
import edge_http_access as http_access
import edge_routing as routing
import edge_tables as tables
import KSR
from edge_connections import ClientConnections
from edge_contacts import session_of
from edge_digest import RETRY_SECONDS
from edge_events import EventSender
from edge_http_access import Refusal
from edge_log import log
from edge_rate_limits import OutputLimiter
from edge_settings import Settings

REGISTER_SECONDS = 30  # a client registers within one second
POLICY_VIOLATION = 1008  # RFC 6455 7.4.1


class WebSockets:
    def __init__(
        self, settings: Settings, connections: ClientConnections, events: EventSender, connected_lines: OutputLimiter
    ) -> None:
        self._proxy_key = settings.proxy_key
        self._origins = settings.origins
        self._connections = connections
        self._events = events
        self._connected_lines = connected_lines

    @staticmethod
    def is_handshake() -> bool:
        return (KSR.hdr.get("Upgrade") or "").lower() == "websocket"

    def refusal(self) -> Refusal | None:
        """Return why this handshake is refused, or None."""
        shown, origin, host = (KSR.hdr.get(name) for name in ("X-Linkus-Key", "Origin", "Host"))
        secure = KSR.hdr.get("X-Forwarded-Proto") == "https"
        return http_access.handshake_refusal(self._proxy_key, shown, origin, host, self._origins, secure=secure)

    def open(self) -> None:
        """Answer a handshake."""
        address = KSR.hdr.get("X-Real-IP") or KSR.pv.get("$si")
        if KSR.htable.sht_get("banned", edge_addresses.site_of(address)):
            KSR.xhttp.xhttp_reply(403, "Forbidden", "", "")
        elif not tables.is_complete("revoked"):
            # nobody could be let in over this connection, and a browser opens it again
            KSR.hdr.append_to_reply(f"Retry-After: {RETRY_SECONDS}\r\n")
            KSR.xhttp.xhttp_reply(503, "Starting", "", "")
        elif KSR.websocket.handle_handshake() > 0:
            self._opened(str(current.connection_id()), address)
        else:
            KSR.xhttp.xhttp_reply(404, "Not Found", "", "")

    def _opened(self, connection: str, address: str) -> None:
        """Note a new WebSocket. For most strangers no line is written until somebody registers on it."""
        KSR.htable.sht_sets("wsaddress", connection, address)
        # nginx's request id links a line of its log to the connection and so to its calls
        request = routing.request_id(KSR.hdr.get("X-Request-Id"))
        until = int(time.time()) + REGISTER_SECONDS
        if self._connected_lines.allows(edge_addresses.site_of(address), time.time()):
            log("connected", connection=connection, address=address, request=request)
            request = ""
        KSR.htable.sht_sets("wsnew", connection, routing.UnregisteredWebSocket(until, request).text)

    def closed(self) -> None:
        """Forget a WebSocket. usrloc drops its contacts (handle_lost_tcp) without an event, which `disconnected`
        replaces."""
        connection = KSR.pv.get("$ws_conid")
        session = session_of(connection)
        KSR.htable.sht_rm("wsaddress", str(connection))
        KSR.htable.sht_rm("wsnew", str(connection))
        if session:
            KSR.htable.sht_rm("wsaor", str(connection))
            is_lost = self._connections.closed(connection, session)
            log("disconnected", aor=session.aor, connection=connection, lost=is_lost)
            self._events.disconnected(session.aor, int(connection), session.session)

    @staticmethod
    def close_unregistered() -> None:
        """Close WebSockets without a registration, because they take places that users need."""
        now = int(time.time())
        for connection, value in tables.entries("wsnew"):
            if routing.parse_unregistered(value).until < now:
                KSR.htable.sht_rm("wsnew", connection)
                KSR.websocket.close_conid(POLICY_VIOLATION, "Not Registered", int(connection))


def forget_newcomer(connection: str) -> None:
    """Note that somebody has registered here. Log nginx's request id now, if the log does not have it yet."""
    request = routing.parse_unregistered(KSR.htable.sht_get("wsnew", connection)).request
    KSR.htable.sht_rm("wsnew", connection)
    if request:
        log("connected", connection=connection, address=current.client_address(), request=request)
