"""Sends queued mails: handler of the outbox topic `mail.send`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential import repository as credentials
from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL, Bus
from linkus.kit.clock import now
from linkus.kit.database import Base, Database, after_commit
from linkus.kit.outbox import Outbox, RetryLater, back_off
from linkus.kit.secrets import Seal, WrongKey
from linkus.kit.waiting import finish_before_cancel
from linkus.kit.work import UnitOfWork
from linkus.kit.write_batcher import BATCH_CACHE, WriteBatcher
from linkus.mail import outage, retry, server
from linkus.mail.compose import Content, compose
from linkus.mail.explain import MailError
from linkus.mail.gate import Gate
from linkus.mail.models import MailMessage, MailStatus
from linkus.mail.pool import Pool, StaleConnection
from linkus.mail.rate import Bucket
from linkus.mail.schemas import MailStage
from linkus.mail.transport import Account

log = structlog.get_logger("mail")
TOPIC, AWAITED = retry.TOPIC, retry.AWAITED
MAILS = Base.metadata.tables[MailMessage.__tablename__]
_SENT = "mails_sent"  # key in the session's `BATCH_CACHE` dict, which lasts one transaction of `WriteBatcher`
AT_ONCE = 4  # connections: mail servers of small providers allow few
MANY = 128  # mails in flight while they go out quickly
SEND_SECONDS = 90.0  # below the lease of the outbox row, so that no other worker begins the same mail
ASK_AGAIN_SECONDS = 5.0  # the limit may change while mails wait for it
WRITE_SECONDS = 0.05  # the outcomes of this period are written together; nobody who waits for a mail notices
GIVE_UP = timedelta(hours=24)  # counted from the first attempt, because a mail may wait longer than this for its turn


class NotWanted(Exception):
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


Tokens = dict[str, str]
Builder = Callable[[AsyncSession, MailMessage, Tokens, Account], Awaitable[Callable[[], Content]]]


def _not_made(mail_id: int, error: Exception) -> NotWanted:
    """Log a fault of our own and return the error that fails the mail, because every retry would fail the same way."""
    log.error("mail_not_made", mail=mail_id, exc_info=error)
    return NotWanted("mail_not_made")


async def _read_ahead(db: AsyncSession, mail_ids: list[int]) -> list[Any]:
    await credentials.read_ahead(db, mail_ids)
    mails = (await db.scalars(select(MailMessage).where(MailMessage.id.in_(mail_ids)))).all()
    theirs = [mail.extension_id for mail in mails if mail.extension_id is not None]
    return [*mails, *(await db.scalars(select(Extension).where(Extension.id.in_(theirs)))).all()]


class Sender:
    """Sends mails. `builders` maps a kind of mail to a function that reads the facts from the database. It returns a
    second function, which builds the content without the database."""

    def __init__(
        self, database: Database, outbox: Outbox, bus: Bus, seal: Seal, pool: Pool, builders: dict[str, Builder]
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._bus = bus
        self._seal = seal
        self._pool = pool
        self._builders = builders
        self._bucket = Bucket()
        self._reading = WriteBatcher(database, _read_ahead, finish=credentials.write_begun)
        self._writing = WriteBatcher(database, finish=self._write_sent, linger=WRITE_SECONDS)
        self._composer = ThreadPoolExecutor(1, "compose")  # more would contend for the interpreter and be no faster
        self._connections = asyncio.Semaphore(AT_ONCE)
        self._gate = Gate()
        self._outage: bool | None = None  # None: not read from the event log yet
        self._failures = 0

    async def admit(self, wanted: int, in_hand: int) -> int:
        """Return how many mails may start now, given the rate limit and the state of the mail server."""
        while True:
            async with self._database.transaction(write=False) as db:
                self._bucket.set_limit((await server.stored(db)).mails_per_minute)
                account = await server.account(db, self._seal)
            let = self._gate.room(account, wanted, in_hand)
            room = self._bucket.available(let, in_hand)
            if room > 0 or in_hand:
                return room
            if let == 0:
                await self._gate.wait(ASK_AGAIN_SECONDS)
            else:
                await self._bucket.wait(ASK_AGAIN_SECONDS)

    async def handle(self, payload: dict[str, Any]) -> None:
        """Send one mail, at least once. Skip a mail whose outcome is known."""
        mail_id, turn = int(payload["mail_id"]), self._gate.turn
        tried_since = datetime.fromisoformat(payload["tried_since"]) if "tried_since" in payload else now()
        account, recipient = None, ""
        try:
            begun = await self._begin(mail_id)
            if begun is not None:
                account, recipient, content = begun
                await self._send(mail_id, account, recipient, content, turn)
        except NotWanted as error:
            await self._failed(mail_id, error.code)
        except PasswordLost as error:
            await self._not_sent(mail_id, error.account, error.recipient, error, turn, tried_since)
        except MailError as error:
            await self._not_sent(mail_id, account, recipient, error, turn, tried_since)

    async def _begin(self, mail_id: int) -> tuple[Account, str, bytes] | None:
        async def read(db: AsyncSession) -> tuple[Account, Callable[[], Content], str, str, datetime] | None:
            mail = await db.get(MailMessage, mail_id)
            if mail is None or mail.status in (MailStatus.SENT, MailStatus.FAILED):
                return None
            account = await server.account(db, self._seal)
            if account is None:
                raise NotWanted("mail_no_server")
            if account.password_lost:
                raise PasswordLost(account, mail.recipient)
            build = await self._build(db, mail, account)
            mail.status = MailStatus.SENDING
            self._tell(db, mail.id, mail.extension_id, mail.status)
            return account, build, mail.recipient, mail.message_id, mail.created_at

        found = await self._reading.run(read, mail_id)
        if found is None:
            return None
        account, build, recipient, message_id, created_at = found
        # QR codes and HTML take milliseconds each: build them off the event loop, which answers the core's requests
        try:
            content = await asyncio.get_running_loop().run_in_executor(
                self._composer, lambda: compose(account, recipient, build(), message_id, created_at)
            )
        except ValueError as error:  # an address that cannot be written into a header
            raise MailError(MailStage.RECIPIENT, "mail_address_invalid", str(error)[:200], temporary=False) from error
        except Exception as error:
            raise _not_made(mail_id, error) from error
        return account, recipient, content

    async def _build(self, db: AsyncSession, mail: MailMessage, account: Account) -> Callable[[], Content]:
        try:
            tokens: Tokens = json.loads(self._seal.open(mail.sealed_tokens)) if mail.sealed_tokens else {}
            return await self._builders[mail.kind](db, mail, tokens, account)
        except (NotWanted, SQLAlchemyError):
            raise
        except WrongKey as error:
            raise NotWanted("mail_wrong_key") from error
        except Exception as error:
            raise _not_made(mail.id, error) from error

    async def _send(self, mail_id: int, account: Account, recipient: str, content: bytes, turn: int) -> None:
        async with self._connections:
            if self._gate.closed and self._gate.turn != turn:
                await self._put_aside(mail_id)
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    answer = await self._transmit(account, recipient, content)
            except TimeoutError as error:
                raise MailError(MailStage.DATA, "mail_timeout", temporary=True) from error
        self._gate.works()

        async def write(db: AsyncSession) -> None:
            db.info[BATCH_CACHE].setdefault(_SENT, []).append({"mail": mail_id, "answer": answer})
            if self._outage is not False:
                failures = self._failures
                await outage.ends(self._work(db), account)
                after_commit(db, lambda: self._is_well(failures))

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
        theirs = select(MAILS.c.id, MAILS.c.extension_id).where(MAILS.c.id.in_([one["mail"] for one in sent]))
        for mail_id, extension_id in (await connection.execute(theirs)).all():
            self._tell(db, mail_id, extension_id, MailStatus.SENT)

    def _is_well(self, failures: int) -> None:
        """Note that there is no outage, unless the server failed since the event log was read. In that case the next
        mail that goes out reads it again."""
        if failures == self._failures:
            self._outage = False

    def _is_ill(self) -> None:
        self._outage = None
        self._failures += 1

    async def _transmit(self, account: Account, recipient: str, content: bytes) -> str:
        """Send on a pooled connection. If the server closed it while idle, open a new one: that is no sign of an
        outage."""
        try:
            return await self._pool.send(account, recipient, content, self._bucket.spend)
        except StaleConnection:
            return await self._pool.send(account, recipient, content, self._bucket.spend, fresh=True)

    async def _put_aside(self, mail_id: int) -> None:
        """Requeue a mail because the server began to fail while the mail waited for a connection. This is not counted
        as an attempt."""
        async with self._database.transaction() as db:
            mail = await db.get(MailMessage, mail_id)
            if mail is not None:
                self._queue_again(db, mail)
        raise RetryLater("the mail server fails")

    async def _not_sent(
        self,
        mail_id: int,
        account: Account | None,
        recipient: str,
        error: MailError,
        turn: int,
        tried_since: datetime,
    ) -> None:
        servers = account is not None and outage.is_servers(error)
        if account is not None and servers:
            self._gate.fails(account, turn)
        async with self._database.transaction() as db:
            if account is not None and servers:
                after_commit(db, self._is_ill)
                await outage.begins(self._work(db), account, recipient, error)
            mail = await db.get(MailMessage, mail_id)
            if mail is None:
                return
            mail.attempts += 1
            mail.server_answer, mail.error = error.answer, error.code
            log.warning("mail_not_sent", mail=mail_id, stage=error.stage.value, code=error.code, answer=error.answer)
            if not error.temporary or now() - tried_since > GIVE_UP:
                await self._give_up(db, mail)
                return
            self._queue_again(db, mail)
        raise RetryLater(str(error), tried_since=tried_since.isoformat())

    def _queue_again(self, db: AsyncSession, mail: MailMessage) -> None:
        mail.status = MailStatus.QUEUED
        mail.next_attempt_at = now() + back_off(max(mail.attempts - 1, 0))
        self._tell(db, mail.id, mail.extension_id, mail.status)

    async def _failed(self, mail_id: int, code: str) -> None:
        async with self._database.transaction() as db:
            mail = await db.get(MailMessage, mail_id)
            if mail is not None:
                mail.error = code
                log.warning("mail_not_wanted", mail=mail_id, code=code)
                await self._give_up(db, mail)

    async def _give_up(self, db: AsyncSession, mail: MailMessage) -> None:
        """Fail the mail and revoke its links: nobody will receive them, so they must not stay valid."""
        mail.status, mail.next_attempt_at, mail.sealed_tokens = MailStatus.FAILED, None, None
        await credentials.revoke(db, now(), mail_id=mail.id)
        self._tell(db, mail.id, mail.extension_id, mail.status)

    def _work(self, db: AsyncSession) -> UnitOfWork:
        return UnitOfWork(db, self._outbox, self._bus)

    def _tell(self, db: AsyncSession, mail_id: int, extension_id: int | None, status: str) -> None:
        body = {"type": "mail.changed", "mail_id": mail_id, "extension_id": extension_id, "status": str(status)}
        after_commit(db, lambda: self._bus.publish([PORTAL], body))
