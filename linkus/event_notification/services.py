"""Names the services that this feature adds to: contents of mails, and what the deletion of an extension concerns."""

from __future__ import annotations

from dataclasses import dataclass

from linkus.mail.services import MailServices
from linkus.organization.services import OrganizationServices


@dataclass(kw_only=True)
class NotificationServices(MailServices, OrganizationServices):
    pass
