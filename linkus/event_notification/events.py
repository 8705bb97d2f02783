"""The events of notification contacts."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class NotificationContactChanged(Event):
    """A notification contact was added, changed or deleted."""

    type: Literal["notification_contact.changed"] = "notification_contact.changed"
    id: int
