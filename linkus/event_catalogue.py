"""The catalogue of the events that pages and programs receive over `/ws/events`. `events.py` of each feature has their
payloads.

`python -m tools.events` writes the SDK's types and the tables of docs/contracts/events.md from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from linkus.administrator.events import AdministratorChanged
from linkus.call.live.events import CallChanged, CallConnected, CallHeld, CallKept, ClaimReturned
from linkus.call.records.events import CallLogged
from linkus.client_permission.rules.events import PermissionRuleChanged, PermissionsChanged
from linkus.client_permission.visibility.events import VisibilityRuleChanged
from linkus.client_settings.bulk_change.events import BulkProgressed
from linkus.client_settings.events import (
    DesktopSettingsChanged,
    ManySettingsChanged,
    MobileSettingsChanged,
    WebSettingsChanged,
)
from linkus.event_notification.events import EventTemplateChanged, NotificationContactChanged
from linkus.gateway.events import Alive, Hello
from linkus.importing.events import ImportProgressed
from linkus.integration.events import IntegrationChanged
from linkus.kit.bus import Event
from linkus.lockout.events import BlockedAddressChanged
from linkus.organization.events import ClientOrganizationChanged, OrganizationChanged
from linkus.paging.events import PagingGroupChanged
from linkus.presence.events import PresenceChanged, RegistrationLost
from linkus.prompt.events import PromptChanged
from linkus.session.events import DevicesChanged, SessionEnded
from linkus.shared.events import (
    ColleagueChanged,
    ColleagueRemoved,
    ColleaguesChanged,
    CompanyChanged,
    EventLogged,
    ExtensionChanged,
    MailChanged,
    RouteChanged,
    ServerSettingsChanged,
)
from linkus.system.events import StatusChanged
from linkus.trunk.events import TrunkChanged
from linkus.voicemail.events import VoicemailChanged


@dataclass(frozen=True)
class Entry:
    """Describes an event of the catalogue: its payload, and who receives it."""

    event: type[Event]
    receivers: str

    @property
    def type(self) -> str:
        name: str = self.event.model_fields["type"].default
        return name


EVERY_CONNECTION = (
    Entry(Hello, "the connection"),
    Entry(Alive, "the connection"),
    Entry(SessionEnded, "the session"),
)
CLIENTS_ONLY_OR_TOO = (
    Entry(RegistrationLost, "the session"),
    Entry(PermissionsChanged, "the extension"),
    Entry(ColleagueChanged, "clients that may see it"),
    Entry(ColleagueRemoved, "clients that saw it"),
    Entry(ColleaguesChanged, "all clients"),
    Entry(ClientOrganizationChanged, "all clients"),
    Entry(CompanyChanged, "all clients"),
    Entry(PresenceChanged, "clients that may see it, portal"),
    Entry(CallChanged, "extensions in it, portal"),
    Entry(CallHeld, "the extension"),
    Entry(CallConnected, "the extension"),
    Entry(CallKept, "the extension"),
    Entry(ClaimReturned, "the extension"),
    Entry(CallLogged, "the extension"),
    Entry(VoicemailChanged, "the extension"),
    Entry(MobileSettingsChanged, "the extension, portal"),
    Entry(DesktopSettingsChanged, "the extension, portal"),
    Entry(WebSettingsChanged, "the extension, portal"),
    Entry(DevicesChanged, "the extension, portal"),
    Entry(ExtensionChanged, "the extension, portal"),
)
PORTAL_ONLY = tuple(
    Entry(event, "portal")
    for event in (
        ManySettingsChanged,
        MailChanged,
        ImportProgressed,
        BlockedAddressChanged,
        EventLogged,
        NotificationContactChanged,
        EventTemplateChanged,
        PromptChanged,
        PagingGroupChanged,
        TrunkChanged,
        OrganizationChanged,
        VisibilityRuleChanged,
        PermissionRuleChanged,
        AdministratorChanged,
        RouteChanged,
        ServerSettingsChanged,
        IntegrationChanged,
        BulkProgressed,
        StatusChanged,
    )
)
