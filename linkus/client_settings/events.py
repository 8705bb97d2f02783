"""The events of client settings."""

from __future__ import annotations

from typing import Literal

from linkus.client_settings.schemas import DesktopSettingsView, MobileSettingsView, WebSettingsView
from linkus.kit.bus import Event
from linkus.kit.kinds import ClientKind


class MobileSettingsChanged(Event, MobileSettingsView):
    """The settings of one client kind, as in `GET /client/settings`."""

    type: Literal["settings.changed"] = "settings.changed"
    number: str


class DesktopSettingsChanged(Event, DesktopSettingsView):
    """The settings of one client kind, as in `GET /client/settings`."""

    type: Literal["settings.changed"] = "settings.changed"
    number: str


class WebSettingsChanged(Event, WebSettingsView):
    """The settings of one client kind, as in `GET /client/settings`."""

    type: Literal["settings.changed"] = "settings.changed"
    number: str


class ManySettingsChanged(Event):
    """The client settings of many extensions have changed: read them again."""

    type: Literal["settings.changed"] = "settings.changed"
    number: None = None
    kind: str


SETTINGS_CHANGED: dict[str, type[MobileSettingsChanged | DesktopSettingsChanged | WebSettingsChanged]] = {
    ClientKind.MOBILE: MobileSettingsChanged,
    ClientKind.DESKTOP: DesktopSettingsChanged,
    ClientKind.WEB: WebSettingsChanged,
}
