"""Previews the mail about a kind of event on the screen, and sends it as a test mail, with an example event."""

from __future__ import annotations

import json

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification.content import event_content
from linkus.event_notification.schemas import EventTemplateDraft, EventTemplateTest
from linkus.event_notification.templates import compiled_draft
from linkus.event_notification.variables import example_of
from linkus.extension.rules import required_email_error
from linkus.kit.errors import ValidationFailed
from linkus.kit.messages import Language
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.mail import queued_test
from linkus.mail.models import MailKind
from linkus.mail.queued import queued_mail
from linkus.mail.template.checks import removal_warnings
from linkus.mail.template.schemas import MailPreview
from linkus.shared.event_log.kinds import EventKind


async def preview(
    db: AsyncSession,
    settings: Settings,
    kind: EventKind,
    language: Language,
    draft: EventTemplateDraft,
    reader: Language,
) -> MailPreview:
    compiled = await compiled_draft(db, draft, kind, language, reader)
    content = await event_content(db, settings, language, example_of(kind), compiled)
    return MailPreview(
        subject=content.subject, html=content.html, text=content.plain, warnings=removal_warnings(compiled, reader)
    )


async def send_test(
    work: UnitOfWork, seal: Seal, kind: EventKind, language: Language, test: EventTemplateTest, reader: Language
) -> int:
    """Queue a test mail and return its id. It takes the path of every mail, and so shows how mails will arrive."""
    if (recipient_error := required_email_error(test.recipient)) is not None:
        raise ValidationFailed(fields={"recipient": recipient_error})
    await compiled_draft(work.db, test, kind, language, reader)
    draft = {"kind": kind.value, "draft": test.model_dump(mode="json")}
    sealed = seal.seal(json.dumps({"draft": json.dumps(draft)}))
    return await queued_test.queue_test(
        work, queued_mail(MailKind.EVENT_TEMPLATE_TEST, test.recipient, language, sealed_tokens=sealed)
    )
