"""The events of blocked addresses."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class BlockedAddressChanged(Event):
    """An address was blocked or unblocked."""

    type: Literal["blocked_address.changed"] = "blocked_address.changed"
    address: str
