"""Tells a client to stop ringing when its connection is not the one that the INVITE came by.

The transaction sends CANCEL where it sent the INVITE (RFC 3261 9.1). A browser whose connection was renewed since then
would ring on for minutes. A caller may also end an early dialog by BYE (15), and a BYE can go to any connection.
"""

import edge_contact_headers as contact_headers
import edge_current as current
import edge_reachability as reachability
import edge_tables as tables
import KSR
from edge_bye import Bye
from edge_contacts import contacts_of, is_alive
from edge_delivery import forget_waiting
from edge_dialogs import send_bye_soon
from edge_log import log
from edge_reachability import Ringing

MAX_DIALOGS_OF_CONNECTION = 5


class RingingClients:
    def answered(self, status: int) -> None:
        """Note the state of a called client, by its answer to the INVITE."""
        if KSR.pv.get("$rm") != "INVITE" or not current.is_websocket():
            return
        if status < 200:
            self._note_ringing()
            return
        self.forget()  # it was answered, refused or cancelled
        # A 2xx that is repeated after its transaction has ended finds none, and no call waits then. Checking is safe
        # here, because this answer is always passed on: a dropped one would leave its transaction to this process's
        # next message (`Replies.handle`).
        if status < 300 and KSR.tm.t_check_trans() > 0:
            forget_waiting(KSR.pv.get("$tU"))

    @staticmethod
    def forget() -> None:
        KSR.htable.sht_rm("ringing", reachability.ringing_key(KSR.pv.get("$ci"), KSR.pv.get("$tt") or ""))

    @staticmethod
    def _note_ringing() -> None:
        """Note how to tell a ringing client that the call is over."""
        ringing = Ringing(
            connection=current.connection_id(),
            contact=contact_headers.contact_uri(KSR.pv.get("$ct")),
            call_id=KSR.pv.get("$ci"),
            aor=KSR.pv.get("$tU") or "",
            from_uri=KSR.pv.get("$fu"),
            to_uri=KSR.pv.get("$tu"),
            from_tag=KSR.pv.get("$ft"),
            to_tag=KSR.pv.get("$tt") or "",
            sequence=int(KSR.pv.get("$cs")),
        )
        if KSR.htable.sht_get("ringing", ringing.key) is None:
            # each tag is a dialog of its own (RFC 3261 12.1): somebody may make up any number of them
            dialogs = KSR.htable.sht_inc("answers", f"{ringing.call_id} rings over {ringing.connection}")
            if dialogs > MAX_DIALOGS_OF_CONNECTION:
                return
        KSR.htable.sht_sets("ringing", ringing.key, ringing.text)

    def cancel(self) -> None:
        """Handle a CANCEL from the core. Tell clients that the transaction may not reach in another way, as soon as
        they have a connection."""
        call_id, reason = KSR.pv.get("$ci"), KSR.hdr.get("Reason") or "SIP;cause=487"
        for ringing in self._all():
            if ringing.call_id == call_id:
                over = ringing._replace(reason=reason)
                KSR.htable.sht_sets("ringing", over.key, over.text)
                self._tell_over(over)

    def tell_all_over(self, aor: str) -> None:
        """Tell a client at a new connection which calls are over by now."""
        for ringing in self._all():
            if ringing.aor == aor and ringing.reason:
                self._tell_over(ringing)

    @staticmethod
    def _tell_over(ringing: Ringing) -> None:
        contact = reachability.contact_of_agent(contacts_of(ringing.aor), ringing.contact)
        if contact is None or contact.connection == ringing.connection or not is_alive(contact.connection):
            return
        KSR.htable.sht_rm("ringing", ringing.key)
        log("ringing-over", target=ringing.aor, connection=contact.connection)
        send_bye_soon(
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
    def _all() -> list[Ringing]:
        parsed = (reachability.parse_ringing(value) for _, value in tables.entries("ringing"))
        return [ringing for ringing in parsed if ringing is not None]
