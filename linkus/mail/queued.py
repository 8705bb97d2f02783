"""Makes the row of a mail that is about to be sent. Its subject is that of the content, which is built later."""

from __future__ import annotations

import uuid

from linkus.kit.clock import now
from linkus.mail.models import MailKind, MailMessage, MailStatus


def queued_mail(
    kind: MailKind,
    recipient: str,
    language: str,
    *,
    extension_id: int | None = None,
    event_id: int | None = None,
    message_id: str | None = None,
    sealed_tokens: str | None = None,
) -> MailMessage:
    """Return a mail to add to the transaction, with an id of its own unless `message_id` is given."""
    return MailMessage(
        message_id=message_id or str(uuid.uuid4()),
        kind=kind,
        extension_id=extension_id,
        event_id=event_id,
        recipient=recipient,
        subject="",
        language=language,
        status=MailStatus.QUEUED,
        attempts=0,
        created_at=now(),
        server_answer="",
        error="",
        sealed_tokens=sealed_tokens,
    )
