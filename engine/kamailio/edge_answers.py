"""Sends the answers to a client's call over the connection that the client has now.

The transaction knows only the connection that the INVITE came by (RFC 3261 18.2.2, RFC 7118). Without this, a network
change while the other side rings would cost the call, although the client is back a moment later.
"""

import edge_contact_headers as contact_headers
import edge_current as current
import edge_identity as identity
import edge_reachability as reachability
import KSR
from edge_contacts import contacts_of, is_alive, is_lost
from edge_log import log


def note_caller() -> None:
    """Note the contact of the client that sent this INVITE, for as long as answers to it may come."""
    if current.is_websocket():
        contact = contact_headers.contact_uri(KSR.pv.get("$ct"))
        caller = reachability.Caller(current.connection_id(), contact)
        KSR.htable.sht_sets("caller", current.request_key(), caller.text)


def follow_caller() -> bool:
    """Send this answer of the core to the caller's present connection. Return False when the caller has none now: then
    nobody acknowledges the answer, and the core repeats it (RFC 3261 17.2.1, 13.3.1.4)."""
    caller = reachability.parse_caller(KSR.htable.sht_get("caller", current.request_key()))
    client = identity.parse_aor(KSR.pv.get("$fU"))
    if caller is None or client is None:
        return True
    contact = reachability.contact_of_agent(contacts_of(client.aor), caller.contact)
    if contact is not None and contact.connection != caller.connection and is_alive(contact.connection):
        _copy_answer(contact.connection)
        log("answer-follows", source=client.aor, status=KSR.pv.get("$rs"), connection=contact.connection)
        return True
    is_final = KSR.pv.get("$rs") >= 200
    if not is_final or is_alive(caller.connection) or not is_lost(client.aor):
        return True
    log("answer-waits", source=client.aor, status=KSR.pv.get("$rs"))
    return False


def _copy_answer(connection: int) -> None:
    """Send this answer past its transaction, which knows another connection and gets the same answer afterwards."""
    via = KSR.hdr.get("Via") or ""
    KSR.textopsx.msg_apply_changes()
    text = KSR.pv.get("$mb")
    KSR.textopsx.msg_set_buffer(text.replace(via, reachability.via_with_connection(via, connection), 1))
    KSR.sl.sl_forward_reply("", "")
