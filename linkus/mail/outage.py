"""Logs "Default SMTP Server Error" once when the mail server begins to fail, and its end once a mail goes out again.

The last of these entries in the event log says whether there is an outage, so that a restart neither repeats nor
forgets one.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event import repository
from linkus.event.kinds import EventKind
from linkus.event.models import EventRecord
from linkus.event.service import record
from linkus.event.words import reason_text
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.mail.explain import MailError
from linkus.mail.schemas import MailOutage, MailServerSettings, MailStage
from linkus.mail.transport import Account
from linkus.system.models import Setting

MAIL_SERVER = "mail_server"  # the group of settings
KINDS = (EventKind.SMTP_SERVER_ERROR, EventKind.SMTP_SERVER_RECOVERED)
_SERVERS = {MailStage.CONNECT, MailStage.TLS, MailStage.LOGIN, MailStage.SENDER}
_AT_ANY_STAGE = {"mail_connection_lost", "mail_timeout", "mail_certificate_expired", "mail_tls_failed"}


def is_servers(error: MailError) -> bool:
    """Return whether the server fails with any mail, as opposed to refusing one recipient or content."""
    return error.stage in _SERVERS or error.code in _AT_ANY_STAGE or error.is_closing


async def begins(work: UnitOfWork, account: Account, recipient: str, error: MailError) -> None:
    """Record the outage, unless it is recorded already. A failure of another server is a new outage."""
    last = await _outage(work.db)
    if last is None or not _is_of(last, account):
        params = {
            "host": account.host, "port": account.port, "username": account.username,
            "sender": account.sender_address, "recipient": recipient, "answer": error.answer, "reason_code": error.code,
        }  # fmt: skip
        await record(work, EventKind.SMTP_SERVER_ERROR, params)


async def ends(work: UnitOfWork, account: Account) -> None:
    if await _outage(work.db) is not None:
        await record(work, EventKind.SMTP_SERVER_RECOVERED, {"host": account.host, "port": account.port})


async def _outage(db: AsyncSession) -> EventRecord | None:
    """Return the event log's entry for the current outage, if any.

    The lock on the settings row lets only one of several workers that fail at the same time report it (PostgreSQL).
    """
    await db.execute(select(Setting.key).where(Setting.key == MAIL_SERVER).with_for_update())
    last = await repository.latest(db, KINDS)
    return last if last is not None and last.kind == EventKind.SMTP_SERVER_ERROR else None


def _is_of(outage: EventRecord, server: Account | MailServerSettings) -> bool:
    return (outage.params["host"], outage.params["port"]) == (server.host, server.port)


async def present(db: AsyncSession, values: MailServerSettings, language: Language) -> MailOutage | None:
    """Return the outage of the configured mail server; an outage of an earlier server is ignored."""
    last = await repository.latest(db, KINDS)
    if last is None or last.kind != EventKind.SMTP_SERVER_ERROR or not _is_of(last, values):
        return None
    return MailOutage(since=last.created_at, message=reason_text(language, last.params))
