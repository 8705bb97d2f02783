"""Builds the bytes of a queued mail when it is sent, so that changes made while it waited are in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential import repository as credentials
from linkus.kit.bus import Bus
from linkus.kit.database import Database
from linkus.kit.secrets import Seal, WrongKey
from linkus.kit.write_batcher import WriteBatcher
from linkus.mail import server
from linkus.mail.compose import Content, compose
from linkus.mail.explain import MailError
from linkus.mail.models import MailMessage, MailStatus
from linkus.mail.notify import publish_status
from linkus.mail.schemas import MailStage
from linkus.mail.transport import Account
from linkus.shared.models.extension import Extension

log = structlog.get_logger("mail")
Tokens = dict[str, str]
# Reads the facts of a mail from the database, and returns a function that renders its content without the database.
ContentBuilder = Callable[[AsyncSession, MailMessage, Tokens, Account], Awaitable[Callable[[], Content]]]


class MailCancelled(Exception):
    """Raised when a mail is no longer wanted (extension deleted, Linkus switched off) or cannot be built; `code` says
    why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PasswordLost(MailError):
    """Raised when the mail server's password cannot be decrypted. Mails wait as after a refused login: once the right
    key is back, they go out without further action."""

    def __init__(self, account: Account, recipient: str) -> None:
        super().__init__(MailStage.LOGIN, "mail_password_lost", temporary=True)
        self.account, self.recipient = account, recipient


@dataclass(frozen=True)
class Message:
    """Holds a mail that is ready to be sent."""

    account: Account
    recipient: str
    content: bytes


@dataclass(frozen=True)
class _Facts:
    """Holds what was read for one mail."""

    account: Account
    recipient: str
    message_id: str
    created_at: datetime
    render: Callable[[], Content]

    def compose(self) -> bytes:
        return compose(self.account, self.recipient, self.render(), self.message_id, self.created_at)


class MessageBuilder:
    """Builds messages. `content_builders` maps a kind of mail to the function that builds its content."""

    def __init__(self, database: Database, bus: Bus, seal: Seal, content_builders: dict[str, ContentBuilder]) -> None:
        self._bus = bus
        self._seal = seal
        self._content_builders = content_builders
        self._reading = WriteBatcher(database, _read_batch, finish=credentials.write_begun)
        self._composer = ThreadPoolExecutor(1, "compose")  # more would contend for the interpreter and be no faster

    async def build(self, mail_id: int) -> Message | None:
        """Mark the mail as being sent and return it. Return None if its outcome is known already."""

        async def read(db: AsyncSession) -> _Facts | None:
            return await self._read(db, mail_id)

        facts = await self._reading.run(read, mail_id)
        if facts is None:
            return None
        # QR codes and HTML take milliseconds each: build them off the event loop, which answers the core's requests
        try:
            content = await asyncio.get_running_loop().run_in_executor(self._composer, facts.compose)
        except ValueError as error:  # an address that cannot be written into a header
            raise MailError(MailStage.RECIPIENT, "mail_address_invalid", str(error)[:200], temporary=False) from error
        except Exception as error:
            raise _own_fault(mail_id, error) from error
        return Message(facts.account, facts.recipient, content)

    async def _read(self, db: AsyncSession, mail_id: int) -> _Facts | None:
        mail = await db.get(MailMessage, mail_id)
        if mail is None or mail.status in (MailStatus.SENT, MailStatus.FAILED):
            return None
        account = await server.account(db, self._seal)
        if account is None:
            raise MailCancelled("mail_no_server")
        if account.password_lost:
            raise PasswordLost(account, mail.recipient)
        render = await self._prepare_content(db, mail, account)
        mail.status = MailStatus.SENDING
        publish_status(db, self._bus, mail.id, mail.extension_id, mail.status)
        return _Facts(account, mail.recipient, mail.message_id, mail.created_at, render)

    async def _prepare_content(self, db: AsyncSession, mail: MailMessage, account: Account) -> Callable[[], Content]:
        try:
            tokens: Tokens = json.loads(self._seal.open(mail.sealed_tokens)) if mail.sealed_tokens else {}
            return await self._content_builders[mail.kind](db, mail, tokens, account)
        except (MailCancelled, SQLAlchemyError):
            raise
        except WrongKey as error:
            raise MailCancelled("mail_wrong_key") from error
        except Exception as error:
            raise _own_fault(mail.id, error) from error


def _own_fault(mail_id: int, error: Exception) -> MailCancelled:
    """Log a fault of our own and return the error that fails the mail, because every retry would fail the same way."""
    log.error("mail_not_made", mail=mail_id, exc_info=error)
    return MailCancelled("mail_not_made")


async def _read_batch(db: AsyncSession, mail_ids: list[int]) -> list[Any]:
    """Read the mails of a batch, their credentials and their extensions with one query each."""
    await credentials.read_ahead(db, mail_ids)
    mails = (await db.scalars(select(MailMessage).where(MailMessage.id.in_(mail_ids)))).all()
    extension_ids = [mail.extension_id for mail in mails if mail.extension_id is not None]
    return [*mails, *(await db.scalars(select(Extension).where(Extension.id.in_(extension_ids)))).all()]
