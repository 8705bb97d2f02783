"""The roles that always exist. Their names are the messages `role_<key>`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from linkus.shared.roles.catalogue import PAGES, VIEW_ONLY, Page, Permissions, Role

SUPER = "super"
CUSTOM = "custom"  # in the database; in the API `custom:<id>`
BuiltinKey = Literal["super", "administrator", "supervisor", "operator", "human_resources", "accounting"]
BUILTIN_KEYS: tuple[BuiltinKey, ...] = get_args(BuiltinKey)


def _all_of(pages: tuple[Page, ...]) -> Permissions:
    return {page: "view" if page in VIEW_ONLY else "edit" for page in pages}


_PERMISSIONS: Mapping[BuiltinKey, Permissions] = {
    "super": _all_of(PAGES),
    # sees who the administrators are, but makes nobody one
    "administrator": {**_all_of(PAGES), "administrators": "view"},
    "supervisor": {
        "extensions": "edit",
        "organization": "edit",
        "client_permission": "view",
        "trunks": "view",
        "inbound_routes": "edit",
        "outbound_routes": "view",
        "call_analysis": "view",
        "paging": "edit",
        "call_records": "view",
        "calls": "view",
        "prompts": "edit",
        "blocked": "view",
        "status": "view",
        "event_log": "view",
        "about": "view",
    },
    "operator": {
        "extensions": "view",
        "organization": "view",
        "paging": "view",
        "call_records": "view",
        "calls": "view",
    },
    "human_resources": {"extensions": "edit"},
    "accounting": {"call_records": "view"},
}
BUILTIN: Mapping[str, Role] = {key: Role(key, _PERMISSIONS[key]) for key in BUILTIN_KEYS}
