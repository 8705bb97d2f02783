"""Builds the mail with the link to reset a forgotten password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import escape
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential import repository as credentials
from linkus.kit.clock import now
from linkus.kit.messages import Language, text
from linkus.kit.settings import Settings
from linkus.mail.compose import Content
from linkus.mail.message_builder import ContentBuilder, MailCancelled, Tokens
from linkus.mail.models import MailMessage
from linkus.mail.template.compiled import document
from linkus.mail.transport import Account
from linkus.shared.general_settings import public_address
from linkus.shared.models.extension import Extension

MIN_REMAINING_VALIDITY = timedelta(minutes=2)  # a link that expires before somebody reads it is useless


def reset_link(address: str, token: str) -> str:
    """Return the link. Its token comes after `#`, as in login links, so that no server and no link preview sees it."""
    return f"{address.rstrip('/')}/reset-password#t={token}"


def content_builder(settings: Settings) -> ContentBuilder:
    async def build(db: AsyncSession, mail: MailMessage, tokens: Tokens, account: Account) -> Callable[[], Content]:
        extension = await db.get(Extension, mail.extension_id) if mail.extension_id is not None else None
        if extension is None:
            raise MailCancelled("mail_extension_deleted")
        if not extension.linkus_enabled or "reset" not in tokens:
            raise MailCancelled("mail_credentials_gone")
        credential = await credentials.of_mail(db, mail.id)
        if credential is None or credential.revoked:
            raise MailCancelled("mail_reset_revoked")
        if credential.expires_at < now() + MIN_REMAINING_VALIDITY:
            raise MailCancelled("mail_reset_expired")
        language = cast(Language, mail.language)
        mail.subject = text(language, "reset_mail_subject", number=extension.number)
        content = reset_content(
            language,
            extension.number,
            extension.display_name,
            reset_link(await public_address(db, settings), tokens["reset"]),
        )
        return lambda: content

    return build


def reset_content(language: Language, number: str, name: str, link: str) -> Content:
    greeting, after = text(language, "reset_mail_body", number=number, name=name), text(language, "reset_mail_after")
    subject = text(language, "reset_mail_subject", number=number)
    shown_link = escape(link, quote=True)
    anchor = f'<a href="{shown_link}" style="word-break:break-all">{shown_link}</a>'
    html = f"<p>{escape(greeting)}</p><p>{anchor}</p><p>{escape(after)}</p>"
    return Content(
        subject=subject,
        plain=f"{greeting}\n\n{link}\n\n{after}\n",
        language=language,
        html=document(html, language, subject),
    )
