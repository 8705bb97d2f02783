"""Presents presence to the rest of the server: who is registered, who is on a call, and events when that changes."""

from __future__ import annotations

from collections.abc import Iterable

from linkus.kit.bus import CLIENTS, PORTAL, Bus, session_topic
from linkus.kit.kinds import SipKind
from linkus.presence.events import PresenceChanged, RegistrationLost
from linkus.presence.ports import ConnectionObserver, Deregistered, DeregistrationObserver
from linkus.presence.registry import Registry
from linkus.shared.extension_schemas import Online, PhoneContact


class Presence:
    """Serves presence. Empty without the engine."""

    def __init__(self, bus: Bus) -> None:
        self.registry = Registry()
        self._bus = bus
        self._on_call: set[str] = set()
        self.connection_observers: list[ConnectionObserver] = []
        self.deregistration_observers: list[DeregistrationObserver] = []

    def online(self, number: str) -> Online:
        return self.registry.online(number)

    def kinds(self, number: str) -> frozenset[SipKind]:
        return self.registry.kinds(number)

    def reachable(self, number: str) -> frozenset[SipKind]:
        """Return the kinds that a call may be sent to, including those that vanished seconds ago."""
        return self.registry.reachable(number)

    def phone_contacts(self, number: str) -> list[PhoneContact]:
        return self.registry.phone_contacts(number)

    def numbers(self) -> set[str]:
        return self.registry.numbers()

    def on_call(self, number: str) -> bool:
        return number in self._on_call

    def set_on_call(self, numbers: set[str]) -> None:
        changed = numbers ^ self._on_call
        self._on_call = set(numbers)
        self.publish(changed)

    def report_lost(self, session: str, contacts: Iterable[str]) -> None:
        """Notify a client that calls no longer reach it by these contacts. The client may not have noticed."""
        if session.isdigit():
            for contact in contacts:
                self._bus.publish([session_topic(int(session))], RegistrationLost(contact=contact))

    def publish(self, numbers: Iterable[str]) -> None:
        for number in sorted(numbers):
            changed = PresenceChanged(number=number, online=self.online(number), on_call=self.on_call(number))
            self._bus.publish([PORTAL, CLIENTS], changed, about=number)

    # ------------------------------------------------------------------ facts for the observers
    def connection_closed(self, aor: str, owner: str | None) -> None:
        for observer in self.connection_observers:
            observer.connection_closed(aor, owner)

    def connection_silent(self, aor: str, owner: str | None) -> None:
        for observer in self.connection_observers:
            observer.connection_silent(aor, owner)

    def registrations_read(self) -> None:
        for observer in self.connection_observers:
            observer.registrations_read()

    def may_be_on_call(self, aor: str) -> bool:
        return any(observer.may_be_on_call(aor) for observer in self.deregistration_observers)

    async def deregistered(self, fact: Deregistered) -> None:
        for observer in self.deregistration_observers:
            await observer.deregistered(fact)
