"""Records which of a user's browsers or apps owns each leg. The edge identifies each of them by its own contact.

Used only to end the calls of a browser or app that is gone and cannot hang up (linkus/presence/tasks.py). Kept in
memory: after a restart, the control server knows the owners only of calls that begin later.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 10_000  # legs; the oldest are dropped


def agent_of(contact: str) -> str:
    """Return the user and host of a contact. A user agent makes these up when it starts and keeps them through all its
    connections. The parameters differ between its registration and its calls (RFC 5626: `ob`)."""
    return contact.partition(":")[2].partition(";")[0].partition("?")[0].lower()


class Agents:
    def __init__(self) -> None:
        self._legs: dict[tuple[str, str], str] = {}

    def note(self, call_id: str, aor: str, contact: str) -> None:
        self._legs.pop((call_id, aor), None)
        self._legs[call_id, aor] = agent_of(contact)
        if len(self._legs) > MOST:
            del self._legs[next(iter(self._legs))]

    def forget(self, call_ids: Iterable[str], aor: str) -> None:
        """Forget who owned the leg of `aor` in this call, because another leg replaces it."""
        for call_id in call_ids:
            self._legs.pop((call_id, aor), None)

    def is_one_of(self, call_ids: Iterable[str], aor: str, agents: frozenset[str]) -> bool:
        """Return whether one of these agents owns the leg of `aor`. Return False if the edge has reported no owner."""
        return any(self._legs.get((call_id, aor)) in agents for call_id in call_ids)
