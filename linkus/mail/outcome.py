"""Records what became of a mail: sent, waiting for its next attempt, or failed for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential import repository as credentials
from linkus.kit.bus import Bus
from linkus.kit.clock import now
from linkus.kit.database import Base, Database, after_commit
from linkus.kit.outbox import Outbox, RetryLater
from linkus.kit.waiting import finish_before_cancel
from linkus.kit.work import UnitOfWork
from linkus.kit.write_batcher import BATCH_CACHE, WriteBatcher
from linkus.mail import outage
from linkus.mail.explain import MailError
from linkus.mail.models import MailMessage, MailStatus
from linkus.mail.notify import publish_status
from linkus.mail.retry import requeue, should_retry
from linkus.mail.transport import Account

log = structlog.get_logger("mail")
MAILS = Base.metadata.tables[MailMessage.__tablename__]
BATCH_SECONDS = 0.05  # the outcomes of this period are written together; nobody who waits for a mail notices
_SENT = "mails_sent"  # key in the session's `BATCH_CACHE` dict, which lasts one transaction of `WriteBatcher`


class OutcomeRecorder:
    """Writes outcomes. Remembers whether the event log has an open outage, so that not every mail reads the log."""

    def __init__(self, database: Database, outbox: Outbox, bus: Bus) -> None:
        self._database = database
        self._outbox = outbox
        self._bus = bus
        self._writing = WriteBatcher(database, finish=self._write_sent, linger=BATCH_SECONDS)
        self._is_known_healthy = False  # the event log has been read, and has no open outage
        self._failures = 0

    async def record_sent(self, mail_id: int, account: Account, answer: str) -> None:
        async def write(db: AsyncSession) -> None:
            db.info[BATCH_CACHE].setdefault(_SENT, []).append({"mail": mail_id, "answer": answer})
            if not self._is_known_healthy:
                failures = self._failures
                await outage.end(self._work(db), account)
                after_commit(db, lambda: self._mark_healthy(failures))

        # the mail is out: finish this write even if the server stops now, or the next start sends the mail again
        await finish_before_cancel(self._writing.run(write))
        log.info("mail_sent", mail=mail_id, answer=answer)

    async def _write_sent(self, db: AsyncSession) -> None:
        """Write the outcome of all mails sent in this transaction with one statement."""
        sent: list[dict[str, Any]] = db.info[BATCH_CACHE].get(_SENT, [])
        if not sent:
            return
        values = {
            "status": MailStatus.SENT, "sent_at": now(), "attempts": MAILS.c.attempts + 1,
            "server_answer": bindparam("answer"), "error": "", "next_attempt_at": None, "sealed_tokens": None,
        }  # fmt: skip
        connection = await db.connection()
        await connection.execute(update(MAILS).where(MAILS.c.id == bindparam("mail")).values(values), sent)
        mail_ids = [row["mail"] for row in sent]
        recipients = select(MAILS.c.id, MAILS.c.extension_id).where(MAILS.c.id.in_(mail_ids))
        for mail_id, extension_id in (await connection.execute(recipients)).all():
            publish_status(db, self._bus, mail_id, extension_id, MailStatus.SENT)

    async def record_failure(
        self, mail_id: int, recipient: str, error: MailError, first_tried_at: datetime, failing_server: Account | None
    ) -> None:
        """Count a failed attempt. Raise RetryLater, unless the mail has failed for good. With `failing_server`, the
        server itself is the cause."""
        async with self._database.transaction() as db:
            if failing_server is not None:
                after_commit(db, self._mark_unhealthy)
                await outage.begin(self._work(db), failing_server, recipient, error)
            mail = await db.get(MailMessage, mail_id)
            if mail is None:
                return
            mail.attempts += 1
            mail.server_answer, mail.error = error.answer, error.code
            log.warning("mail_not_sent", mail=mail_id, stage=error.stage.value, code=error.code, answer=error.answer)
            if not should_retry(error, first_tried_at):
                await self._fail(db, mail)
                return
            self._requeue(db, mail)
        raise RetryLater(str(error), tried_since=first_tried_at.isoformat())

    async def postpone(self, mail_id: int) -> None:
        """Requeue a mail because the server began to fail while the mail waited for a connection. This is not counted
        as an attempt."""
        async with self._database.transaction() as db:
            mail = await db.get(MailMessage, mail_id)
            if mail is not None:
                self._requeue(db, mail)
        raise RetryLater("the mail server fails")

    async def cancel(self, mail_id: int, code: str) -> None:
        """Fail a mail that is no longer wanted or cannot be built."""
        async with self._database.transaction() as db:
            mail = await db.get(MailMessage, mail_id)
            if mail is not None:
                mail.error = code
                log.warning("mail_not_wanted", mail=mail_id, code=code)
                await self._fail(db, mail)

    def _requeue(self, db: AsyncSession, mail: MailMessage) -> None:
        requeue(mail)
        publish_status(db, self._bus, mail.id, mail.extension_id, mail.status)

    async def _fail(self, db: AsyncSession, mail: MailMessage) -> None:
        """Fail the mail and revoke its links: nobody will receive them, so they must not stay valid."""
        mail.status, mail.next_attempt_at, mail.sealed_tokens = MailStatus.FAILED, None, None
        await credentials.revoke(db, now(), mail_id=mail.id)
        publish_status(db, self._bus, mail.id, mail.extension_id, mail.status)

    def _mark_healthy(self, failures: int) -> None:
        """Note that there is no outage, unless the server failed since the event log was read. In that case the next
        mail that goes out reads it again."""
        if failures == self._failures:
            self._is_known_healthy = True

    def _mark_unhealthy(self) -> None:
        self._is_known_healthy = False
        self._failures += 1

    def _work(self, db: AsyncSession) -> UnitOfWork:
        return UnitOfWork(db, self._outbox, self._bus)
