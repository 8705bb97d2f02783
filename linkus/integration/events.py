"""The events of integrations."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class IntegrationChanged(Event):
    """An integration was switched on or off."""

    type: Literal["integration.changed"] = "integration.changed"
    name: Literal["linkus-sdk"] = "linkus-sdk"
    enabled: bool
    version: int
