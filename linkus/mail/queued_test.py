"""Reports what became of a test mail that took the path of every mail."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import NotFound
from linkus.kit.messages import Language
from linkus.mail import server
from linkus.mail.models import MailKind, MailMessage, MailStatus
from linkus.mail.wording import describe


class QueuedTest(BaseModel):
    """Names the queued mail of a test."""

    mail_id: int


class QueuedTestStatus(BaseModel):
    mail_id: int
    status: MailStatus
    server_answer: str
    message: str


async def status_of_test(db: AsyncSession, mail_id: int, kind: MailKind, language: Language) -> QueuedTestStatus:
    """Return the state of a test mail of a kind. `message` says what went wrong and what to do."""
    mail = await db.get(MailMessage, mail_id)
    if mail is None or mail.kind != kind:
        raise NotFound()
    stored = await server.stored(db)
    return QueuedTestStatus(
        mail_id=mail.id,
        status=MailStatus(mail.status),
        server_answer=mail.server_answer,
        message=describe(language, mail.error, mail.server_answer, stored, mail.recipient) if mail.error else "",
    )
