"""Sends queued mails: handler of the outbox topics of mails."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linkus.kit.bus import Bus
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.outbox import Outbox
from linkus.kit.secrets import Seal
from linkus.mail import outage, server
from linkus.mail.circuit_breaker import CircuitBreaker
from linkus.mail.explain import MailError
from linkus.mail.message_builder import ContentBuilder, MailCancelled, Message, MessageBuilder, PasswordLost
from linkus.mail.outcome import OutcomeRecorder
from linkus.mail.pool import Pool, StaleConnection
from linkus.mail.schemas import MailStage
from linkus.mail.token_bucket import TokenBucket
from linkus.mail.transport import MAX_ANSWER_SECONDS, Account

MAX_CONNECTIONS = 4  # mail servers of small providers allow few
MAX_IN_FLIGHT = 128  # mails, while they go out quickly
MAX_SEND_SECONDS = MAX_ANSWER_SECONDS + 60.0
MAIL_LEASE_DURATION = timedelta(seconds=MAX_SEND_SECONDS + 30)  # no other worker begins the same mail
MAX_THROTTLE_SECONDS = 5.0  # the limit may change while mails wait for it


@dataclass(frozen=True)
class _Attempt:
    """Describes one attempt to send a mail. `generation` is that of the circuit breaker at its start."""

    mail_id: int
    first_tried_at: datetime
    generation: int


class Sender:
    """Sends mails within the limits of the mail server: its connections, its rate, and its health."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        bus: Bus,
        seal: Seal,
        pool: Pool,
        content_builders: dict[str, ContentBuilder],
    ) -> None:
        self._database = database
        self._seal = seal
        self._pool = pool
        self._messages = MessageBuilder(database, bus, seal, content_builders)
        self._outcomes = OutcomeRecorder(database, outbox, bus)
        self._connections = asyncio.Semaphore(MAX_CONNECTIONS)
        self._bucket = TokenBucket()
        self._breaker = CircuitBreaker()

    async def throttle(self, mails: int, in_flight: int) -> int:
        """Return how many of `mails` may start now, given the rate limit and the state of the mail server."""
        while True:
            async with self._database.transaction(write=False) as db:
                self._bucket.set_limit((await server.stored(db)).mails_per_minute)
                account = await server.account(db, self._seal)
            allowed = self._breaker.allow(account, mails, in_flight)
            available = self._bucket.available(allowed, in_flight)
            if available > 0 or in_flight:
                return available
            if allowed == 0:
                await self._breaker.wait(MAX_THROTTLE_SECONDS)
            else:
                await self._bucket.wait(MAX_THROTTLE_SECONDS)

    async def handle(self, payload: dict[str, Any]) -> None:
        """Send one mail, at least once. Skip a mail whose outcome is known."""
        first_tried_at = datetime.fromisoformat(payload["tried_since"]) if "tried_since" in payload else now()
        attempt = _Attempt(int(payload["mail_id"]), first_tried_at, self._breaker.generation)
        account, recipient = None, ""
        try:
            message = await self._messages.build(attempt.mail_id)
            if message is not None:
                account, recipient = message.account, message.recipient
                await self._send(attempt, message)
        except MailCancelled as error:
            await self._outcomes.cancel(attempt.mail_id, error.code)
        except PasswordLost as error:
            await self._record_failure(attempt, error.account, error.recipient, error)
        except MailError as error:
            await self._record_failure(attempt, account, recipient, error)

    async def _record_failure(
        self, attempt: _Attempt, account: Account | None, recipient: str, error: MailError
    ) -> None:
        failing_server = account if outage.is_server_failure(error) else None
        if failing_server is not None:
            self._breaker.record_failure(failing_server, attempt.generation)
        await self._outcomes.record_failure(attempt.mail_id, recipient, error, attempt.first_tried_at, failing_server)

    async def _send(self, attempt: _Attempt, message: Message) -> None:
        async with self._connections:
            if self._breaker.is_open and self._breaker.generation != attempt.generation:
                await self._outcomes.postpone(attempt.mail_id)
            try:
                async with asyncio.timeout(MAX_SEND_SECONDS):
                    answer = await self._transmit(message)
            except TimeoutError as error:
                raise MailError(MailStage.DATA, "mail_timeout", temporary=True) from error
        self._breaker.record_success()
        await self._outcomes.record_sent(attempt.mail_id, message.account, answer)

    async def _transmit(self, message: Message) -> str:
        """Send on a pooled connection. If the server closed it while idle, open a new one: that is no sign of an
        outage."""
        mail = message.account, message.recipient, message.content
        try:
            return await self._pool.send(*mail, self._bucket.spend)
        except StaleConnection:
            return await self._pool.send(*mail, self._bucket.spend, fresh=True)
