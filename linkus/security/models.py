from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class BlockedAddress(Base):
    """Stores an address that the edge does not answer. Without `blocked_until`, the block lasts until somebody ends
    it."""

    __tablename__ = "blocked_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(45), unique=True)
    reason: Mapped[str] = mapped_column(String(31))  # a BlockReason
    failures: Mapped[int] = mapped_column(default=0)
    identity: Mapped[str] = mapped_column(String(127), default="")  # the identity in the last failed attempt
    blocked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    blocked_until: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
