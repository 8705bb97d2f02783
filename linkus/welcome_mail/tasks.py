"""Builds the contents of welcome mails for the sending of mails."""

from __future__ import annotations

from linkus.mail.models import MailKind
from linkus.mail.services import MailServices
from linkus.welcome_mail import build, template_preview


def install(services: MailServices) -> None:
    services.content_builders |= {
        MailKind.WELCOME.value: build.content_builder(services.settings, services.seal),
        MailKind.TEMPLATE_TEST.value: template_preview.content_builder(services.settings),
    }
