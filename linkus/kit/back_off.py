"""Counts the pauses before something that keeps failing is started again."""

from __future__ import annotations


class BackOff:
    """Doubles the pause up to a limit. `reset` begins anew after something has run well."""

    def __init__(self, first_seconds: float, max_seconds: float) -> None:
        self._first_seconds, self._max_seconds = first_seconds, max_seconds
        self._seconds = first_seconds

    def next_seconds(self) -> float:
        seconds = self._seconds
        self._seconds = min(seconds * 2, self._max_seconds)
        return seconds

    def reset(self) -> None:
        self._seconds = self._first_seconds
