"""Says which page of the portal shows a group of the server's settings, and so who may read its history."""

from __future__ import annotations

from collections.abc import Mapping

from linkus.shared.roles.catalogue import Page

PAGE_OF_GROUP: Mapping[str, Page] = {
    "general": "general",
    "privacy": "general",
    "mail_server": "email",
    "mail_language": "email",
    "linkus_server": "linkus_server",
    "login_mode": "linkus_server",
    "mobile_default": "linkus_server",
    "linkus_sdk": "linkus_sdk",
    "second_factor": "administrators",
    "lockout": "blocked",
    "event_types": "event_notification",
}
HISTORY_PAGES: tuple[Page, ...] = tuple(dict.fromkeys(PAGE_OF_GROUP.values()))


def page_of_group(key: str) -> Page | None:
    """Return the page that shows a group of settings, or None if there is no such group."""
    return PAGE_OF_GROUP.get(key)
