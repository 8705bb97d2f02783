"""The events of sessions."""

from __future__ import annotations

from typing import ClassVar, Literal

from linkus.kit.bus import Event
from linkus.session.schemas import EndReason


class SessionEnded(Event):
    """The session has ended; the socket closes with 4001. `call_seconds` comes with `linkus_disabled`: a call in
    progress may last so long, then the core ends it."""

    optional_fields: ClassVar[frozenset[str]] = frozenset({"call_seconds"})
    type: Literal["session.ended"] = "session.ended"
    reason: EndReason | Literal["not_signed_in"]
    call_seconds: int | None = None


class DevicesChanged(Event):
    """Somebody signed in or out, or a remark changed: read the devices again. To the portal both fields are null when
    more than 50 have changed."""

    type: Literal["devices.changed"] = "devices.changed"
    extension_id: int | None
    number: str | None
