"""A connection to a mail server, which reports the stage and the cause of each failure."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, field

import aiosmtplib

from linkus.mail.explain import MailError, answer_text, explain, tls_cause
from linkus.mail.schemas import MailStage, TlsMode

COMMAND_TIMEOUT_SECONDS = 20.0  # RFC 5321, 4.5.3.2 allows minutes: too long for somebody who waits for a test mail
# A server may check a mail for minutes before it answers. To give up then means to send it twice (RFC 1047).
MAX_ANSWER_SECONDS = 300.0
QUIT_SECONDS = 2.0
# SSLError and TimeoutError are OSErrors; the library raises ValueError for a mail that cannot be sent at all
FAILURES = (aiosmtplib.SMTPException, OSError, ValueError)
ADDRESS_LITERAL = "[127.0.0.1]"  # our name in EHLO when none is known (RFC 5321, 4.1.3)


@dataclass(frozen=True)
class Account:
    """Holds the address of the mail server and the credentials for it."""

    host: str
    port: int
    tls_mode: TlsMode
    username: str
    password: str = field(repr=False)
    sender_address: str = ""
    sender_name: str = ""
    password_lost: bool = False  # sealed with another key (`keys/seal`); an administrator has to enter it again

    def check(self) -> None:
        if self.password_lost:
            raise MailError(MailStage.LOGIN, "mail_password_lost", temporary=True)


class Connection:
    """Opens a connection, sends any number of mails on it, and closes it."""

    def __init__(
        self,
        account: Account,
        local_hostname: str | None = None,
        answer_seconds: float = COMMAND_TIMEOUT_SECONDS,
    ) -> None:
        """`answer_seconds` is how long the server may take to answer the content of a mail."""
        self.account = account
        self._answer_seconds = answer_seconds
        # loading the system's CA certificates takes longer than sending several mails
        self._context = None if account.tls_mode is TlsMode.NONE else ssl.create_default_context()
        self._client = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            local_hostname=local_hostname or ADDRESS_LITERAL,
            timeout=COMMAND_TIMEOUT_SECONDS,
            use_tls=account.tls_mode is TlsMode.TLS,
            start_tls=False,  # `open` does it, so that it is a stage of its own
            tls_context=self._context,
        )

    @property
    def usable(self) -> bool:
        return self._client.is_connected

    async def open(self) -> None:
        await self.greet()
        await self.begin()

    async def greet(self) -> None:
        """Connect, and wait until a mail server has greeted and answered EHLO."""
        self.account.check()
        implicit = self.account.tls_mode is TlsMode.TLS
        try:
            await self._client.connect()
        except FAILURES as error:
            stage = MailStage.TLS if implicit and tls_cause(error) else MailStage.CONNECT
            raise explain(stage, error, greeting=True) from error
        try:
            await self._step(MailStage.CONNECT, self._client.ehlo())
        except BaseException:
            self.close()
            raise

    async def begin(self) -> None:
        """Encrypt the connection and log in, as the account says."""
        try:
            if self.account.tls_mode is TlsMode.STARTTLS:
                await self._start_tls()
            if self.account.username:
                await self._login()
        except BaseException:
            self.close()
            raise

    async def _start_tls(self) -> None:
        if not self._client.supports_extension("starttls"):
            raise MailError(MailStage.TLS, "mail_starttls_not_offered", temporary=True)
        await self._step(MailStage.TLS, self._client.starttls(tls_context=self._context))
        await self._step(MailStage.TLS, self._client.ehlo())

    async def _login(self) -> None:
        if not self._client.supports_extension("auth"):
            raise MailError(MailStage.LOGIN, "mail_login_not_offered", temporary=True)
        await self._step(MailStage.LOGIN, self._client.login(self.account.username, self.account.password))

    async def send(self, recipient: str, content: bytes) -> str:
        """Send a mail and return the server's answer to its content."""
        await self._step(MailStage.SENDER, self._client.mail(self.account.sender_address))
        await self._step(MailStage.RECIPIENT, self._client.rcpt(recipient))
        response = await self._step(MailStage.DATA, self._client.data(content, timeout=self._answer_seconds))
        return answer_text(response.code, response.message)

    async def reset(self) -> None:
        """Reset after a refused mail, so that the connection can send the next one (RFC 5321, 4.1.1.5)."""
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self.close()

    async def quit(self) -> None:
        """Say good-bye. The mail is delivered already, so a server that does not answer costs no more than seconds."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._client.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            self.close()

    def close(self) -> None:
        self._client.close()

    async def _step(self, stage: MailStage, asked: Awaitable[aiosmtplib.SMTPResponse]) -> aiosmtplib.SMTPResponse:
        try:
            return await asked
        except FAILURES as error:
            raise explain(stage, error) from error
