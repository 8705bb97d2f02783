"""Withholds the events of hidden menus from a client (PM-3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from linkus.client_permission.rules.events import PermissionsChanged
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.kit.bus import Event

# A client that shows no such menu has no use for these events, and must not learn from them what the menu would show.
MENU_OF_EVENT: Mapping[str, str] = {
    "presence.changed": "extensions",
    "colleague.changed": "extensions",
    "colleague.removed": "extensions",
    "colleagues.changed": "extensions",
    "organization.changed": "extensions",
    "call.logged": "call_logs",
    "voicemail.changed": "voicemails",
}


class MenuEvents:
    """Decides which events one connection gets, and follows the changes of its user's menus."""

    def __init__(self, menus: Collection[str], client_kind: str) -> None:
        self._menus, self._client_kind = frozenset(menus), client_kind

    def passes(self, event: Event) -> bool:
        if isinstance(event, PermissionsChanged):
            permissions: OwnPermissions = getattr(event.clients, self._client_kind)
            self._menus = frozenset(permissions.menus)
        menu = MENU_OF_EVENT.get(event.type)
        return menu is None or menu in self._menus
