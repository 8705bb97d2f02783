"""Kinds of events in the log, with the levels that they have until an administrator chooses others (OV-8)."""

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

    # OV-7, in the manual's order
    WEB_SIGN_IN_SUCCEEDED = "web_sign_in_succeeded"
    WEB_SIGN_IN_FAILED = "web_sign_in_failed"
    LINKUS_SIGN_IN_FAILED = "linkus_sign_in_failed"
    EXTENSION_PASSWORD_CHANGED = "extension_password_changed"  # noqa: S105 - a kind of event, not a password
    WEB_USER_LOCKED = "web_user_locked"
    LINKUS_USER_LOCKED = "linkus_user_locked"
    ADMINISTRATOR_SIGNED_IN = "administrator_signed_in"
    ADMINISTRATOR_SIGN_IN_FAILED = "administrator_sign_in_failed"
    ADMINISTRATOR_LOCKED = "administrator_locked"
    ADMINISTRATOR_PASSWORD_CHANGED = "administrator_password_changed"  # noqa: S105 - a kind of event, not a password
    SMTP_SERVER_ERROR = "smtp_server_error"
    SMTP_SERVER_RECOVERED = "smtp_server_recovered"
    TRUNK_FAILED = "trunk_failed"
    TRUNK_RECOVERED = "trunk_recovered"
    ADDRESS_BLOCKED = "address_blocked"
    ADDRESS_UNBLOCKED = "address_unblocked"
    ADDRESS_AT_RISK = "address_at_risk"
    SERVER_STARTED = "server_started"
    SERVER_UPGRADED = "server_upgraded"
    COMPONENT_RESTARTED = "component_restarted"
    DATABASE_UNAVAILABLE = "database_unavailable"
    STORAGE_NEARLY_FULL = "storage_nearly_full"
    STORAGE_RECOVERED = "storage_recovered"
    CERTIFICATE_EXPIRING = "certificate_expiring"


@dataclass(frozen=True)
class KindOfEvent:
    category: EventCategory
    level: EventLevel


KINDS: dict[EventKind, KindOfEvent] = {
    EventKind.WEB_SIGN_IN_SUCCEEDED: KindOfEvent(EventCategory.OPERATION, EventLevel.INFO),
    EventKind.WEB_SIGN_IN_FAILED: KindOfEvent(EventCategory.OPERATION, EventLevel.WARNING),
    EventKind.LINKUS_SIGN_IN_FAILED: KindOfEvent(EventCategory.OPERATION, EventLevel.WARNING),
    EventKind.EXTENSION_PASSWORD_CHANGED: KindOfEvent(EventCategory.OPERATION, EventLevel.INFO),
    EventKind.WEB_USER_LOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.ALERT),
    EventKind.LINKUS_USER_LOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.ALERT),
    EventKind.ADMINISTRATOR_SIGNED_IN: KindOfEvent(EventCategory.OPERATION, EventLevel.INFO),
    EventKind.ADMINISTRATOR_SIGN_IN_FAILED: KindOfEvent(EventCategory.OPERATION, EventLevel.WARNING),
    EventKind.ADMINISTRATOR_LOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.ALERT),
    EventKind.ADMINISTRATOR_PASSWORD_CHANGED: KindOfEvent(EventCategory.OPERATION, EventLevel.WARNING),
    EventKind.SMTP_SERVER_ERROR: KindOfEvent(EventCategory.SYSTEM, EventLevel.ALERT),
    EventKind.SMTP_SERVER_RECOVERED: KindOfEvent(EventCategory.SYSTEM, EventLevel.INFO),
    EventKind.TRUNK_FAILED: KindOfEvent(EventCategory.TELEPHONY, EventLevel.WARNING),
    EventKind.TRUNK_RECOVERED: KindOfEvent(EventCategory.TELEPHONY, EventLevel.INFO),
    EventKind.ADDRESS_BLOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.ALERT),
    EventKind.ADDRESS_UNBLOCKED: KindOfEvent(EventCategory.SECURITY, EventLevel.INFO),
    EventKind.ADDRESS_AT_RISK: KindOfEvent(EventCategory.SECURITY, EventLevel.WARNING),
    EventKind.SERVER_STARTED: KindOfEvent(EventCategory.SYSTEM, EventLevel.INFO),
    EventKind.SERVER_UPGRADED: KindOfEvent(EventCategory.SYSTEM, EventLevel.INFO),
    EventKind.COMPONENT_RESTARTED: KindOfEvent(EventCategory.SYSTEM, EventLevel.WARNING),
    EventKind.DATABASE_UNAVAILABLE: KindOfEvent(EventCategory.SYSTEM, EventLevel.ALERT),
    EventKind.STORAGE_NEARLY_FULL: KindOfEvent(EventCategory.SYSTEM, EventLevel.ALERT),
    EventKind.STORAGE_RECOVERED: KindOfEvent(EventCategory.SYSTEM, EventLevel.INFO),
    EventKind.CERTIFICATE_EXPIRING: KindOfEvent(EventCategory.SYSTEM, EventLevel.WARNING),
}
