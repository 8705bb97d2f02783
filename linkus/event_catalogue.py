"""The catalogue of the events that pages and programs receive over `/ws/events`, each with its payload.

`python -m tools.events` writes the SDK's types and the tables of docs/contracts/events.md from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel

from linkus.call.records.schemas import ClientCall
from linkus.call.schemas import HeldReason, LiveCall
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.client_settings.bulk_change.schemas import BulkView
from linkus.client_settings.schemas import DesktopSettingsView, MobileSettingsView, WebSettingsView
from linkus.event.kinds import EventCategory, EventKind, EventLevel
from linkus.importing.schemas import ImportProgress
from linkus.kit.bus import Event
from linkus.kit.kinds import ClientKind
from linkus.kit.messages import Language
from linkus.presence.schemas import Online
from linkus.session.schemas import EndReason
from linkus.system.schemas import EdgeCountersView, PartSummary
from linkus.trunk.schemas import TrunkStatus


# ---------------------------------------------------------------------- to every connection
class Hello(Event):
    """The first event of a connection."""

    type: Literal["hello"] = "hello"
    session_id: int
    server_time: datetime


class Alive(Event):
    """Sent when nothing else was for 5 s."""

    type: Literal["alive"] = "alive"


class SessionEnded(Event):
    """The session has ended; the socket closes with 4001. `call_seconds` comes with `linkus_disabled`: a call in
    progress may last so long, then the core ends it."""

    optional_fields: ClassVar[frozenset[str]] = frozenset({"call_seconds"})
    type: Literal["session.ended"] = "session.ended"
    reason: EndReason | Literal["not_signed_in"]
    call_seconds: int | None = None


# ---------------------------------------------------------------------- to clients
class RegistrationLost(Event):
    """No call reaches this session's phone by `contact` any more."""

    type: Literal["registration.lost"] = "registration.lost"
    contact: str


class PermissionsOfClients(BaseModel):
    """Says what each kind of client shows of a user's permissions, as `GET /client/permissions` does."""

    mobile: OwnPermissions
    web: OwnPermissions
    desktop: OwnPermissions


class PermissionsChanged(Event):
    """The user sees other menus, or may change other settings. Events of hidden menus are not sent."""

    type: Literal["permissions.changed"] = "permissions.changed"
    clients: PermissionsOfClients


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


class ClientOrganizationChanged(Event):
    """Departments, groups or who is in them have changed: read colleagues again, after a random part of `spread_ms`."""

    type: Literal["organization.changed"] = "organization.changed"
    spread_ms: int


class PresenceChanged(Event):
    """A client or phone has registered or gone, or a call of the extension has begun or ended."""

    type: Literal["presence.changed"] = "presence.changed"
    number: str
    online: Online
    on_call: bool


class CallChanged(Event, LiveCall):
    """A live call, as in `GET /admin/calls`."""

    type: Literal["call.changed"] = "call.changed"


class CallHeld(Event):
    """The other side holds the call (`hold`), or has lost its connection and is expected back (`away`). `call_id` is
    the id of the client's own leg. The core answers a hold itself and plays music, so no re-INVITE reaches the client.
    """

    type: Literal["call.held"] = "call.held"
    call_id: str
    reason: HeldReason | None


class CallKept(Event):
    """A client is gone from this call, which is kept for it, or it is back: read `GET /client/calls/current` again."""

    type: Literal["call.kept"] = "call.kept"
    call_id: str
    kept: bool


class ClaimReturned(Event):
    """The client that was to answer this call by itself cannot: ask again."""

    type: Literal["claim.returned"] = "claim.returned"
    call_id: str


class CallLogged(Event):
    """A call has ended. `record` is as in `GET /client/calls`."""

    type: Literal["call.logged"] = "call.logged"
    record: ClientCall
    missed_unseen: int


class VoicemailChanged(Event):
    """A message was left, heard or deleted: read them again."""

    type: Literal["voicemail.changed"] = "voicemail.changed"
    unheard: int


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


class DevicesChanged(Event):
    """Somebody signed in or out, or a remark changed: read the devices again. To the portal both fields are null when
    more than 50 have changed."""

    type: Literal["devices.changed"] = "devices.changed"
    extension_id: int | None
    number: str | None


class ExtensionChanged(Event):
    """An extension was added, changed or deleted. To the portal both fields are null when many have changed: read the
    list again."""

    type: Literal["extension.changed"] = "extension.changed"
    id: int | None
    number: str | None


# ---------------------------------------------------------------------- to the portal only
class ManySettingsChanged(Event):
    """The client settings of many extensions have changed: read them again."""

    type: Literal["settings.changed"] = "settings.changed"
    number: None = None
    kind: str


class MailChanged(Event):
    """Both ids are null when many mails were queued or have changed: read the list again."""

    type: Literal["mail.changed"] = "mail.changed"
    mail_id: int | None
    extension_id: int | None
    status: str


class ImportProgressed(Event, ImportProgress):
    """The progress of an import, as in `GET /admin/imports/{id}` without `errors` and `message`."""

    type: Literal["import.progress"] = "import.progress"


class BlockedAddressChanged(Event):
    """An address was blocked or unblocked."""

    type: Literal["blocked_address.changed"] = "blocked_address.changed"
    address: str


class EventLogged(Event):
    """An event of the event log, as in `GET /admin/events` without `name` and `text`."""

    type: Literal["event.logged"] = "event.logged"
    id: int
    kind: EventKind
    category: EventCategory
    level: EventLevel
    params: dict[str, Any]
    created_at: datetime


class PromptChanged(Event):
    """A prompt was uploaded or removed."""

    type: Literal["prompt.changed"] = "prompt.changed"
    name: str
    language: Language


class PagingGroupChanged(Event):
    """A paging group was added, changed or deleted. A deleted member leaves with its own `extension.changed`."""

    type: Literal["paging_group.changed"] = "paging_group.changed"
    id: int
    number: str


class TrunkChanged(Event):
    """The settings or the state of a trunk have changed: read it again."""

    optional_fields: ClassVar[frozenset[str]] = frozenset({"status"})
    type: Literal["trunk.changed"] = "trunk.changed"
    id: int
    status: TrunkStatus | None = None


class OrganizationChanged(Event):
    """Departments or groups have changed: read them, and the lists that depend on them, again."""

    type: Literal["organization.changed"] = "organization.changed"


class VisibilityRuleChanged(Event):
    """A visibility rule was added, changed or deleted. Its colleagues hear `colleagues.changed`."""

    type: Literal["visibility_rule.changed"] = "visibility_rule.changed"
    id: int


class PermissionRuleChanged(Event):
    """A rule for menus or settings was added, changed or deleted: read the rules of this kind again. Clients hear
    `permissions.changed`."""

    type: Literal["permission_rule.changed"] = "permission_rule.changed"
    kind: Literal["menu", "setting"]


class RouteChanged(Event):
    """Routes have changed: read them again."""

    type: Literal["route.changed"] = "route.changed"


class ServerSettingsChanged(Event):
    """A group of settings has changed: read it again. Groups: `general`, `mail_server`, `mail_language`,
    `linkus_server`, `login_mode`, `mobile_default`, `privacy` and others."""

    type: Literal["server_settings.changed"] = "server_settings.changed"
    group: str
    version: int


class IntegrationChanged(Event):
    """An integration was switched on or off."""

    type: Literal["integration.changed"] = "integration.changed"
    name: Literal["linkus-sdk"] = "linkus-sdk"
    enabled: bool
    version: int


class BulkProgressed(Event, BulkView):
    """The progress of a bulk change, as in `GET /admin/client-settings/bulk/{id}`."""

    type: Literal["client_settings.progress"] = "client_settings.progress"


class StatusChanged(Event):
    """The state of the server, as in `GET /admin/status` without the parts' `message`."""

    type: Literal["status.changed"] = "status.changed"
    ready: bool
    engine: Literal["on", "off"]
    parts: list[PartSummary]
    edge: EdgeCountersView


SETTINGS_CHANGED: dict[str, type[MobileSettingsChanged | DesktopSettingsChanged | WebSettingsChanged]] = {
    ClientKind.MOBILE: MobileSettingsChanged,
    ClientKind.DESKTOP: DesktopSettingsChanged,
    ClientKind.WEB: WebSettingsChanged,
}


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
    Entry(PresenceChanged, "clients that may see it, portal"),
    Entry(CallChanged, "extensions in it, portal"),
    Entry(CallHeld, "the extension"),
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
        PromptChanged,
        PagingGroupChanged,
        TrunkChanged,
        OrganizationChanged,
        VisibilityRuleChanged,
        PermissionRuleChanged,
        RouteChanged,
        ServerSettingsChanged,
        IntegrationChanged,
        BulkProgressed,
        StatusChanged,
    )
)
