"""Keeps the edge's counters: messages refused by its gate, and faults of its routing script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from linkus.system.schemas import EdgeCountersView, RefusedMessages

FAULT = "fault"
_PREFIX = "gate "
_TOO_MANY = frozenset({"flood"})
_NO_DIALOG = frozenset({"no-such-dialog", "reply-to-nothing", "unproven"})
_IMPOSTOR = frozenset({"not-the-core"})


class EdgeCounters:
    """Holds the counts since the edge's last start. The edge repeats all of them, so a lost event does no harm."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._since: datetime | None = None

    def take(self, since: datetime, counts: Mapping[str, int]) -> None:
        """Store the counts. `since` is the start of the edge: the brain may have started to listen much later."""
        self._since, self._counts = since, dict(counts)

    @property
    def faults(self) -> int:
        return self._counts.get(FAULT, 0)

    @property
    def refused(self) -> dict[str, int]:
        """Return the number of refused messages for each reason of the gate."""
        found = {name.removeprefix(_PREFIX): count for name, count in self._counts.items() if name.startswith(_PREFIX)}
        return dict(sorted(found.items()))

    def view(self) -> EdgeCountersView:
        refused = self.refused

        def total(reasons: frozenset[str]) -> int:
            return sum(count for reason, count in refused.items() if reason in reasons)

        others = _TOO_MANY | _NO_DIALOG | _IMPOSTOR
        return EdgeCountersView(
            since=self._since,
            faults=self.faults,
            refused=RefusedMessages(
                malformed=sum(count for reason, count in refused.items() if reason not in others),
                too_many=total(_TOO_MANY),
                no_dialog=total(_NO_DIALOG),
                impostor=total(_IMPOSTOR),
            ),
        )
