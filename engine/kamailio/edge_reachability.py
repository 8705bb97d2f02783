"""Whether a client can be reached now, and over which connection: the rules, apart from Kamailio.

A WebSocket can be dead for minutes before TCP notices. A Linkus client therefore asks over it every few seconds
(`OPTIONS` outside a dialog), and the edge knows a silent connection by the question that does not come.
"""

import json
from typing import NamedTuple

from edge_identity import Contact

LOST_SECONDS = 5  # how long a call waits for a client that is gone without a goodbye
CLOSE_SECONDS = 60  # a connection that was silent for so long is closed: it will not be heard again
RING_SECONDS = 180
# A client notices within eight seconds that its connection is dead: a call must still be there when it has a new one.
NO_ANSWER_SECONDS = 10


class Silent(NamedTuple):
    """A connection that was heard regularly and is not heard any more: an entry of the htable `silent`."""

    aor: str
    session: str
    since: int

    @property
    def text(self) -> str:
        return f"{self.aor};{self.session};{self.since}"


def parse_silent(value: str | None) -> Silent | None:
    aor, session, since = [*(value or "").split(";"), "", ""][:3]
    return Silent(aor, session, int(since)) if aor and since.isdigit() else None


def is_given_up(silent: Silent, now: int) -> bool:
    return now - silent.since >= CLOSE_SECONDS


def was_just_lost(lost_at: int | None, now: int) -> bool:
    """Return whether a client that vanished at `lost_at` may still come back for a call."""
    return lost_at is not None and 0 <= now - lost_at <= LOST_SECONDS


def agent_of(contact: str) -> str:
    """Return user and host of a contact, which a browser or app makes up when it starts and keeps through all its
    connections. Parameters differ between its registration and its calls (RFC 5626: `ob`)."""
    return contact.partition(":")[2].partition(";")[0].partition("?")[0].lower()


def contact_of_agent(contacts: list[Contact], target: str) -> Contact | None:
    """Return where the agent behind `target`, the contact of a dialog, is registered now."""
    agent = agent_of(target)
    own = [contact for contact in contacts if agent and agent_of(contact.uri) == agent]
    return max(own, key=lambda contact: contact.modified, default=None)


def is_new_place(contacts: list[Contact], uri: str, connection: int) -> bool:
    """Return whether `uri` registers for the first time, or over another connection than before."""
    return all(contact.uri != uri or contact.connection != connection for contact in contacts)


def waiting_key(aor: str, index: int, label: int) -> str:
    """Return the key of a call in the htable `waiting`: of whom, and tm's name of the transaction."""
    return f"{aor} {index} {label}"


def parse_waiting(key: str | None, aor: str) -> tuple[int, int] | None:
    """Return the transaction that waits for `aor`, or None when the entry is somebody else's."""
    name, _, transaction = (key or "").partition(" ")
    index, _, label = transaction.partition(" ")
    return (int(index), int(label)) if name == aor and index.isdigit() and label.isdigit() else None


class Caller(NamedTuple):
    """The client that began a call, and by which connection: an entry of the htable `caller`."""

    connection: int
    contact: str

    @property
    def text(self) -> str:
        return f"{self.connection};{self.contact}"


def parse_caller(value: str | None) -> Caller | None:
    connection, _, contact = (value or "").partition(";")
    return Caller(int(connection), contact) if connection.isdigit() and contact else None


def via_with_connection(via: str, connection: int) -> str:
    """Return a Via of ours that says over which connection its answer goes on, as Kamailio reads it: the last digit
    first. Kamailio itself says so of TCP, and not of a WebSocket."""
    sent_by, separator, parameters = via.partition(";")
    return f"{sent_by};i={f'{connection:x}'[::-1]}{separator}{parameters}"


class Ringing(NamedTuple):
    """A client that rings, over which connection, and what a BYE to it says: an entry of the htable `ringing`."""

    connection: int
    contact: str
    call_id: str
    aor: str
    from_uri: str
    to_uri: str
    from_tag: str
    to_tag: str
    sequence: int
    reason: str = ""  # why it is to ring no more; empty while it is to

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
