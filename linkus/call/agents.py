"""Which of a user's browsers or apps a leg belongs to: the edge tells it by the contact that each has of its own.

Not needed for calls; only for ending them when that one is gone and cannot hang up (linkus/presence/tasks.py). In
memory: after a restart of the brain it is known of the calls that begin then.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 10_000  # legs, the last ones


def agent_of(contact: str) -> str:
    """User and host of a contact, which a user agent makes up when it starts and keeps through all its connections.
    Parameters differ between its registration and its calls (RFC 5626: `ob`)."""
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
        """The leg of `aor` in this call is another one from now on."""
        for call_id in call_ids:
            self._legs.pop((call_id, aor), None)

    def is_one_of(self, call_ids: Iterable[str], aor: str, agents: frozenset[str]) -> bool:
        """Whether one of these is known to have the leg of `aor`. Of a leg that nobody told it is not known."""
        return any(self._legs.get((call_id, aor)) in agents for call_id in call_ids)
