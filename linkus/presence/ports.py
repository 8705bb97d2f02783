"""Defines what presence reports about clients. Those who act on it add themselves to the observers of `Presence`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Deregistered:
    """Says that a client or desk phone was deregistered, and that its credentials up to `revoked_until` are refused."""

    aor: str
    revoked_until: int  # unix time, as requested
    calls_end_at: datetime | None = None  # None: at once
    owners: frozenset[str] | None = None  # only these browsers or apps (contact_owner); None: the whole client


class ConnectionObserver(Protocol):
    """Observes the connections of clients. `owner` is the browser or app at the other end, None if it is not known."""

    def connection_closed(self, aor: str, owner: str | None) -> None: ...
    def connection_silent(self, aor: str, owner: str | None) -> None:
        """Take note that nothing is heard from a client. The edge repeats this."""
        ...

    def registrations_read(self) -> None:
        """Take note that the registry now agrees with the edge."""
        ...


class DeregistrationObserver(Protocol):
    """Observes clients and phones that are deregistered: their sessions have ended, or their extension is deleted."""

    def may_be_on_call(self, aor: str) -> bool:
        """Return whether a call of this client may be going on. During a call the client keeps its connection."""
        ...

    async def deregistered(self, fact: Deregistered) -> None:
        """Act on it. What this raises, RetryLater included, repeats the whole deregistration later."""
        ...
