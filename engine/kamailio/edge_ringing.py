"""Tells a client to stop ringing when its connection is not the one that the INVITE came by.

The transaction sends CANCEL where it sent the INVITE (RFC 3261 9.1). A browser whose connection was renewed since then
would ring on for minutes. A caller may also end an early dialog by BYE (15), and a BYE can go to any connection.
"""

import edge_reachability as reachability
import edge_routing as routing
import edge_tables as tables
import KSR
from edge_bye import Bye
from edge_log import log

MAX_DIALOGS_OF_CONNECTION = 5


class RingingClients:
    def called_answers(self, status):
        """Note the state of a called client, by its answer to the INVITE."""
        if KSR.pv.get("$rm") != "INVITE" or not self.is_websocket():
            return
        if status < 200:
            self.note_ringing()
            return
        self.forget_ringing()  # it was answered, refused or cancelled
        # A 2xx that is repeated after its transaction has ended finds none, and no call waits then. Checking is safe
        # here, because this answer is always passed on: a dropped one would leave its transaction to this process's
        # next message (`Calls.ksr_reply_route`).
        if status < 300 and KSR.tm.t_check_trans() > 0:
            self.forget_waiting(KSR.pv.get("$tU"))

    @staticmethod
    def forget_ringing():
        KSR.htable.sht_rm("ringing", reachability.ringing_key(KSR.pv.get("$ci"), KSR.pv.get("$tt")))

    @staticmethod
    def note_ringing():
        """Note how to tell a ringing client that the call is over."""
        ringing = reachability.Ringing(
            connection=KSR.pv.get("$conid") or 0,
            contact=routing.contact_uri(KSR.pv.get("$ct")),
            call_id=KSR.pv.get("$ci"),
            aor=KSR.pv.get("$tU") or "",
            from_uri=KSR.pv.get("$fu"),
            to_uri=KSR.pv.get("$tu"),
            from_tag=KSR.pv.get("$ft"),
            to_tag=KSR.pv.get("$tt"),
            sequence=int(KSR.pv.get("$cs")),
        )
        if KSR.htable.sht_get("ringing", ringing.key) is None:
            # each tag is a dialog of its own (RFC 3261 12.1): somebody may make up any number of them
            made = KSR.htable.sht_inc("answers", f"{ringing.call_id} rings over {ringing.connection}")
            if made > MAX_DIALOGS_OF_CONNECTION:
                return
        KSR.htable.sht_sets("ringing", ringing.key, ringing.text)

    def cancel_ringing(self):
        """Handle a CANCEL from the core. Tell clients that the transaction may not reach in another way, as soon as
        they have a connection."""
        call_id, reason = KSR.pv.get("$ci"), KSR.hdr.get("Reason") or "SIP;cause=487"
        for ringing in self.all_ringing():
            if ringing.call_id == call_id:
                over = ringing._replace(reason=reason)
                KSR.htable.sht_sets("ringing", over.key, over.text)
                self.tell_over(over)

    def tell_all_over(self, aor):
        """Tell a client at a new connection which calls are over by now."""
        for ringing in self.all_ringing():
            if ringing.aor == aor and ringing.reason:
                self.tell_over(ringing)

    def tell_over(self, ringing):
        contact = reachability.contact_of_agent(self.contacts_of(ringing.aor), ringing.contact)
        if contact is None or contact.connection == ringing.connection or not self.is_alive(contact.connection):
            return
        KSR.htable.sht_rm("ringing", ringing.key)
        log("ringing-over", target=ringing.aor, connection=contact.connection)
        self.send_bye_soon(
            Bye(
                target=ringing.contact,
                next_hop=contact.received,
                call_id=ringing.call_id,
                sequence=ringing.sequence + 1,
                local=(ringing.from_uri, ringing.from_tag),
                remote=(ringing.to_uri, ringing.to_tag),
                headers=f"Reason: {ringing.reason}\r\n",
            )
        )

    @staticmethod
    def all_ringing():
        found = (reachability.parse_ringing(value) for _, value in tables.entries("ringing"))
        return [each for each in found if each is not None]
