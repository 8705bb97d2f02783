"""Explains exceptions of the mail library: stage, code of the message catalogue, the server's own answer."""

from __future__ import annotations

import re
import socket
import ssl

import aiosmtplib

from linkus.mail.schemas import MailStage

_REFUSED_CODES = {
    MailStage.CONNECT: "mail_server_refused",
    MailStage.TLS: "mail_tls_failed",
    MailStage.LOGIN: "mail_login_refused",
    MailStage.SENDER: "mail_sender_refused",
    MailStage.RECIPIENT: "mail_recipient_refused",
    MailStage.DATA: "mail_content_refused",
}
_STAGES_BEFORE_A_MAIL = {MailStage.CONNECT, MailStage.TLS, MailStage.LOGIN}
_REFUSING_GREETINGS = (421, 554)
# X509_V_ERR_*: expired, not yet valid, issued for another name, issued for another address
_CERTIFICATE_CODES = {
    10: "mail_certificate_expired",
    9: "mail_certificate_not_yet_valid",
    62: "mail_certificate_other_name",
    64: "mail_certificate_other_name",
}


_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes, as the error handler `surrogateescape` keeps them


class MailError(Exception):
    """Raised when a mail was not sent. `code` is in the message catalogue; `answer` quotes the server."""

    def __init__(self, stage: MailStage, code: str, answer: str = "", *, temporary: bool) -> None:
        self.stage = stage
        self.code = code
        self.answer = readable(answer)
        super().__init__(f"{stage.value}: {code} {self.answer}".strip())
        self.temporary = temporary

    @property
    def is_closing(self) -> bool:
        """Return whether the answer is 421: service not available, closing transmission channel (RFC 5321, 4.2.2)."""
        return self.answer.startswith("421")


def is_reply(code: int) -> bool:
    """Return whether a number is a reply code of SMTP (RFC 5321, 4.2)."""
    return 2 <= code // 100 <= 5 and code // 10 % 10 <= 5


def explain(stage: MailStage, error: Exception, *, greeting: bool = False) -> MailError:
    """Return the explanation of an exception. Quote SMTP replies only: the person who tests the settings must not read
    the answers of other services through this test. A refusing greeting is 554 or 421 (RFC 5321, 4.3.2).

    An error is temporary if it may disappear without anybody's action or after an administrator corrects the settings:
    4xx answers (RFC 5321, 4.2.1), connections, certificates, logins. A 5xx answer to a mail is final.
    """
    if (tls := tls_cause(error)) is not None:
        return MailError(MailStage.TLS, _tls_code(tls), tls_text(tls), temporary=True)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        if not is_reply(error.code) or (greeting and error.code not in _REFUSING_GREETINGS):
            return MailError(stage, "mail_not_smtp", temporary=True)
        answer = answer_text(error.code, error.message)
        return MailError(
            stage, _REFUSED_CODES[stage], answer, temporary=error.code < 500 or stage in _STAGES_BEFORE_A_MAIL
        )
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        code = "mail_login_not_offered" if stage is MailStage.LOGIN else _REFUSED_CODES[stage]
        return MailError(stage, code, str(error), temporary=stage in _STAGES_BEFORE_A_MAIL)
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return MailError(stage, "mail_host_unknown", temporary=True)
        if isinstance(cause, ConnectionRefusedError):
            return MailError(stage, "mail_connection_refused", temporary=True)
    if isinstance(error, TimeoutError):
        return MailError(stage, "mail_timeout", temporary=True)
    if isinstance(error, ValueError):
        return MailError(stage, _REFUSED_CODES[stage], str(error)[:200], temporary=False)
    return MailError(stage, "mail_connection_lost", temporary=True)


def answer_text(code: int, message: str) -> str:
    """Return the answer in one line, in a form that an administrator can look up."""
    return readable(f"{code} {' '.join(message.split())}".strip())[:1000]


def readable(words: str) -> str:
    """Return what a server said as people can read it, and as databases and JSON accept it.

    The mail library keeps bytes that are not UTF-8 as lone surrogates. Chinese servers answer in GBK.
    """
    octets = words.encode("utf-8", "surrogateescape") if _ESCAPED.search(words) else words.encode("utf-8", "replace")
    try:
        decoded = octets.decode("utf-8")
    except UnicodeDecodeError:
        decoded = octets.decode("gb18030", "replace")
    return "".join(c if c.isprintable() else " " for c in decoded)


def tls_cause(error: BaseException) -> ssl.SSLError | None:
    return next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)


def tls_text(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return str(error.reason or error)


def _tls_code(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE_CODES.get(error.verify_code, "mail_certificate_untrusted")
    return "mail_tls_failed"


def _causes(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
