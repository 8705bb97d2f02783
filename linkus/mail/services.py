"""Lets other features add the contents of their mails."""

from __future__ import annotations

from dataclasses import dataclass, field

from linkus.kit.services import KitServices
from linkus.mail.message_builder import ContentBuilder


@dataclass(kw_only=True)
class MailServices(KitServices):
    # by kind of mail (`MailKind`); the feature that queues such mails adds the function that builds their content
    content_builders: dict[str, ContentBuilder] = field(default_factory=dict)
