"""Keeps the registrations in memory. The edge's events update them, and its dump corrects them every few seconds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from linkus.kit.kinds import SipKind
from linkus.shared.extension_schemas import Online, PhoneContact

KINDS: tuple[SipKind, ...] = tuple(SipKind)
LOST_GRACE_SECONDS = 5.0  # how long a vanished client is still called: the edge keeps the call until it is back
# The edge's timer drops the contacts of a closed connection within five seconds, or later on a busy machine.
CLOSED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Contact:
    """Describes one registration of an address of record."""

    uri: str
    address: str = ""
    user_agent: str = ""
    connection: int | None = None  # of a WebSocket


def split_aor(aor: str) -> tuple[str, SipKind] | None:
    """Split `1001.web` into number and kind. Return None for an identity that is not one of this PBX."""
    number, dot, kind = aor.partition("@")[0].rpartition(".")
    return (number, SipKind(kind)) if dot and number and kind in KINDS else None


@dataclass
class Registry:
    """Holds contacts by address of record. Every change returns the numbers whose `online` has changed.

    A contact whose connection is silent is kept, but does not count as online.
    """

    clock: Callable[[], float] = time.monotonic
    _contacts: dict[str, dict[str, Contact]] = field(default_factory=dict)  # aor -> uri -> contact
    _numbers: dict[str, dict[SipKind, str]] = field(default_factory=dict)  # number -> kind -> aor of registered clients
    _silent: dict[str, set[int]] = field(default_factory=dict)  # aor -> its silent connections
    _lost_at: dict[str, float] = field(default_factory=dict)  # aor -> when it vanished without unregistering
    _closed: dict[int, float] = field(default_factory=dict)  # connections that the edge reported closed, since when
    _touched: set[str] | None = None  # aors with events since a dump began

    def online(self, number: str) -> Online:
        return Online(**{kind.value: True for kind in self._numbers.get(number, ())})

    def kinds(self, number: str) -> frozenset[SipKind]:
        return frozenset(self._numbers.get(number, ()))

    def reachable(self, number: str) -> frozenset[SipKind]:
        """Return the kinds that a call may be sent to, including those that vanished seconds ago and may soon be
        back."""
        since = self.clock() - LOST_GRACE_SECONDS
        return self.kinds(number) | {kind for kind in KINDS if self._lost_at.get(f"{number}.{kind}", -1.0) > since}

    def numbers(self) -> set[str]:
        """Return all numbers with a registered client or phone."""
        return set(self._numbers)

    def has(self, aor: str) -> bool:
        return aor in self._contacts

    def addresses(self) -> set[str]:
        """Return the addresses that registrations come from."""
        return {contact.address for contacts in self._contacts.values() for contact in contacts.values()}

    def counts(self) -> Counter[str]:
        """Return the number of registrations of each kind."""
        registrations: Counter[str] = Counter()
        for aor, contacts in self._contacts.items():
            registrations[aor.rpartition(".")[2]] += len(contacts)
        return registrations

    def connections(self, aor: str) -> list[int]:
        """Return the WebSockets that `aor` is registered from."""
        contacts = self._contacts.get(aor, {}).values()
        return sorted({contact.connection for contact in contacts if contact.connection is not None})

    def uris(self, aor: str) -> list[str]:
        return list(self._contacts.get(aor, ()))

    def uris_over(self, aor: str, connection: int) -> list[str]:
        """Return the contacts that are reached by this WebSocket."""
        return [uri for uri, contact in self._contacts.get(aor, {}).items() if contact.connection == connection]

    def phone_contacts(self, number: str) -> list[PhoneContact]:
        contacts = self._contacts.get(f"{number}.phone", {}).values()
        return [PhoneContact(address=contact.address, user_agent=contact.user_agent) for contact in contacts]

    def registered(self, aor: str, contact: Contact) -> set[str]:
        self._lost_at.pop(aor, None)
        self._hear(aor, contact.connection)
        self._closed.pop(contact.connection or 0, None)
        return self._set(aor, {**self._contacts.get(aor, {}), contact.uri: contact})

    def unregistered(self, aor: str, uri: str) -> set[str]:
        return self._set(aor, {key: value for key, value in self._contacts.get(aor, {}).items() if key != uri})

    def disconnected(self, aor: str, connection: int) -> set[str]:
        self._closed[connection] = self.clock()
        present = self._contacts.get(aor, {})
        kept = {key: value for key, value in present.items() if value.connection != connection}
        if len(kept) != len(present) and not self._is_silent(aor, connection):
            self._lost_at[aor] = self.clock()
        return self._set(aor, kept)

    def silent(self, aor: str, connection: int) -> set[str]:
        """Record that nothing is heard over a WebSocket any more. The edge reports it repeatedly."""
        if not self.uris_over(aor, connection) or self._is_silent(aor, connection):
            return set()
        self._silent.setdefault(aor, set()).add(connection)
        self._lost_at[aor] = self.clock()
        return self._set(aor, self._contacts[aor])

    def heard(self, aor: str, connection: int) -> set[str]:
        self._hear(aor, connection)
        return self._set(aor, self._contacts.get(aor, {}))

    def forget(self, aor: str) -> set[str]:
        """Remove all contacts of `aor` after a deregistration: the edge sends no event for contacts that it was told to
        remove."""
        self._lost_at.pop(aor, None)
        return self._set(aor, {})

    def dump_begins(self) -> None:
        """Begin a dump: events from now on are newer than the dump that is being read."""
        self._touched = set()

    def dump_ended(self, dump: Iterable[tuple[str, Contact]] | None) -> set[str]:
        """Take over what the edge holds (None: the dump failed), except where an event was newer than the dump, and
        except contacts over closed connections, which the edge has not dropped yet.

        A client whose connections are all missing has vanished: the edge drops them seconds before it reports the
        loss, and the report may get lost."""
        touched, self._touched = self._touched or set(), None
        since = self.clock() - CLOSED_SECONDS
        self._closed = {connection: at for connection, at in self._closed.items() if at > since}
        if dump is None:
            return set()
        dumped: dict[str, dict[str, Contact]] = {}
        for aor, contact in dump:
            if contact.connection not in self._closed:
                dumped.setdefault(aor, {})[contact.uri] = contact
        changed: set[str] = set()
        for aor in (dumped.keys() | self._contacts.keys()) - touched:
            if aor not in dumped and any(not self._is_silent(aor, each) for each in self.connections(aor)):
                self._lost_at[aor] = self.clock()
            changed |= self._set(aor, _keep_known(dumped.get(aor, {}), self._contacts.get(aor, {})))
        return changed

    def _is_silent(self, aor: str, connection: int | None) -> bool:
        return connection in self._silent.get(aor, ())

    def _hear(self, aor: str, connection: int | None) -> None:
        silent = self._silent.get(aor, set())
        silent.discard(connection or 0)
        if not silent:
            self._silent.pop(aor, None)

    def _set(self, aor: str, contacts: dict[str, Contact]) -> set[str]:
        identity = split_aor(aor)
        if identity is None:
            return set()
        if self._touched is not None:
            self._touched.add(aor)
        number, kind = identity
        was = kind in self._numbers.get(number, ())
        if contacts:
            self._contacts[aor] = contacts
        else:
            self._contacts.pop(aor, None)
        for connection in [silent for silent in self._silent.get(aor, ()) if not self.uris_over(aor, silent)]:
            self._hear(aor, connection)
        present = any(not self._is_silent(aor, contact.connection) for contact in contacts.values())
        if present:
            self._numbers.setdefault(number, {})[kind] = aor
        else:
            kinds = self._numbers.get(number, {})
            kinds.pop(kind, None)
            if not kinds:
                self._numbers.pop(number, None)
        return {number} if was != present else set()


def _keep_known(dumped: dict[str, Contact], known: dict[str, Contact]) -> dict[str, Contact]:
    """Keep what is known: a dump lacks details of an event (the client's address behind nginx)."""
    return {uri: known.get(uri, contact) for uri, contact in dumped.items()}
