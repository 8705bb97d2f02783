"""Keeps connections to the mail server open from one mail to the next."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from linkus.mail.explain import MailError
from linkus.mail.schemas import MailStage
from linkus.mail.transport import MAX_ANSWER_SECONDS, Account, Connection

MAX_IDLE_SECONDS = 10.0
MAX_MAILS_PER_CONNECTION = 50  # servers close connections after some number of mails; we prefer to do it first


class StaleConnection(Exception):
    """Raised when a connection that sent an earlier mail is gone before the next one begins."""


class Pool:
    """Lends connections. Closes a connection that failed; lends one that sent a mail again while there is work."""

    def __init__(self, local_hostname: str | None = None) -> None:
        self._local_hostname = local_hostname
        self._idle: list[tuple[Connection, int, asyncio.TimerHandle]] = []
        self._closing: set[asyncio.Task[None]] = set()

    async def send(
        self, account: Account, recipient: str, content: bytes, on_begin: Callable[[], None], *, fresh: bool = False
    ) -> str:
        """Send a mail and return the server's answer. Call `on_begin` for each mail that is begun."""
        async with self._lend(account, fresh=fresh) as (connection, mail_count):
            on_begin()
            try:
                return await connection.send(recipient, content)
            except MailError as error:
                if mail_count and error.stage is MailStage.SENDER and (not connection.usable or error.is_closing):
                    raise StaleConnection from error
                raise

    @contextlib.asynccontextmanager
    async def _lend(self, account: Account, *, fresh: bool) -> AsyncIterator[tuple[Connection, int]]:
        connection, mail_count = await self._open(account) if fresh else await self._reuse_or_open(account)
        try:
            yield connection, mail_count
        except MailError as error:
            if not connection.usable or error.stage not in (MailStage.RECIPIENT, MailStage.DATA):
                connection.close()
                raise
            await connection.reset()
            self._keep(connection, mail_count + 1)
            raise
        except BaseException:
            connection.close()  # in the middle of a mail: the server's state is unknown
            raise
        self._keep(connection, mail_count + 1)

    async def _reuse_or_open(self, account: Account) -> tuple[Connection, int]:
        while self._idle:
            connection, mail_count, timer = self._idle.pop()
            timer.cancel()
            if connection.usable and connection.account == account:
                return connection, mail_count
            connection.close()
        return await self._open(account)

    async def _open(self, account: Account) -> tuple[Connection, int]:
        connection = Connection(account, self._local_hostname, answer_seconds=MAX_ANSWER_SECONDS)
        await connection.open()
        return connection, 0

    def _keep(self, connection: Connection, mail_count: int) -> None:
        if not connection.usable:
            return
        if mail_count >= MAX_MAILS_PER_CONNECTION:
            self._quit(connection)
            return
        timer = asyncio.get_running_loop().call_later(MAX_IDLE_SECONDS, self._expire, connection)
        self._idle.append((connection, mail_count, timer))

    def _expire(self, connection: Connection) -> None:
        self._idle = [idle for idle in self._idle if idle[0] is not connection]
        self._quit(connection)

    def _quit(self, connection: Connection) -> None:
        task = asyncio.get_running_loop().create_task(connection.quit())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        for connection, _, timer in idle:
            timer.cancel()
            connection.close()
        await asyncio.gather(*self._closing, return_exceptions=True)
