"""Contacts of clients and phones, and the connections behind them."""

import time

import edge_identity as identity
import edge_reachability as reachability
import KSR
from edge_identity import Contact, Identity, Session


def contacts_of(aor: str) -> list[Contact]:
    """Return the contacts of an address of record. usrloc keeps a deleted contact until its timer has written the
    deletion (timer_interval). Such a contact has an expiry in the past."""
    if KSR.registrar.reg_fetch_contacts("location", f"sip:{aor}@{identity.REALM}", "present") < 0:
        return []
    now = int(time.time())
    found = (_fetched_contact(index) for index in range(int(KSR.pv.get("$ulc(present=>count)") or 0)))
    contacts = [contact for contact, expires in found if expires > now]
    KSR.registrar.reg_free_contacts("present")
    return contacts


def _fetched_contact(index: int) -> tuple[Contact, int]:
    """Return a contact and its expiry. Kamailio keeps the name of each variable, so the index is not part of it."""
    KSR.pv.seti("$var(i)", index)
    contact = Contact(
        KSR.pv.get("$(ulc(present=>ruid)[$var(i)])") or "",
        KSR.pv.get("$(ulc(present=>addr)[$var(i)])") or "",
        int(KSR.pv.get("$(ulc(present=>modified)[$var(i)])") or 0),
        int(KSR.pv.get("$(ulc(present=>conid)[$var(i)])") or 0),
        KSR.pv.get("$(ulc(present=>received)[$var(i)])") or "",
    )
    return contact, int(KSR.pv.get("$(ulc(present=>expires)[$var(i)])") or 0)


def find_client(client: Identity) -> bool:
    """Put the contacts of a client into the request. Return False when none of its connections is alive."""
    return any(is_alive(contact.connection) for contact in contacts_of(client.aor)) and (
        KSR.registrar.lookup("location") > 0
    )


def is_alive(connection: int) -> bool:
    return connection > 0 and KSR.tcpops.tcp_conid_alive(connection) > 0


def session_of(connection: int | str) -> Session | None:
    """Return the client that has registered over this WebSocket."""
    return identity.parse_session(KSR.htable.sht_get("wsaor", str(connection)))


def brain_session_of(connection: int) -> str:
    """Return the brain's session of the client at the other end, or ""."""
    session = session_of(connection)
    return session.session if session else ""


def is_just_lost(aor: str) -> bool:
    """Return whether the client vanished seconds ago. Kamailio reports a lost connection seconds late. Until then, a
    dead last connection that is still in the table means the same."""
    lost_at = KSR.htable.sht_get("lost", aor)
    if reachability.was_just_lost(lost_at, int(time.time())):
        return True
    last = KSR.htable.sht_get("lastconnection", aor)
    return bool(last and KSR.htable.sht_get("wsaor", last) and not is_alive(int(last)))


def is_lost(aor: str) -> bool:
    """Return whether the client vanished while its calls still stand, that is, while the `lost` entry exists."""
    return KSR.htable.sht_get("lost", aor) is not None or is_just_lost(aor)


def remember_client_address() -> None:
    """Make the core's in-dialog requests come back through the connection that the client used."""
    KSR.nathelper.set_contact_alias()
