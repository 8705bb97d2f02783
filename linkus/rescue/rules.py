"""Which legs are lost when the core has died."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Begun(Protocol):
    @property
    def begun(self) -> int: ...


LegT = TypeVar("LegT", bound=Begun)


def lost_with_core(legs: Iterable[LegT], core_started_at: float) -> list[LegT]:
    """Return the legs that are older than the core. Both times are cut to whole seconds, and the core takes longer than
    that to start, so that a leg of the second in which it started is an old one."""
    return [leg for leg in legs if leg.begun <= core_started_at]
