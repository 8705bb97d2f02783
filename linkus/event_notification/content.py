"""Builds the mail that tells a contact of an event."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification.floods import count_untold
from linkus.event_notification.schemas import EventTemplateTest
from linkus.event_notification.templates import compiled_draft, template_of
from linkus.event_notification.variables import event_values, example_of
from linkus.kit.errors import ValidationFailed
from linkus.kit.messages import Language
from linkus.kit.settings import Settings
from linkus.mail.compose import Content
from linkus.mail.message_builder import ContentBuilder, MailCancelled, Tokens
from linkus.mail.models import MailKind, MailMessage
from linkus.mail.template import Compiled
from linkus.mail.template.compiled import document
from linkus.mail.transport import Account
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.general_settings import general_settings, public_address
from linkus.shared.models.event import EventRecord

LOG_PATH = "/portal/event-log"
EXAMPLE = EventKind.ADMINISTRATOR_SIGNED_IN  # for the test of a contact: every installation knows it


def content_builder(settings: Settings) -> ContentBuilder:
    async def build(db: AsyncSession, mail: MailMessage, tokens: Tokens, _account: Account) -> Callable[[], Content]:
        language = cast(Language, mail.language)
        event = await _event_of(db, mail, tokens)
        repeats = await count_untold(db, event) if mail.kind == MailKind.EVENT_REPEATS.value else 0
        template = await _template(db, event, language, tokens)
        content = await event_content(db, settings, language, event, template, repeats)
        mail.subject = content.subject[:255]
        return lambda: content

    return build


async def _event_of(db: AsyncSession, mail: MailMessage, tokens: Tokens) -> EventRecord:
    if mail.kind == MailKind.EVENT_TEST.value:
        return example_of(EXAMPLE)
    if mail.kind == MailKind.EVENT_TEMPLATE_TEST.value:
        return example_of(EventKind(json.loads(tokens["draft"])["kind"]))
    event = await db.get(EventRecord, mail.event_id) if mail.event_id is not None else None
    if event is None:
        raise MailCancelled("mail_event_gone")
    return event


async def _template(db: AsyncSession, event: EventRecord, language: Language, tokens: Tokens) -> Compiled:
    kind = EventKind(event.kind)
    if "draft" not in tokens:
        return await template_of(db, kind, language)
    draft = EventTemplateTest.model_validate(json.loads(tokens["draft"])["draft"])
    try:
        return await compiled_draft(db, draft, kind, language, language)
    except ValidationFailed as error:  # a newer version has other variables
        raise MailCancelled("mail_template_invalid") from error


async def event_content(
    db: AsyncSession, settings: Settings, language: Language, event: EventRecord, template: Compiled, repeats: int = 0
) -> Content:
    """Return the mail about an event, or about what happened again as often as `repeats` says."""
    company = (await general_settings(db)).company_name
    link = f"{await public_address(db, settings)}{LOG_PATH}"
    rendered = template.render(event_values(language, event, company, link, repeats), language, {})
    return Content(
        subject=rendered.subject,
        plain=rendered.plain,
        language=language,
        html=document(rendered.html, language, rendered.subject),
    )
