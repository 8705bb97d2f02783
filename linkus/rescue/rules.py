"""Decides which legs were lost when the core died."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Begun(Protocol):
    @property
    def begun(self) -> int: ...


LegT = TypeVar("LegT", bound=Begun)


def lost_with_core(legs: Iterable[LegT], core_started_at: float) -> list[LegT]:
    """Return the legs that are older than the core. Both times are in whole seconds, and the core takes longer than a
    second to start, so a leg that began in the second of the core's start is an old one."""
    return [leg for leg in legs if leg.begun <= core_started_at]
