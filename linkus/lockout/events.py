"""The events of blocked and allowed addresses."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class BlockedAddressChanged(Event):
    """An address or a network was blocked or unblocked, or is never blocked from now on."""

    type: Literal["blocked_address.changed"] = "blocked_address.changed"
    address: str
