"""A real SMTP server that keeps its mails, and the ways to use a welcome mail: open a link, scan a code."""

import io
import logging
import re
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

import zxingcpp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from PIL import Image

# aiosmtpd warns of an attribute that it sets itself.
logging.getLogger("mail.log").setLevel(logging.ERROR)

LINK = re.compile(r"https?://[^\s\"'<>]+/login/(web|desktop|mobile|pad)#t=[^\s\"'<>]+")


class Mailbox:
    """Requires a user name and password, as mail servers do, and refuses `nobody`."""

    def __init__(self, host: str, port: int, username: str, password: str) -> None:
        self.username, self.password = username, password
        self.host, self.port = host, port
        self._mails: list[EmailMessage] = []
        self._arrived = threading.Condition()
        self._controller = Controller(
            self, hostname=host, port=port, authenticator=self._authenticate, auth_require_tls=False
        )

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        good = (data.login.decode(), data.password.decode()) == (self.username, self.password)
        return AuthResult(success=good, handled=good)

    async def handle_MAIL(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"  # RFC 4954, 6
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        with self._arrived:
            self._mails.append(mail)
            self._arrived.notify_all()
        return "250 2.0.0 kept as walk-1"

    def wait_for(self, recipient: str, seconds: float = 15, count: int = 1) -> EmailMessage:
        """Return the newest mail to that address, once there are `count`."""
        with self._arrived:
            complete = self._arrived.wait_for(lambda: len(self._to(recipient)) >= count, seconds)
            found = self._to(recipient)
        assert complete, f"{len(found)} of {count} mails for {recipient} within {seconds:.0f} s"
        return found[-1]

    def count(self, recipient: str) -> int:
        with self._arrived:
            return len(self._to(recipient))

    def _to(self, recipient: str) -> list[EmailMessage]:
        return [mail for mail in self._mails if recipient in str(mail["To"])]


def links(mail: EmailMessage) -> dict[str, str]:
    """Return the login link of each client kind, from the plain text."""
    body = mail.get_body(("plain",))
    assert body is not None, "the mail has no plain text"
    return {found[1]: found[0] for found in LINK.finditer(str(body.get_content()))}


def codes(mail: EmailMessage) -> list[str]:
    """Return the texts that a phone's camera reads in the pictures of the mail."""
    pictures = [part.get_content() for part in mail.walk() if part.get_content_type() == "image/png"]
    read = [zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L")) for picture in pictures]
    return [code.text for found in read for code in found]
