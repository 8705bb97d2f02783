"""Queues a test mail on the path of every mail, and reports what became of it."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import Conflict, NotFound
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.mail import server
from linkus.mail.models import MailKind, MailMessage, MailStatus
from linkus.mail.topics import AWAITED_TOPIC
from linkus.mail.wording import describe


class QueuedTest(BaseModel):
    """Names the queued mail of a test."""

    mail_id: int


class QueuedTestStatus(BaseModel):
    mail_id: int
    status: MailStatus
    server_answer: str
    message: str


async def queue_test(work: UnitOfWork, mail: MailMessage) -> int:
    """Queue a mail that somebody waits for, and return its id."""
    if not await server.is_configured(work.db):
        raise Conflict("mail_no_server")
    work.db.add(mail)
    await work.db.flush()
    work.enqueue(AWAITED_TOPIC, {"mail_id": mail.id})
    return mail.id


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
