"""The table of mails: those to send and those sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base, UTCDateTime


class MailKind(StrEnum):
    WELCOME = "welcome"
    TEMPLATE_TEST = "template_test"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of mail, not a password
    EVENT = "event"
    EVENT_REPEATS = "event_repeats"  # how often an event has happened again
    EVENT_TEST = "event_test"
    EVENT_TEMPLATE_TEST = "event_template_test"


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class MailMessage(Base):
    """Holds one mail. `sealed_tokens` holds the encrypted tokens of its links until it is sent or has failed.

    The tokens are drawn when the mail is queued, not at each attempt. If a mail goes out twice because the server's
    answer was lost, both copies are the same mail, and the links work in either.
    """

    __tablename__ = "mail_message"
    __table_args__ = (Index("ix_mail_message_created_at_id", "created_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    server_answer: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sealed_tokens: Mapped[str | None] = mapped_column(Text)
    event_id: Mapped[int | None]  # of the event log, for its kinds of mail
