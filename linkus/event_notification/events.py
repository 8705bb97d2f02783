"""The events of notification contacts and of mail templates."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event
from linkus.kit.messages import Language
from linkus.shared.event_log.kinds import EventKind


class EventTemplateChanged(Event):
    """The mail template of a kind of event was changed."""

    type: Literal["event_template.changed"] = "event_template.changed"
    kind: EventKind
    language: Language


class NotificationContactChanged(Event):
    """A notification contact was added, changed or deleted."""

    type: Literal["notification_contact.changed"] = "notification_contact.changed"
    id: int
