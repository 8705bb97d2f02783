from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class NotificationContact(Base):
    """Stores somebody who is notified of events: the user of an extension, or a person outside.

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
    version: Mapped[int] = mapped_column(default=1)
