"""What the extension list needs to know of registrations; the presence feature puts it on `app.state.presence`."""

from __future__ import annotations

from typing import Protocol

from linkus.extension.schemas import OnlineFilter
from linkus.presence.schemas import Online, PhoneContact


class Presence(Protocol):
    def online(self, number: str) -> Online: ...
    def phone_contacts(self, number: str) -> list[PhoneContact]: ...
    def numbers(self) -> set[str]:
        """Every number with a registered client or phone."""
        ...


class Nobody:
    """Nobody is registered: without the engine."""

    def online(self, number: str) -> Online:
        return Online()

    def phone_contacts(self, number: str) -> list[PhoneContact]:
        return []

    def numbers(self) -> set[str]:
        return set()


def numbers_online(presence: Presence, wanted: OnlineFilter) -> set[str]:
    """The numbers that a filter by client means; of `none` those that it does not."""
    if wanted in (OnlineFilter.ANY, OnlineFilter.NONE):
        return presence.numbers()
    return {number for number in presence.numbers() if getattr(presence.online(number), wanted.value)}
