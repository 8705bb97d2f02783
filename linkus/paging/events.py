"""The events of paging groups."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class PagingGroupChanged(Event):
    """A paging group was added, changed or deleted. A deleted member leaves with its own `extension.changed`."""

    type: Literal["paging_group.changed"] = "paging_group.changed"
    id: int
    number: str
