"""A figure of a measurement: its value, its reference value, and its output line."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    reference: str
    reference_value: float

    @property
    def ratio(self) -> float:
        if self.reference_value:
            return self.value / self.reference_value
        return math.inf if self.value else 0.0

    def __str__(self) -> str:
        reference = f"reference {self.reference} {number(self.reference_value)}, ratio {self.ratio:.2f}"
        return f"bench: {self.name} {number(self.value)} {self.unit} ({reference})"


def number(value: float) -> str:
    """Format with three significant digits. Such a measurement has no more."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def show(figure: Figure) -> None:
    sys.stdout.write(f"{figure}\n")
    sys.stdout.flush()
