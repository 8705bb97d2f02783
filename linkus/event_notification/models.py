from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class EventTemplate(Base):
    """Stores the mail template of a kind of event in a language. Without a row, mails have the default template."""

    __tablename__ = "event_template"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)  # an EventKind
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    template_mode: Mapped[str] = mapped_column(String(10))
    template_subject: Mapped[str] = mapped_column(String(255))
    template_body: Mapped[str] = mapped_column(Text)  # kept while the default template is in use
    version: Mapped[int]


class NotificationContact(Base):
    """Stores somebody who is notified of events: the user of an extension, a person outside, or a program (webhook).

    The contact of a deleted extension stays, and the list shows that no mail reaches it: notifications must not end
    without anybody noticing.
    """

    __tablename__ = "notification_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="SET NULL"), unique=True)
    name: Mapped[str] = mapped_column(String(127))
    email: Mapped[str] = mapped_column(String(255), default="")  # of a person outside; an extension has its own
    language: Mapped[str] = mapped_column(String(10))
    levels: Mapped[list[str]] = mapped_column(JSON)  # of EventLevel
    enabled: Mapped[bool] = mapped_column(default=True)
    webhook_url: Mapped[str] = mapped_column(String(500), default="")  # of a program, which has no mail address
    webhook_secret_sealed: Mapped[str] = mapped_column(Text, default="")
    webhook_failure: Mapped[str] = mapped_column(String(60), default="")  # a code; empty if the last one arrived
    webhook_status: Mapped[int] = mapped_column(default=0)  # of the last HTTP answer, if it was a refusal
    version: Mapped[int] = mapped_column(default=1)
