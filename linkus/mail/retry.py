"""Retries waiting mails immediately once the mail server's settings are corrected or shown to work."""

from __future__ import annotations

from sqlalchemy import select, update

from linkus.kit.clock import now
from linkus.kit.outbox import OutboxRow
from linkus.kit.work import UnitOfWork
from linkus.mail.models import MailMessage, MailStatus

TOPIC = "mail.send"
AWAITED = "mail.awaited"  # mails that somebody waits for; they go out before thousands of others
MOST = 1000  # the others follow soon enough, when their back-off ends


async def retry_now(work: UnitOfWork) -> int:
    """Make waiting mails due now and return how many, without mails in flight: their outbox row is leased, and their
    next attempt is not in the future."""
    moment = now()
    waiting = select(MailMessage.id).where(
        MailMessage.status == MailStatus.QUEUED, MailMessage.next_attempt_at > moment
    )
    ids = set((await work.db.scalars(waiting.limit(MOST))).all())
    if not ids:
        return 0
    rows = await work.db.scalars(
        select(OutboxRow).where(OutboxRow.topic.in_((TOPIC, AWAITED)), OutboxRow.due_at > moment)
    )
    due = [row.id for row in rows if row.payload["mail_id"] in ids]
    await work.db.execute(update(OutboxRow).where(OutboxRow.id.in_(due)).values(due_at=moment))
    await work.db.execute(update(MailMessage).where(MailMessage.id.in_(ids)).values(next_attempt_at=moment))
    work.wake(TOPIC)  # one worker serves both topics
    return len(due)
