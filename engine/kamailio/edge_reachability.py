"""Rules for whether a client can be reached, and over which connection. Does not import Kamailio.

A WebSocket can be dead for minutes before TCP notices. So a Linkus client probes over it every few seconds (`OPTIONS`
outside a dialog). When the probes stop, the edge knows that the connection is silent.
"""

import json
from typing import NamedTuple

from edge_identity import Contact

MAX_LOST_SECONDS = 5  # how long a call waits for a client that vanished without deregistering
MAX_SILENT_SECONDS = 60  # a connection silent for so long is closed: it will not recover
MAX_RING_SECONDS = 180
# A client notices a dead connection within eight seconds. A call must still be there when it has a new one.
FIRST_ANSWER_SECONDS = 10


class Silent(NamedTuple):
    """A connection that used to probe and has stopped: an entry of the htable `silent`."""

    aor: str
    session: str
    since: int

    @property
    def text(self) -> str:
        return f"{self.aor};{self.session};{self.since}"


def parse_silent(value: str | None) -> Silent | None:
    aor, session, since = [*(value or "").split(";"), "", ""][:3]
    return Silent(aor, session, int(since)) if aor and since.isdigit() else None


def is_abandoned(silent: Silent, now: int) -> bool:
    return now - silent.since >= MAX_SILENT_SECONDS


def was_just_lost(lost_at: int | None, now: int) -> bool:
    """Return whether a client that vanished at `lost_at` may still come back for a call."""
    return lost_at is not None and 0 <= now - lost_at <= MAX_LOST_SECONDS


def agent_of(contact: str) -> str:
    """Return user and host of a contact. A browser or app makes them up when it starts, and keeps them through all its
    connections. The parameters of its registration and of its calls differ (RFC 5626: `ob`)."""
    return contact.partition(":")[2].partition(";")[0].partition("?")[0].lower()


def contact_of_agent(contacts: list[Contact], target: str) -> Contact | None:
    """Return the present registration of the agent behind `target`, the contact of a dialog."""
    agent = agent_of(target)
    own = [contact for contact in contacts if agent and agent_of(contact.uri) == agent]
    return max(own, key=lambda contact: contact.modified, default=None)


def is_new_connection(contacts: list[Contact], uri: str, connection: int) -> bool:
    """Return whether `uri` registers for the first time, or over another connection than before."""
    return all(contact.uri != uri or contact.connection != connection for contact in contacts)


def waiting_key(aor: str, index: int, label: int) -> str:
    """Return the key of a call in the htable `waiting`: the client, and tm's name of the transaction."""
    return f"{aor} {index} {label}"


def parse_waiting(key: str | None, aor: str) -> tuple[int, int] | None:
    """Return the transaction that waits for `aor`, or None if the entry belongs to another client."""
    name, _, transaction = (key or "").partition(" ")
    index, _, label = transaction.partition(" ")
    return (int(index), int(label)) if name == aor and index.isdigit() and label.isdigit() else None


class Caller(NamedTuple):
    """The client that began a call, and its connection: an entry of the htable `caller`."""

    connection: int
    contact: str

    @property
    def text(self) -> str:
        return f"{self.connection};{self.contact}"


def parse_caller(value: str | None) -> Caller | None:
    connection, _, contact = (value or "").partition(";")
    return Caller(int(connection), contact) if connection.isdigit() and contact else None


def via_with_connection(via: str, connection: int) -> str:
    """Return our Via with the connection for its answer, written as Kamailio reads it: the last digit first. Kamailio
    adds this for TCP, but not for a WebSocket."""
    sent_by, separator, parameters = via.partition(";")
    return f"{sent_by};i={f'{connection:x}'[::-1]}{separator}{parameters}"


class Ringing(NamedTuple):
    """A ringing client, its connection, and the fields of a BYE to it: an entry of the htable `ringing`."""

    connection: int
    contact: str
    call_id: str
    aor: str
    from_uri: str
    to_uri: str
    from_tag: str
    to_tag: str
    sequence: int
    reason: str = ""  # why it must stop ringing; empty while it may ring

    @property
    def key(self) -> str:
        return ringing_key(self.call_id, self.to_tag)

    @property
    def text(self) -> str:
        return json.dumps(self)


def ringing_key(call_id: str, to_tag: str) -> str:
    return f"{call_id} {to_tag}"


def parse_ringing(value: str | None) -> Ringing | None:
    try:
        return Ringing(*json.loads(value or ""))
    except (ValueError, TypeError):
        return None
