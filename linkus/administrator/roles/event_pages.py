"""Withholds from an open portal page the events of pages that its administrator's role lacks."""

from __future__ import annotations

from collections.abc import Mapping

from linkus.kit.bus import Event
from linkus.shared.roles.catalogue import Page, Role
from linkus.shared.roles.rules import allows_any, is_super

# Events without pages tell nothing but that something is to be read again, or concern the session itself.
PAGES_OF_EVENT: Mapping[str, tuple[Page, ...]] = {
    "hello": (),
    "alive": (),
    "session.ended": (),
    "administrator.changed": (),
    "organization.changed": (),
    "permission_rule.changed": (),
    "server_settings.changed": (),
    "integration.changed": (),
    "route.changed": (),
    "presence.changed": ("extensions",),
    "extension.changed": (
        "extensions", "organization", "client_permission", "inbound_routes", "paging", "administrators",
    ),
    "settings.changed": ("extensions",),
    "devices.changed": ("extensions",),
    "client_settings.progress": ("extensions",),
    "mail.changed": ("extensions", "email", "linkus_server", "event_notification"),
    "import.progress": ("extensions", "inbound_routes"),
    "call.changed": ("calls",),
    "blocked_address.changed": ("blocked",),
    "notification_contact.changed": ("event_notification",),
    "event_template.changed": ("event_notification",),
    "event.logged": ("event_log", "status"),
    "prompt.changed": ("prompts",),
    "paging_group.changed": ("paging", "inbound_routes"),
    "trunk.changed": ("trunks", "inbound_routes", "outbound_routes", "call_analysis"),
    "visibility_rule.changed": ("client_permission",),
    "status.changed": ("status",),
}  # fmt: skip


def may_hear(role: Role, event: Event) -> bool:
    """Return whether the holders of a role get an event. One that this table lacks goes to super administrators."""
    pages = PAGES_OF_EVENT.get(event.type)
    if pages and event.type == "import.progress":  # the file's name belongs to the page that it was imported on
        kind = str(event.model_dump(mode="json")["kind"])
        return allows_any(role, [page for page in pages if str(page) == kind], "view")
    if pages is None:
        return is_super(role)
    return not pages or allows_any(role, pages, "view")
