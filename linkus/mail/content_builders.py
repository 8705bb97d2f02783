"""Maps each kind of mail to the function that builds its content."""

from __future__ import annotations

from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.mail.message_builder import ContentBuilder
from linkus.mail.models import MailKind
from linkus.password import content as password_reset
from linkus.welcome_mail import build as welcome
from linkus.welcome_mail import template_preview


def content_builders(settings: Settings, seal: Seal) -> dict[str, ContentBuilder]:
    return {
        MailKind.WELCOME.value: welcome.content_builder(settings, seal),
        MailKind.PASSWORD_RESET.value: password_reset.content_builder(settings),
        MailKind.TEMPLATE_TEST.value: template_preview.content_builder(settings),
    }
