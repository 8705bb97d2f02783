from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class Session(Base):
    """Stores a sign-in from a device. The token itself is only in the cookie, or in the program that got it."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint("(administrator_id IS NULL) <> (extension_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    administrator_id: Mapped[int | None] = mapped_column(ForeignKey("administrator.id", ondelete="CASCADE"), index=True)
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), index=True)
    client_kind: Mapped[str] = mapped_column(String(15))  # a ClientKind; "portal" for administrators
    device_name: Mapped[str] = mapped_column(String(127), default="")
    remark: Mapped[str] = mapped_column(String(63), default="")  # set by the user or an administrator
    user_agent: Mapped[str] = mapped_column(String(255), default="")
    address: Mapped[str] = mapped_column(String(63), default="")
    network: Mapped[str] = mapped_column(String(63), default="", index=True)  # of the address (network_of)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    signed_in_by: Mapped[str | None] = mapped_column(String(15))  # a SignedInBy; None for administrators
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(63))  # an EndReason
