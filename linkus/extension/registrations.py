"""The registrations that the extension list shows, as linkus/presence serves them."""

from __future__ import annotations

from typing import Protocol

from linkus.extension.schemas import OnlineFilter
from linkus.shared.extension_schemas import Online, PhoneContact


class Registrations(Protocol):
    def online(self, number: str) -> Online: ...
    def phone_contacts(self, number: str) -> list[PhoneContact]: ...
    def numbers(self) -> set[str]:
        """Return every number with a registered client or phone."""
        ...


def numbers_online(registrations: Registrations, online: OnlineFilter) -> set[str]:
    """Return the numbers that match a filter by client; for `none`, those that do not match it."""
    if online in (OnlineFilter.ANY, OnlineFilter.NONE):
        return registrations.numbers()
    return {number for number in registrations.numbers() if getattr(registrations.online(number), online.value)}
