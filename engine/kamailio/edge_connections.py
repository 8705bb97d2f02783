"""Connections of Linkus clients: whether they are alive, and what follows when one comes or goes."""

import time

import edge_contact_headers as contact_headers
import edge_current as current
import edge_delivery as delivery
import edge_reachability as reachability
import edge_tables as tables
import KSR
from edge_contact_headers import RequestedContact
from edge_contacts import contacts_of, session_of
from edge_events import EventSender
from edge_identity import Contact, Identity, Session
from edge_log import log
from edge_ringing import RingingClients

HEARD_EXPIRED = "htable:expired:heard"


class ClientConnections:
    def __init__(self, events: EventSender, ringing: RingingClients) -> None:
        self._events = events
        self._ringing = ringing

    # ------------------------------------------------------------------ liveness
    def answer_probe(self) -> None:
        """Answer a client that asks whether it can be called over this connection. Answer yes only if the location
        table, which a call reads too, says so."""
        connection = current.connection_id()
        session = session_of(connection)
        is_registered = session is not None and any(
            contact.connection == connection for contact in contacts_of(session.aor)
        )
        if session is not None and is_registered:
            self._note_heard(connection, session)
        KSR.hdr.append_to_reply(f"X-Linkus-Registered: {'yes' if is_registered else 'no'}\r\n")
        KSR.sl.sl_send_reply(200, "OK")

    def _note_heard(self, connection: int, session: Session) -> None:
        key = str(connection)
        KSR.htable.sht_sets("heard", key, f"{session.aor};{session.session}")
        if KSR.htable.sht_get("silent", key):
            KSR.htable.sht_rm("silent", key)
            log("heard-again", aor=session.aor, connection=connection)
            self._events.heard(session.aor, connection)

    def entry_expired(self, event_name: str) -> None:
        """Mark a client as silent when its entry of `heard` expires, because it has not probed again."""
        if event_name != HEARD_EXPIRED:
            return
        connection, value = KSR.pv.get("$shtrecord(key)"), KSR.pv.get("$shtrecord(value)") or ""
        aor, _, session = value.partition(";")
        if connection and aor and KSR.htable.sht_get("wsaor", connection):
            silent = reachability.Silent(aor, session, int(time.time()))
            KSR.htable.sht_sets("silent", connection, silent.text)
            KSR.htable.sht_seti("lost", aor, silent.since)
            log("silent", aor=aor, connection=connection)
            self._events.silent(aor, int(connection), session)

    def watch(self) -> None:
        """Report silent clients again, because a datagram may be lost. Close connections silent for a minute. Close the
        TCP connection: the module's own close leaves nginx's end, and the browser behind it, open until something is
        sent."""
        now = int(time.time())
        for connection, value in tables.entries("silent"):
            silent = reachability.parse_silent(value)
            if silent is not None and not reachability.is_abandoned(silent, now):
                self._events.silent(silent.aor, int(connection), silent.session)
                continue
            KSR.htable.sht_rm("silent", connection)
            log("silent-closed", connection=connection)
            KSR.tcpops.tcp_close_connection_id(int(connection))

    # ------------------------------------------------------------------ registration and loss
    def registered(
        self, client: Identity, contacts: list[Contact], coming: list[RequestedContact], going: list[RequestedContact]
    ) -> None:
        """Note a client's connection, and deliver the calls that wait for the client."""
        connection = current.connection_id()
        if not coming:
            if going:  # deregistered: no call waits for this client
                KSR.htable.sht_rm("heard", str(connection))
                KSR.htable.sht_rm("lastconnection", client.aor)
                KSR.htable.sht_seti("goodbye", str(connection), 1)
            return
        KSR.htable.sht_sets("lastconnection", client.aor, str(connection))
        KSR.htable.sht_rm("goodbye", str(connection))
        for contact in coming:
            if reachability.is_new_connection(contacts, contact.uri, connection):
                delivery.deliver_waiting(client.aor, contact.uri)
                self._ringing.tell_all_over(client.aor)

    @staticmethod
    def closed(connection: int, session: Session) -> bool:
        """Forget a connection. Return whether its client vanished without deregistering."""
        key = str(connection)
        for table in ("heard", "silent"):
            KSR.htable.sht_rm(table, key)
        said_goodbye = KSR.htable.sht_get("goodbye", key) is not None
        KSR.htable.sht_rm("goodbye", key)
        if not said_goodbye:
            KSR.htable.sht_seti("lost", session.aor, int(time.time()))
        return not said_goodbye

    # ------------------------------------------------------------------ calls
    def notify_leg(self, call: str, aor: str | None) -> None:
        """Tell the brain which leg belongs to this browser, because a browser that dies in mid-call cannot hang up."""
        if current.is_websocket():
            self._events.leg(call, aor or "", contact_headers.contact_uri(KSR.pv.get("$ct")))
