"""Explains a failed mail in words: the failure, the settings involved, and the remedy."""

from __future__ import annotations

from linkus.kit.messages import Language, text
from linkus.mail.schemas import MailServerSettings
from linkus.mail.transport import Account


def describe(language: Language, code: str, answer: str, server: Account | MailServerSettings, recipient: str) -> str:
    return text(
        language,
        code,
        host=server.host,
        port=server.port,
        username=server.username,
        sender=server.sender_address,
        recipient=recipient,
        answer=answer,
    )
