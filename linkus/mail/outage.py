"""Logs "Default SMTP Server Error" once when the mail server begins to fail, and its end once a mail goes out again.

The last of these entries in the event log says whether there is an outage, so that a restart neither repeats nor
forgets one.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event import repository
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.mail.explain import MailError
from linkus.mail.schemas import MailOutage, MailServerSettings, MailStage
from linkus.mail.transport import Account
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event
from linkus.shared.event_log.words import reason_text
from linkus.shared.models.event import EventRecord
from linkus.shared.models.setting import Setting

MAIL_SERVER = "mail_server"  # the group of settings
OUTAGE_KINDS = (EventKind.SMTP_SERVER_ERROR, EventKind.SMTP_SERVER_RECOVERED)
_SERVER_STAGES = {MailStage.CONNECT, MailStage.TLS, MailStage.LOGIN, MailStage.SENDER}
_SERVER_CODES = {"mail_connection_lost", "mail_timeout", "mail_certificate_expired", "mail_tls_failed"}


def is_server_failure(error: MailError) -> bool:
    """Return whether the server fails with any mail, as opposed to refusing one recipient or content."""
    return error.stage in _SERVER_STAGES or error.code in _SERVER_CODES or error.is_closing


async def begin(work: UnitOfWork, account: Account, recipient: str, error: MailError) -> None:
    """Record the outage, unless it is recorded already. A failure of another server is a new outage."""
    latest = await _outage(work.db)
    if latest is None or not _is_of(latest, account):
        params = {
            "host": account.host, "port": account.port, "username": account.username,
            "sender": account.sender_address, "recipient": recipient, "answer": error.answer, "reason_code": error.code,
        }  # fmt: skip
        await record_event(work, EventKind.SMTP_SERVER_ERROR, params)


async def end(work: UnitOfWork, account: Account) -> None:
    if await _outage(work.db) is not None:
        await record_event(work, EventKind.SMTP_SERVER_RECOVERED, {"host": account.host, "port": account.port})


async def _outage(db: AsyncSession) -> EventRecord | None:
    """Return the event log's entry for the current outage, if any.

    The lock on the settings row lets only one of several workers that fail at the same time report it (PostgreSQL).
    """
    await db.execute(select(Setting.key).where(Setting.key == MAIL_SERVER).with_for_update())
    latest = await repository.latest(db, OUTAGE_KINDS)
    return latest if latest is not None and latest.kind == EventKind.SMTP_SERVER_ERROR else None


def _is_of(outage: EventRecord, server: Account | MailServerSettings) -> bool:
    return (outage.params["host"], outage.params["port"]) == (server.host, server.port)


async def current(db: AsyncSession, values: MailServerSettings, language: Language) -> MailOutage | None:
    """Return the outage of the configured mail server; an outage of an earlier server is ignored."""
    latest = await repository.latest(db, OUTAGE_KINDS)
    if latest is None or latest.kind != EventKind.SMTP_SERVER_ERROR or not _is_of(latest, values):
        return None
    return MailOutage(since=latest.created_at, message=reason_text(language, latest.params))
