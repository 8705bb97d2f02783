"""Connections of Linkus clients: whether they are alive, calls that wait for one, and targets of in-dialog requests."""

import time

import edge_identity as identity
import edge_reachability as reachability
import edge_tables as tables
import KSR
from edge_faults import guarded
from edge_log import log

HEARD_EXPIRED = "htable:expired:heard"
PARKED, SENT = "parked", "sent"


class Connections:
    # ------------------------------------------------------------------ liveness
    def answer_probe(self):
        """Answer a client that asks whether it can be called over this connection. Answer yes only if the location
        table, which a call reads too, says so."""
        connection = KSR.pv.get("$conid") or 0
        session = identity.parse_session(KSR.htable.sht_get("wsaor", str(connection)))
        contacts = self.contacts_of(session.aor) if session else []
        is_registered = any(contact.connection == connection for contact in contacts)
        if is_registered:
            self.heard(connection, session)
        KSR.hdr.append_to_reply(f"X-Linkus-Registered: {'yes' if is_registered else 'no'}\r\n")
        KSR.sl.sl_send_reply(200, "OK")
        return 1

    def heard(self, connection, session):
        key = str(connection)
        KSR.htable.sht_sets("heard", key, f"{session.aor};{session.session}")
        if KSR.htable.sht_get("silent", key):
            KSR.htable.sht_rm("silent", key)
            log("heard-again", aor=session.aor, connection=connection)
            self.notices.heard(session.aor, connection)

    @guarded
    def ksr_htable_event(self, msg, evname):
        """Mark a client as silent when its entry of `heard` expires, because it has not probed again."""
        if evname != HEARD_EXPIRED:
            return 1
        connection, value = KSR.pv.get("$shtrecord(key)"), KSR.pv.get("$shtrecord(value)") or ""
        aor, _, session = value.partition(";")
        if connection and aor and KSR.htable.sht_get("wsaor", connection):
            silent = reachability.Silent(aor, session, int(time.time()))
            KSR.htable.sht_sets("silent", connection, silent.text)
            KSR.htable.sht_seti("lost", aor, silent.since)
            log("silent", aor=aor, connection=connection)
            self.notices.silent(aor, int(connection), session)
        return 1

    def watch_connections(self):
        """Report silent clients again, because a datagram may be lost. Close connections silent for a minute. Close the
        TCP connection: the module's own close leaves nginx's end, and the browser behind it, open until something is
        sent."""
        now = int(time.time())
        for connection, value in tables.entries("silent"):
            silent = reachability.parse_silent(value)
            if silent is not None and not reachability.is_given_up(silent, now):
                self.notices.silent(silent.aor, int(connection), silent.session)
                continue
            KSR.htable.sht_rm("silent", connection)
            log("silent-closed", connection=connection)
            KSR.tcpops.tcp_close_connection_id(int(connection))

    # ------------------------------------------------------------------ registration and loss
    def client_registered(self, who, contacts, coming, going):
        """Note a client's connection, and deliver the calls that wait for the client."""
        connection = KSR.pv.get("$conid") or 0
        if not coming:
            if going:  # deregistered: no call waits for this client
                KSR.htable.sht_rm("heard", str(connection))
                KSR.htable.sht_rm("lastconnection", who.aor)
                KSR.htable.sht_seti("goodbye", str(connection), 1)
            return
        KSR.htable.sht_sets("lastconnection", who.aor, str(connection))
        KSR.htable.sht_rm("goodbye", str(connection))
        for each in coming:
            if reachability.is_new_place(contacts, each.uri, connection):
                self.deliver_waiting(who.aor, each.uri)
                self.tell_all_over(who.aor)

    def connection_closed(self, connection, session):
        """Forget a connection. Return whether its client vanished without deregistering."""
        key = str(connection)
        for table in ("heard", "silent"):
            KSR.htable.sht_rm(table, key)
        said_goodbye = KSR.htable.sht_get("goodbye", key) is not None
        KSR.htable.sht_rm("goodbye", key)
        if not said_goodbye:
            KSR.htable.sht_seti("lost", session.aor, int(time.time()))
        return not said_goodbye

    @staticmethod
    def is_alive(connection):
        return connection > 0 and KSR.tcpops.tcp_conid_alive(connection) > 0

    def is_just_lost(self, aor):
        """Return whether the client vanished seconds ago. Kamailio reports a lost connection seconds late. Until then,
        a dead last connection that is still in the table means the same."""
        lost_at = KSR.htable.sht_get("lost", aor)
        if reachability.was_just_lost(lost_at, int(time.time())):
            return True
        last = KSR.htable.sht_get("lastconnection", aor)
        return bool(last and KSR.htable.sht_get("wsaor", last) and not self.is_alive(int(last)))

    @staticmethod
    def session_over(connection):
        """Return the brain's session of the client at the other end, or ""."""
        session = identity.parse_session(KSR.htable.sht_get("wsaor", str(connection)))
        return session.session if session else ""

    # ------------------------------------------------------------------ calls to clients
    def find_client(self, who):
        """Put the contacts of a client into the request. Return False when none of its connections is alive."""
        return any(self.is_alive(each.connection) for each in self.contacts_of(who.aor)) and (
            KSR.registrar.lookup("location") > 0
        )

    def send_to_client(self, who):
        """Relay an INVITE, and keep it for a contact that registers before it is answered."""
        self.remember_dialog()
        self.note_waiting(who.aor, SENT)
        KSR.tm.t_set_fr(reachability.RING_SECONDS * 1000, reachability.NO_ANSWER_SECONDS * 1000)
        if KSR.tm.t_relay() < 0:
            KSR.rtpengine.rtpengine_delete("")
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        return 1

    def wait_for_client(self, who, call):
        """Hold an INVITE for a client that was lost seconds ago. Deliver it when the client registers. Otherwise the
        caller gets 480 when the time is over (ksr_call_failed)."""
        log("waits", call=call, target=who.aor)
        self.remember_dialog()
        self.note_waiting(who.aor, PARKED)
        KSR.tm.t_set_fr(reachability.RING_SECONDS * 1000, reachability.LOST_SECONDS * 1000)
        if KSR.tmx.t_suspend() < 0:
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        return 1

    @staticmethod
    def is_to_client():
        who = identity.parse_aor(KSR.pv.get("$tU"))
        return who is not None and not who.is_phone

    @staticmethod
    def note_waiting(aor, how):
        KSR.htable.sht_sets("waiting", Connections.own_waiting_key(aor), how)

    @staticmethod
    def own_waiting_key(aor):
        return reachability.waiting_key(aor, KSR.pv.get("$T(id_index)"), KSR.pv.get("$T(id_label)"))

    @staticmethod
    def forget_waiting(aor):
        """Forget an INVITE that was answered for good, so that no other contact gets it."""
        KSR.htable.sht_rm("waiting", Connections.own_waiting_key(aor))

    def deliver_waiting(self, aor, uri):
        """Send calls to a client's new connection if they wait for it or went to a connection that may be dead. The
        transaction drops a branch whose contact it already has. A branch without the table's id is new."""
        for key, how in tables.entries("waiting"):
            transaction = reachability.parse_waiting(key, aor)
            if transaction is None:
                continue
            index, label = transaction
            log("delivers", target=aor, contact=uri, how=how)
            if how == PARKED:
                KSR.htable.sht_sets("waiting", reachability.waiting_key(aor, index, label), SENT)
                KSR.tmx.t_continue(index, label, "ksr_client_is_back")
            elif KSR.corex.append_branch_uri(uri) > 0:
                KSR.pv.sets("$(branch(dst_uri)[0])", self.own_address())
                KSR.x.modf("t_cell_append_branches", str(index), str(label))

    @staticmethod
    def own_address():
        """Return the address of this request's client: nginx's end of its connection."""
        return f"sip:{KSR.pv.get('$si')}:{KSR.pv.get('$sp')};transport=ws"

    @guarded
    def ksr_client_is_back(self, msg):
        """Resume an INVITE that was held."""
        who = identity.parse_aor(KSR.pv.get("$rU"))
        if who is None or not self.find_client(who):
            KSR.tm.t_reply(480, "Temporarily Unavailable")
            return 1
        KSR.tm.t_on_branch("ksr_branch")
        KSR.tm.t_on_failure("ksr_call_failed")
        KSR.tm.t_set_fr(reachability.RING_SECONDS * 1000, reachability.NO_ANSWER_SECONDS * 1000)
        if KSR.tm.t_relay() < 0:
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        return 1

    # ------------------------------------------------------------------ within a dialog
    def towards_client(self, method, mark):
        """Set the target to where the client last sent from, whatever its Contact or Record-Route says. So nobody can
        make the edge send to a third party, or to this machine. Of several aliases in its contact the last is ours."""
        KSR.pv.unset("$du")
        KSR.nathelper.handle_ruri_alias_mode(1)
        if KSR.pv.get("$du"):
            return True
        log("client-nowhere", call=mark.call, method=method, target=KSR.pv.get("$ru"))
        if method != "ACK":
            KSR.sl.sl_send_reply(480, "Temporarily Unavailable")
        return False

    def follow_client(self):
        """Send a request of the core to the client's present connection, because the one in its contact may be dead.
        Return False when the client has none now: the core repeats the request."""
        who = identity.parse_aor(KSR.pv.get("$tU"))
        if who is None or who.is_phone:
            return True
        contact = reachability.contact_of_agent(self.contacts_of(who.aor), KSR.pv.get("$ru") or "")
        if contact is not None and contact.received and self.is_alive(contact.connection):
            KSR.pv.sets("$du", contact.received)
            return True
        named = KSR.pv.get("$du")
        if named and KSR.tcpops.tcp_con_alive(named) > 0:
            return True
        method = KSR.pv.get("$rm")
        if method == "ACK" or not self.is_just_lost(who.aor):
            return True
        log("without-connection", target=who.aor, method=method)
        if method == "BYE":
            KSR.rtpengine.rtpengine_delete("")  # the call is over, whether or not its client learns of it
        return False
