"""All services of the running server in one object, which `linkus/app.py` builds.

`services.py` of each feature has the part that the feature offers or needs, and the dependencies of its endpoints.
"""

from __future__ import annotations

from dataclasses import dataclass

from linkus.call.records.services import RecordServices
from linkus.call.services import CallServices
from linkus.client_permission.visibility.services import VisibilityServices
from linkus.event_notification.services import NotificationServices
from linkus.extension.services import ExtensionServices
from linkus.mail.services import MailServices
from linkus.organization.services import OrganizationServices
from linkus.presence.services import PresenceServices
from linkus.prompt.services import PromptServices
from linkus.security.services import SecurityServices
from linkus.session.services import SessionServices
from linkus.system.services import SystemServices
from linkus.trunk.services import TrunkServices
from linkus.voicemail.services import VoicemailServices


@dataclass(kw_only=True)
class Services(
    SystemServices,
    VoicemailServices,
    CallServices,
    RecordServices,
    SecurityServices,
    PresenceServices,
    TrunkServices,
    PromptServices,
    NotificationServices,
    MailServices,
    VisibilityServices,
    ExtensionServices,
    OrganizationServices,
    SessionServices,
):
    """Holds what features offer to each other. Each feature sees only the part that it names."""
