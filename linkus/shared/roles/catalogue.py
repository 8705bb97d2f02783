"""Lists the pages of the portal that roles name.

This is the only such list: routes state one of these pages, the portal's menu and the documents show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Action = Literal["view", "edit"]  # who may edit may view
Page = Literal[
    "extensions",
    "linkus_server",
    "organization",
    "client_permission",
    "trunks",
    "inbound_routes",
    "outbound_routes",
    "call_analysis",
    "paging",
    "call_records",
    "calls",
    "prompts",
    "general",
    "email",
    "event_notification",
    "administrators",
    "blocked",
    "status",
    "event_log",
    "audit_log",
    "about",
    "linkus_sdk",
]
PAGES: tuple[Page, ...] = get_args(Page)  # in the order of the portal's menu
ACTIONS: tuple[Action, ...] = get_args(Action)
# Nothing can be changed on these pages, so only `view` can be granted.
VIEW_ONLY: frozenset[Page] = frozenset(
    {"call_analysis", "call_records", "calls", "status", "event_log", "audit_log", "about"}
)

Permissions = Mapping[Page, Action]  # a page that is absent is hidden


@dataclass(frozen=True, slots=True)
class Role:
    """Says what its holders may do. `key` is that of a built-in role, or `custom:<id>` with the name that somebody
    gave it."""

    key: str
    permissions: Permissions
    name: str = ""
