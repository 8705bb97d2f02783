"""The events of paging groups."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class PagingGroupChanged(Event):
    """A paging group was added, changed or deleted. A member leaves when its extension is deleted."""

    type: Literal["paging_group.changed"] = "paging_group.changed"
    id: int
    number: str
