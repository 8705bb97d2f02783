"""Kinds of events in the log. The manual makes level and notification configurable (OV-8); here they are fixed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventCategory(StrEnum):
    OPERATION = "operation"
    TELEPHONY = "telephony"
    SYSTEM = "system"
    SECURITY = "security"


class EventLevel(StrEnum):
    """Levels of an event: 通知, 警告, 异常."""

    INFO = "info"
    WARNING = "warning"
    ALERT = "alert"


class EventKind(StrEnum):
    """The kinds of events. Each has two texts in linkus/kit/messages: `event_<kind>_name`, and `event_<kind>` with its
    parameters."""

    SMTP_SERVER_ERROR = "smtp_server_error"
    SMTP_SERVER_RECOVERED = "smtp_server_recovered"
    TRUNK_FAILED = "trunk_failed"
    TRUNK_RECOVERED = "trunk_recovered"
    ADDRESS_BLOCKED = "address_blocked"
    ADDRESS_UNBLOCKED = "address_unblocked"


@dataclass(frozen=True)
class KindOfEvent:
    category: EventCategory
    level: EventLevel


KINDS: dict[EventKind, KindOfEvent] = {
    EventKind.SMTP_SERVER_ERROR: KindOfEvent(EventCategory.SYSTEM, EventLevel.ALERT),
    EventKind.SMTP_SERVER_RECOVERED: KindOfEvent(EventCategory.SYSTEM, EventLevel.INFO),
    EventKind.TRUNK_FAILED: KindOfEvent(EventCategory.TELEPHONY, EventLevel.WARNING),
    EventKind.TRUNK_RECOVERED: KindOfEvent(EventCategory.TELEPHONY, EventLevel.INFO),
    EventKind.ADDRESS_BLOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.ALERT),
    EventKind.ADDRESS_UNBLOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.INFO),
}
