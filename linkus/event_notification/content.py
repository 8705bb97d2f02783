"""Builds the mail that tells a contact of an event."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification.floods import count_untold
from linkus.kit.clock import local_time, now
from linkus.kit.messages import Language, text
from linkus.kit.settings import Settings
from linkus.mail.compose import Content
from linkus.mail.message_builder import ContentBuilder, MailCancelled, Tokens
from linkus.mail.models import MailKind, MailMessage
from linkus.mail.template.compiled import document
from linkus.mail.transport import Account
from linkus.shared.event_log.kinds import KINDS, EventKind
from linkus.shared.event_log.record import BUNDLE_PERIOD
from linkus.shared.event_log.words import event_name, event_text
from linkus.shared.general_settings import general_settings, public_address
from linkus.shared.models.event import EventRecord

_HEAD_STYLE = "padding:4px 16px 4px 0;color:#6b7280;white-space:nowrap;vertical-align:top"
LOG_PATH = "/portal/event-log"
# The example of a test mail is an event that every installation knows; its address is reserved for examples (RFC 5737).
EXAMPLE = EventKind.ADMINISTRATOR_SIGNED_IN
EXAMPLE_PARAMS = {"username": "admin", "address": "192.0.2.10"}


def content_builder(settings: Settings) -> ContentBuilder:
    async def build(db: AsyncSession, mail: MailMessage, _tokens: Tokens, _account: Account) -> Callable[[], Content]:
        event = await _event_of(db, mail)
        language = cast(Language, mail.language)
        company = (await general_settings(db)).company_name
        link = f"{await public_address(db, settings)}{LOG_PATH}"
        repeats = await count_untold(db, event) if mail.kind == MailKind.EVENT_REPEATS.value else 0
        content = event_content(language, event, company, link, repeats)
        mail.subject = content.subject[:255]
        return lambda: content

    return build


async def _event_of(db: AsyncSession, mail: MailMessage) -> EventRecord:
    if mail.kind == MailKind.EVENT_TEST.value:
        return EventRecord(
            kind=EXAMPLE.value, level=KINDS[EXAMPLE].level.value, params=EXAMPLE_PARAMS, repeats=0, created_at=now()
        )
    event = await db.get(EventRecord, mail.event_id) if mail.event_id is not None else None
    if event is None:
        raise MailCancelled("mail_event_gone")
    return event


def event_content(language: Language, event: EventRecord, company: str, link: str, repeats: int) -> Content:
    """Return the mail about an event, or about what happened again as often as `repeats` says."""
    kind = EventKind(event.kind)
    level, name = text(language, f"event_level_{event.level}"), event_name(language, kind)
    what = event_text(language, kind, event.params)
    repeated = ""
    if repeats:
        minutes = int(BUNDLE_PERIOD.total_seconds() // 60)
        repeated = text(language, "event_mail_repeats", count=repeats, minutes=minutes)
    rows = [
        (text(language, "event_mail_event"), name),
        (text(language, "event_mail_level"), level),
        (text(language, "event_mail_time"), local_time(event.created_at, seconds=True)),
        (text(language, "event_mail_text"), what),
        *([(text(language, "event_mail_repeated"), repeated)] if repeated else []),
    ]
    after = text(language, "event_mail_after", company=company or text(language, "event_mail_company"))
    subject = text(language, "event_mail_subject", level=level, name=name, company=company).strip(" -–")
    cells = "".join(
        f'<tr><td style="{_HEAD_STYLE}">{escape(head)}</td><td style="padding:4px 0">{escape(value)}</td></tr>'
        for head, value in rows
    )
    shown_link = escape(link, quote=True)
    html = (
        f'<table role="presentation" style="border-collapse:collapse">{cells}</table>'
        f'<p><a href="{shown_link}">{shown_link}</a></p><p>{escape(after)}</p>'
    )
    colon = text(language, "event_mail_colon")
    plain = "\n".join(f"{head}{colon}{value}" for head, value in rows)
    return Content(
        subject=subject,
        plain=f"{plain}\n\n{link}\n\n{after}\n",
        language=language,
        html=document(html, language, subject),
    )
