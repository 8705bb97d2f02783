"""Maps each kind of mail to the function that builds its content."""

from __future__ import annotations

from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.mail.models import MailKind
from linkus.mail.sender import Builder
from linkus.password import content as reset_content
from linkus.welcome_mail import build, template_preview


def builders(settings: Settings, seal: Seal) -> dict[str, Builder]:
    return {
        MailKind.WELCOME.value: build.builder(settings, seal),
        MailKind.PASSWORD_RESET.value: reset_content.builder(settings),
        MailKind.TEMPLATE_TEST.value: template_preview.builder(settings),
    }
