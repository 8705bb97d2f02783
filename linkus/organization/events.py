"""The events of departments and groups."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class ClientOrganizationChanged(Event):
    """Departments, groups or who is in them have changed: read colleagues again, after a random part of `spread_ms`."""

    type: Literal["organization.changed"] = "organization.changed"
    spread_ms: int


class OrganizationChanged(Event):
    """Departments or groups have changed: read them, and the lists that depend on them, again."""

    type: Literal["organization.changed"] = "organization.changed"
