"""The events of registrations."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event
from linkus.shared.extension_schemas import Online


class RegistrationLost(Event):
    """No call reaches this session's phone by `contact` any more."""

    type: Literal["registration.lost"] = "registration.lost"
    contact: str


class PresenceChanged(Event):
    """A client or phone has registered or gone, or a call of the extension has begun or ended."""

    type: Literal["presence.changed"] = "presence.changed"
    number: str
    online: Online
    on_call: bool
