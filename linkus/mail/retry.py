"""Decides whether and when a failed mail is tried again.

A mail waits for its next attempt with the back-off of the outbox. It is due immediately once the mail server's settings
are corrected or shown to work.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from linkus.kit.clock import now
from linkus.kit.outbox import OutboxRow, back_off
from linkus.kit.work import UnitOfWork
from linkus.mail.explain import MailError
from linkus.mail.models import MailMessage, MailStatus
from linkus.mail.topics import AWAITED_TOPIC, SEND_TOPIC

MAX_RETRY_PERIOD = timedelta(hours=24)  # from the first attempt, because a mail may wait longer than this for its turn
MAX_MAILS_RETRIED_NOW = 1000  # the others follow soon enough, when their back-off ends


def should_retry(error: MailError, first_tried_at: datetime) -> bool:
    return error.temporary and now() - first_tried_at <= MAX_RETRY_PERIOD


def requeue(mail: MailMessage) -> None:
    """Put the mail back into the queue, and show when it is tried again."""
    mail.status = MailStatus.QUEUED
    mail.next_attempt_at = now() + back_off(max(mail.attempts - 1, 0))


async def retry_now(work: UnitOfWork) -> int:
    """Make waiting mails due now and return how many, without mails in flight: their outbox row is leased, and their
    next attempt is not in the future."""
    moment = now()
    waiting = select(MailMessage.id).where(
        MailMessage.status == MailStatus.QUEUED, MailMessage.next_attempt_at > moment
    )
    mail_ids = set((await work.db.scalars(waiting.limit(MAX_MAILS_RETRIED_NOW))).all())
    if not mail_ids:
        return 0
    rows = await work.db.scalars(
        select(OutboxRow).where(OutboxRow.topic.in_((SEND_TOPIC, AWAITED_TOPIC)), OutboxRow.due_at > moment)
    )
    row_ids = [row.id for row in rows if row.payload["mail_id"] in mail_ids]
    await work.db.execute(update(OutboxRow).where(OutboxRow.id.in_(row_ids)).values(due_at=moment))
    await work.db.execute(update(MailMessage).where(MailMessage.id.in_(mail_ids)).values(next_attempt_at=moment))
    work.wake(SEND_TOPIC)  # one worker serves both topics
    return len(row_ids)
