"""Registers contacts of clients and phones (RFC 3261 10.3)."""

import time

import edge_contact_headers as contact_headers
import edge_current as current
import edge_identity as identity
import edge_tables as tables
import KSR
from edge_connections import ClientConnections
from edge_contact_headers import RequestedContact
from edge_contacts import brain_session_of, contacts_of, session_of
from edge_digest import DigestAuth
from edge_events import EventSender
from edge_identity import Contact, Ephemeral, Identity
from edge_log import log
from edge_websockets import forget_newcomer

FLAG_TCP_PERSISTENT = 7
BRANCH_FLAG_PING = 7
BRANCH_FLAG_NAT = 6
NAT_ADDRESS_IN_CONTACT_OR_VIA = 1 + 2 + 16
NEW, REFRESHED, REMOVED = 1, 2, 3  # results of `registrar.save`; any other is only a query, or refused


def _user_name() -> str | None:
    return identity.user_name(current.headers("Authorization"))


class Registrar:
    def __init__(self, digest: DigestAuth, connections: ClientConnections, events: EventSender) -> None:
        self._digest = digest
        self._connections = connections
        self._events = events

    def register(self) -> None:
        owner = self._digest.authenticate("Authorization")
        if owner is None:
            return
        if KSR.pv.get("$tU") != owner.aor:
            self._digest.reject(KSR.pv.get("$tU"), "other_identity")
            return
        headers = current.headers("Contact")
        if contact_headers.has_uri_headers(headers):
            KSR.sl.sl_send_reply(400, "Headers In Contact")
            return
        credential = None if owner.is_phone else identity.parse_ephemeral(_user_name())
        if credential is not None:
            if not current.is_websocket():  # the brain deregisters a session by its connections
                KSR.sl.sl_send_reply(403, "WebSocket Only")
                return
            if not self._limit_to(credential):
                return
            headers = current.headers("Contact")
        self._set_flags(headers)
        if current.is_websocket() and not self._note_session(owner, credential):
            KSR.sl.sl_send_reply(403, "One Identity Per Connection")
            return
        coming, going = contact_headers.requested_contacts(headers, KSR.hdr.get("Expires"))
        contacts = contacts_of(owner.aor)
        if not self._make_room(owner, contacts, coming, going):
            return
        result = KSR.registrar.save("location", 0)
        if result not in (NEW, REFRESHED, REMOVED):
            return
        if credential is not None and tables.revoked_until(owner.aor, credential.session) >= credential.expiry:
            self._drop(owner, contacts_of(owner.aor), coming)  # revoked since it was checked
            return
        if current.is_websocket():
            self._connections.registered(owner, contacts, coming, going)
        self._report(owner, contacts, coming, going)
        if result != REFRESHED:
            event = "registered" if result == NEW else "unregistered"
            log(event, aor=owner.aor, address=current.client_address(), transport=KSR.pv.get("$pr"))

    @staticmethod
    def _drop(owner: Identity, contacts: list[Contact], coming: list[RequestedContact]) -> None:
        uris = {contact.uri for contact in coming}
        for contact in contacts:
            if contact.uri in uris:
                KSR.registrar.unregister_ruid("location", f"sip:{owner.aor}@{identity.REALM}", contact.ruid)

    def _limit_to(self, credential: Ephemeral) -> bool:
        """Let no contact outlive the credential that registers it: the client renews both in time. Return False when
        the request was refused."""
        remaining = credential.expiry - int(time.time())
        expires = KSR.hdr.get("Expires")
        limited = contact_headers.limited(current.headers("Contact"), expires, remaining)
        if limited is None:
            return True
        if remaining < contact_headers.MIN_EXPIRES:
            log("credential-ends", aor=credential.aor, seconds=remaining)
            KSR.sl.sl_send_reply(403, "Credential Ends")
            return False
        for name in ("Contact", "m"):  # the compact form (RFC 3261 7.3.3)
            KSR.hdr.remove(name)
        for contact in limited:
            KSR.hdr.append(f"Contact: {contact}\r\n")
        KSR.textopsx.msg_apply_changes()
        if contact_headers.limited(current.headers("Contact"), expires, remaining) is not None:
            KSR.sl.sl_send_reply(400, "Bad Contact")
            return False
        return True

    @staticmethod
    def _set_flags(headers: list[str]) -> None:
        # A contact that names another host than the sender is reached at the sender's address, like one behind NAT. So
        # nobody can make the edge call a third party, or this machine.
        names_another = contact_headers.names_another_host(headers, current.sender())
        if names_another or KSR.nathelper.nat_uac_test(NAT_ADDRESS_IN_CONTACT_OR_VIA) > 0:
            KSR.nathelper.fix_nated_register()
            KSR.setbflag(BRANCH_FLAG_NAT)
            if KSR.pv.get("$pr") == "udp":
                KSR.setbflag(BRANCH_FLAG_PING)
        if KSR.pv.get("$pr") != "udp":
            KSR.setflag(FLAG_TCP_PERSISTENT)

    @staticmethod
    def _note_session(owner: Identity, credential: Ephemeral | None) -> bool:
        """Note who has registered over this WebSocket, and with which credential. Return False if somebody else has:
        when a session ends, the brain finds its contacts by their connection."""
        expiry, session = (credential.expiry, credential.session) if credential else (0, "")
        connection = str(current.connection_id())
        before = session_of(connection)
        if before is not None and (before.aor, before.session) != (owner.aor, session):
            log("other-identity", aor=owner.aor, registered=before.aor)
            return False
        forget_newcomer(connection)
        KSR.htable.sht_sets("wsaor", connection, identity.Session(owner.aor, expiry, session).text)
        return True

    def _make_room(
        self, owner: Identity, contacts: list[Contact], coming: list[RequestedContact], going: list[RequestedContact]
    ) -> bool:
        """Drop the oldest contacts above the limit, and report them as if they had expired. If this request alone names
        more contacts than allowed, answer 403 and return False."""
        phone = identity.parse_phone(KSR.htable.sht_get("phones", owner.aor)) if owner.is_phone else None
        limit = phone.max_contacts if phone else identity.MAX_CLIENT_CONTACTS
        if len(coming) > limit:
            log("too-many-contacts", aor=owner.aor, contacts=len(coming), limit=limit)
            KSR.sl.sl_send_reply(403, "Too Many Contacts")
            return False
        coming_uris, going_uris = ([contact.uri for contact in group] for group in (coming, going))
        for contact in identity.contacts_to_drop(contacts, coming_uris, going_uris, limit):
            KSR.registrar.unregister_ruid("location", f"sip:{owner.aor}@{identity.REALM}", contact.ruid)
            log("contact-dropped", aor=owner.aor, contact=contact.uri, limit=limit)
            self._events.unregistered(owner.aor, contact.uri, brain_session_of(contact.connection))
        return True

    def _report(
        self, owner: Identity, contacts: list[Contact], coming: list[RequestedContact], going: list[RequestedContact]
    ) -> None:
        is_all = bool(going) and going[0].uri == "*"
        for uri in [contact.uri for contact in contacts] if is_all else [contact.uri for contact in going]:
            self._events.unregistered(owner.aor, uri)
        for contact in coming:
            self._events.registered(
                aor=owner.aor,
                contact=contact.uri,
                address=current.client_address(),
                user_agent=KSR.pv.get("$ua") or "",
                expires=contact.expires,
                transport=KSR.pv.get("$pr"),
                connection=current.connection_id(),
            )

    def contact_expired(self) -> None:
        """Report a contact that expired or was lost with its connection."""
        aor, contact = KSR.pv.get("$ulc(exp=>aor)"), KSR.pv.get("$ulc(exp=>addr)")
        log("expired", aor=aor, contact=contact)
        connection = KSR.pv.get("$ulc(exp=>conid)") or 0
        self._events.unregistered(aor or "", contact or "", brain_session_of(connection))
