"""The events that several features publish."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from linkus.kit.bus import Event
from linkus.shared.event_log.kinds import EventCategory, EventKind, EventLevel


class ServerSettingsChanged(Event):
    """A group of settings has changed: read it again. Groups: `general`, `mail_server`, `mail_language`,
    `linkus_server`, `login_mode`, `mobile_default`, `privacy` and others."""

    type: Literal["server_settings.changed"] = "server_settings.changed"
    group: str
    version: int


class ExtensionChanged(Event):
    """An extension was added, changed or deleted. To the portal both fields are null when many have changed: read the
    list again."""

    type: Literal["extension.changed"] = "extension.changed"
    id: int | None
    number: str | None


class ColleagueChanged(Event):
    """A colleague is new, or has another name."""

    type: Literal["colleague.changed"] = "colleague.changed"
    number: str
    display_name: str


class ColleagueRemoved(Event):
    """A colleague's extension was deleted."""

    type: Literal["colleague.removed"] = "colleague.removed"
    number: str


class ColleaguesChanged(Event):
    """Many colleagues or a visibility rule have changed: read the list again, each client after a random part of
    `spread_ms`."""

    type: Literal["colleagues.changed"] = "colleagues.changed"
    spread_ms: int


class CompanyChanged(Event):
    """The company has another name. The event carries it, so that thousands of clients need not ask."""

    type: Literal["company.changed"] = "company.changed"
    company_name: str


class MailChanged(Event):
    """Both ids are null when many mails were queued or have changed: read the list again."""

    type: Literal["mail.changed"] = "mail.changed"
    mail_id: int | None
    extension_id: int | None
    status: str


class RouteChanged(Event):
    """Routes have changed: read them again."""

    type: Literal["route.changed"] = "route.changed"


class EventLogged(Event):
    """An event of the event log, as in `GET /admin/events` without `name` and `text`. It is published again with each
    repeat that its row counts."""

    type: Literal["event.logged"] = "event.logged"
    id: int
    kind: EventKind
    category: EventCategory
    level: EventLevel
    params: dict[str, Any]
    created_at: datetime
    repeats: int
