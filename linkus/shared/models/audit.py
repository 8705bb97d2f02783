from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class AuditEntry(Base):
    """Stores one change. It refers to nothing, because it outlives whom and what it tells of.

    `before` and `after` hold only the values that differ, in the same words as the portal, without secrets.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_created_at", "created_at"),
        Index("ix_audit_entry_object", "object_kind", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    actor_kind: Mapped[str] = mapped_column(String(15))  # an ActorKind
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(150), default="")
    address: Mapped[str] = mapped_column(String(63), default="")
    object_kind: Mapped[str] = mapped_column(String(31))  # an AuditObject
    object_id: Mapped[int | None]
    object_name: Mapped[str] = mapped_column(String(255), default="")
    action: Mapped[str] = mapped_column(String(15))  # an AuditAction
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(Text, default="")  # lower case, for searches
