from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class EventRecord(Base):
    """Stores an event of the log. Its text is made of `kind` and `params` in the reader's language.

    Events of a kind with the same `bundle` within some minutes are one row: `repeats` counts those after the first, and
    `last_at` is the time of the last one.
    """

    __tablename__ = "event_record"
    __table_args__ = (Index("ix_event_record_created_at", "created_at"), Index("ix_event_record_kind_id", "kind", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # of EventKind
    category: Mapped[str] = mapped_column(String(15))  # operation, telephony, system, security
    level: Mapped[str] = mapped_column(String(10))  # info, warning, alert
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(Text)  # the text for searches
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    bundle: Mapped[str] = mapped_column(String(255), default="", server_default="")
    repeats: Mapped[int] = mapped_column(default=0, server_default="0")
    last_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
