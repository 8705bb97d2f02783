"""Finds past values from the changes since. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol


class Change(Protocol):
    @property
    def changed_at(self) -> datetime: ...

    @property
    def before(self) -> Mapping[str, Any]: ...


def values_at(present: Mapping[str, Any], changes: Iterable[Change], moment: datetime) -> dict[str, Any]:
    """Return the values as they were at a moment: `changes`, newest first, are taken back until then."""
    values = dict(present)
    for change in changes:
        if change.changed_at > moment:
            values |= {name: value for name, value in change.before.items() if name in values}
    return values
