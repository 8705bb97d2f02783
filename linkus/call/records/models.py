"""Database model of the record of an ended call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base, UTCDateTime


class CallRecord(Base):
    """Stores one row per call. `result` is the caller's result; what the callee missed follows from it (repository.py).

    A user who deletes it from their own log hides it on that side only; the administrator's history keeps it.
    """

    __tablename__ = "call_record"
    __table_args__ = (
        Index("ix_call_record_from", "from_extension_id", "started_at"),
        Index("ix_call_record_to", "to_extension_id", "started_at"),
        Index("ix_call_record_started_at", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64), index=True)
    from_extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="SET NULL"))
    from_number: Mapped[str] = mapped_column(String(64))
    from_name: Mapped[str] = mapped_column(String(130), default="")
    from_kind: Mapped[str] = mapped_column(String(10), default="")
    to_extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="SET NULL"))
    to_number: Mapped[str] = mapped_column(String(64))
    to_name: Mapped[str] = mapped_column(String(130), default="")
    to_kind: Mapped[str] = mapped_column(String(10), default="")  # the client that answered
    origin: Mapped[str] = mapped_column(String(10), default="internal")  # internal, inbound, outbound, page
    trunk_id: Mapped[int | None] = mapped_column(ForeignKey("trunk.id", ondelete="SET NULL"))
    did_number: Mapped[str] = mapped_column(String(40), default="")
    did_name: Mapped[str] = mapped_column(String(63), default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    result: Mapped[str] = mapped_column(String(12))
    cause: Mapped[int] = mapped_column(default=0)  # Q.850
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by the callee
    core_key: Mapped[str | None] = mapped_column(String(80), unique=True)  # the core's own key of the call
    hidden_from_caller: Mapped[bool] = mapped_column(default=False)
    hidden_from_callee: Mapped[bool] = mapped_column(default=False)
