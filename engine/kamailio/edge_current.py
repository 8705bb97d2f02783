"""Reads the message that this process is handling."""

import edge_dialog_mark as dialog_mark
import KSR
from edge_addresses import canonical


def is_websocket() -> bool:
    return KSR.pv.get("$pr") in ("ws", "wss")


def is_reply() -> bool:
    return KSR.siputils.is_reply() > 0


def connection_id() -> int:
    """Return Kamailio's number of the connection that the message came by, or 0 for a datagram."""
    return KSR.pv.get("$conid") or 0


def sender() -> str:
    """Return the address that the message came from."""
    return canonical(KSR.pv.get("$si"))


def client_address() -> str:
    """Return the client's real address: for a WebSocket, the one that nginx gave in the handshake."""
    if is_websocket():
        return KSR.htable.sht_get("wsaddress", str(connection_id())) or KSR.pv.get("$si")
    return sender()


def headers(name: str) -> list[str]:
    count = int(KSR.pv.get(f"$hdrc({name})") or 0)
    return [KSR.hdr.get_idx(name, index) for index in range(count)]


def request_key() -> str:
    """Return a key for the one request that this message is, or answers, by its CSeq. A re-INVITE has its own
    connection, and a duplicate answer to it, sent past the transaction first, made the client end the call."""
    return f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}"


def dialog() -> dialog_mark.Dialog:
    return dialog_mark.Dialog(KSR.pv.get("$ci") or "", KSR.pv.get("$ft") or "", KSR.pv.get("$tt") or "")


def has_sdp() -> bool:
    return KSR.textops.has_body_type("application/sdp") > 0
