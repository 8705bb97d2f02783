"""HTTP at the internal ports: control requests of the brain, and WebSocket handshakes that nginx forwards."""

from collections.abc import Callable

import edge_http_access as http_access
import edge_identity as identity
import KSR
from edge_dialogs import Dialogs
from edge_http_access import Refusal
from edge_settings import Settings
from edge_websockets import WebSockets


class InternalHttp:
    def __init__(self, settings: Settings, websockets: WebSockets, dialogs: Dialogs) -> None:
        self._rpc_port = settings.rpc_port
        self._rpc_key = settings.rpc_key
        self._websocket_port = settings.websocket_port
        self._websockets = websockets
        self._handlers: dict[str, Callable[[str | None], None]] = {
            "/phones": self._write_phones,
            "/bye": dialogs.end_for_core,
        }

    def answer(self) -> None:
        port = KSR.pv.get("$Rp")
        if port == self._rpc_port:
            if not self._turn_away(self._rpc_refusal()):
                self._control()
        elif port == self._websocket_port and self._websockets.is_handshake():
            if not self._turn_away(self._websockets.refusal()):
                self._websockets.open()
        else:
            KSR.xhttp.xhttp_reply(404, "Not Found", "", "")

    def _control(self) -> None:
        handler = self._handlers.get(KSR.pv.get("$hu"))
        if handler is not None:
            handler(KSR.pv.get("$rb"))
        else:
            KSR.jsonrpcs.dispatch()

    def _rpc_refusal(self) -> Refusal | None:
        shown, origin, kind = (KSR.hdr.get(name) for name in ("X-Linkus-Key", "Origin", "Content-Type"))
        return http_access.rpc_refusal(self._rpc_key, shown, origin, kind)

    @staticmethod
    def _turn_away(refusal: Refusal | None) -> bool:
        """Answer a request if it is refused. Return whether it was."""
        if refusal is not None:
            KSR.xhttp.xhttp_reply(refusal.status, refusal.reason, "", "")
        return refusal is not None

    @staticmethod
    def _write_phones(body: str | None) -> None:
        """Write many entries of the htable `phones` in one request. Single RPCs take minutes for a large PBX."""
        entries, bad = identity.parse_phones(body)
        for aor, entry in entries.items():
            KSR.htable.sht_sets("phones", aor, entry)
        if bad:
            KSR.xhttp.xhttp_reply(400, "Bad Request", "text/plain", "not a phone: " + ", ".join(bad))
        else:
            KSR.xhttp.xhttp_reply(200, "OK", "text/plain", str(len(entries)))
