"""Answers to a call that a client began: they follow it to the connection that it has now.

The transaction knows only the connection that the INVITE came by (RFC 3261 18.2.2, RFC 7118). A network that changes
while the other side rings would cost the call, although the client is back a moment later.
"""

import edge_identity as identity
import edge_reachability as reachability
import edge_routing as routing
import KSR
from edge_log import log


class Answers:
    def note_caller(self):
        """Note by which contact the client of this INVITE is known, as long as answers to it may come."""
        if self.is_websocket():
            contact = routing.contact_uri(KSR.pv.get("$ct"))
            caller = reachability.Caller(KSR.pv.get("$conid") or 0, contact)
            KSR.htable.sht_sets("caller", self.key_of_invite(), caller.text)

    def follow_caller(self):
        """Send this answer of the core to where its caller is now. Return False when the caller is just now nowhere:
        nobody acknowledges the answer then, and the core repeats it (RFC 3261 17.2.1, 13.3.1.4)."""
        caller = reachability.parse_caller(KSR.htable.sht_get("caller", self.key_of_invite()))
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
    def key_of_invite():
        """Of this INVITE alone: one within the call comes by the connection of its own time, and an answer that came
        twice, the first time past its transaction, made the client end the call."""
        return f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}"

    def is_lost(self, aor):
        """Whether the client vanished, and its calls still stand: as long as the entry is there."""
        return KSR.htable.sht_get("lost", aor) is not None or self.is_just_lost(aor)

    @staticmethod
    def copy_answer(connection):
        """Send this answer past its transaction, which knows another connection and gets the same answer afterwards."""
        via = KSR.hdr.get("Via")
        KSR.textopsx.msg_apply_changes()
        text = KSR.pv.get("$mb")
        KSR.textopsx.msg_set_buffer(text.replace(via, reachability.via_with_connection(via, connection), 1))
        KSR.sl.sl_forward_reply("", "")
