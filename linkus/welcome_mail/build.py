"""Reads the facts of a welcome mail when it is sent, so that changes made while it was queued are in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential import repository as credentials
from linkus.kit.messages import Language
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.mail.compose import Content, cid_url
from linkus.mail.message_builder import ContentBuilder, MailCancelled, Tokens
from linkus.mail.models import MailMessage
from linkus.mail.transport import Account
from linkus.server_settings.service import credential_validity
from linkus.session.login_mode import user_names
from linkus.shared.general_settings import general_settings, public_address
from linkus.shared.models.extension import Extension
from linkus.welcome_mail.content import Welcome, welcome_content
from linkus.welcome_mail.custom_content import custom_content, custom_subject
from linkus.welcome_mail.template_settings import custom_template


def content_builder(settings: Settings, seal: Seal) -> ContentBuilder:
    async def build(db: AsyncSession, mail: MailMessage, tokens: Tokens, account: Account) -> Callable[[], Content]:
        welcome = await facts(db, settings, seal, mail, tokens)
        compiled = await custom_template(db)
        if compiled is None:
            return lambda: welcome_content(welcome, lambda cid: cid_url(account, cid))
        mail.subject = custom_subject(compiled, welcome)
        return lambda: custom_content(compiled, welcome, lambda cid: cid_url(account, cid))

    return build


async def facts(db: AsyncSession, settings: Settings, seal: Seal, mail: MailMessage, tokens: Tokens) -> Welcome:
    extension = await db.get(Extension, mail.extension_id) if mail.extension_id is not None else None
    if extension is None:
        raise MailCancelled("mail_extension_deleted")
    if not extension.linkus_enabled:
        raise MailCancelled("welcome_linkus_disabled")
    credential = await credentials.of_mail(db, mail.id)
    if credential is None or not tokens:
        raise MailCancelled("mail_credentials_gone")
    if credential.revoked:
        raise MailCancelled("mail_credentials_revoked")
    pin = seal.open(extension.voicemail_pin_sealed) if extension.voicemail_enabled else ""
    # WM-5: the validity begins now, because the mail may have waited long for its turn or for the mail server
    validity = await credential_validity(db)
    return Welcome(
        company_name=(await general_settings(db)).company_name,
        display_name=extension.display_name,
        first_name=extension.first_name,
        last_name=extension.last_name,
        user_names=await user_names(db, extension),
        number=extension.number,
        email=mail.recipient,
        voicemail_pin=pin,
        public_address=await public_address(db, settings),
        validity_days=validity.days,
        expires_at=credentials.begin(db, mail.id, validity),
        language=cast(Language, mail.language),
        tokens=tokens,
    )
