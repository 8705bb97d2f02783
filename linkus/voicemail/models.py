from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class VoicemailMessage(Base):
    """Stores a message that a caller has left. `file_name` is below `LINKUS_HOME/voicemail/<extension id>`."""

    __tablename__ = "voicemail_message"
    __table_args__ = (Index("ix_voicemail_message_extension", "extension_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"))
    call_id: Mapped[str] = mapped_column(String(64), default="")
    from_number: Mapped[str] = mapped_column(String(64))
    from_name: Mapped[str] = mapped_column(String(130), default="")
    file_name: Mapped[str] = mapped_column(String(80), unique=True)
    seconds: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    heard_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
