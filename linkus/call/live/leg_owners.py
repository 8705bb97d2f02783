"""Records which of a user's browsers or apps owns each leg. The edge identifies each of them by its own contact.

Used only to end the calls of a browser or app that is gone and cannot hang up (lost_clients.py). Kept in
memory: after a restart, the control server knows the owners only of calls that begin later.
"""

from __future__ import annotations

from collections.abc import Iterable

from linkus.presence.contacts import contact_owner

MAX_LEGS = 10_000  # the oldest are dropped


class LegOwners:
    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}  # (call id, address of record) -> owner

    def note(self, call_id: str, aor: str, contact: str) -> None:
        self._owners.pop((call_id, aor), None)
        self._owners[call_id, aor] = contact_owner(contact)
        if len(self._owners) > MAX_LEGS:
            del self._owners[next(iter(self._owners))]

    def forget(self, call_ids: Iterable[str], aor: str) -> None:
        """Forget who owned the leg of `aor` in this call, because another leg replaces it."""
        for call_id in call_ids:
            self._owners.pop((call_id, aor), None)

    def owns(self, call_ids: Iterable[str], aor: str, owners: frozenset[str]) -> bool:
        """Return whether one of these owns the leg of `aor`. Return False if the edge has reported no owner."""
        return any(self._owners.get((call_id, aor)) in owners for call_id in call_ids)
