"""Sends the answers to a client's call over the connection that the client has now.

The transaction knows only the connection that the INVITE came by (RFC 3261 18.2.2, RFC 7118). Without this, a network
change while the other side rings would cost the call, although the client is back a moment later.
"""

import edge_identity as identity
import edge_reachability as reachability
import edge_routing as routing
import KSR
from edge_log import log


class Answers:
    def note_caller(self):
        """Note the contact of the client that sent this INVITE, for as long as answers to it may come."""
        if self.is_websocket():
            contact = routing.contact_uri(KSR.pv.get("$ct"))
            caller = reachability.Caller(KSR.pv.get("$conid") or 0, contact)
            KSR.htable.sht_sets("caller", self.key_of_request(), caller.text)

    def follow_caller(self):
        """Send this answer of the core to the caller's present connection. Return False when the caller has none now:
        then nobody acknowledges the answer, and the core repeats it (RFC 3261 17.2.1, 13.3.1.4)."""
        caller = reachability.parse_caller(KSR.htable.sht_get("caller", self.key_of_request()))
        who = identity.parse_aor(KSR.pv.get("$fU"))
        if caller is None or who is None:
            return True
        contact = reachability.contact_of_agent(self.contacts_of(who.aor), caller.contact)
        if contact is not None and contact.connection != caller.connection and self.is_alive(contact.connection):
            self.copy_answer(contact.connection)
            log("answer-follows", source=who.aor, status=KSR.pv.get("$rs"), connection=contact.connection)
            return True
        is_final = KSR.pv.get("$rs") >= 200
        if not is_final or self.is_alive(caller.connection) or not self.is_lost(who.aor):
            return True
        log("answer-waits", source=who.aor, status=KSR.pv.get("$rs"))
        return False

    @staticmethod
    def key_of_request():
        """Return a key for the one request that this message is, or answers, by its CSeq. A re-INVITE has its own
        connection, and a duplicate answer to it, sent past the transaction first, made the client end the call."""
        return f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}"

    def is_lost(self, aor):
        """Return whether the client vanished while its calls still stand, that is, while the `lost` entry exists."""
        return KSR.htable.sht_get("lost", aor) is not None or self.is_just_lost(aor)

    @staticmethod
    def copy_answer(connection):
        """Send this answer past its transaction, which knows another connection and gets the same answer afterwards."""
        via = KSR.hdr.get("Via")
        KSR.textopsx.msg_apply_changes()
        text = KSR.pv.get("$mb")
        KSR.textopsx.msg_set_buffer(text.replace(via, reachability.via_with_connection(via, connection), 1))
        KSR.sl.sl_forward_reply("", "")
