"""A clock that jumps, for tests of pauses and blocks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linkus.kit.clock import now
from linkus.lockout import lockouts


class Clock:
    """Jumps, for what counts failures."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = timedelta()
        monkeypatch.setattr(lockouts, "now", self._now)

    def _now(self) -> datetime:
        return now() + self._ahead

    def jump(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)
