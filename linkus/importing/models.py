from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class CsvImport(Base):
    """Holds the progress of one import of a CSV file. The table is named after its first kind, extensions, and keeps
    that name."""

    __tablename__ = "extension_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="extensions")  # extensions, inbound_routes
    state: Mapped[str] = mapped_column(String(15))  # running, done, failed
    reason: Mapped[str | None] = mapped_column(String(63))  # message code, if the import failed as a whole
    file_name: Mapped[str] = mapped_column(String(255), default="")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CsvImportError(Base):
    """Describes an error in one cell of an imported file. `row` counts as a spreadsheet does: the heading is row 1."""

    __tablename__ = "extension_import_error"
    __table_args__ = (Index("ix_extension_import_error_place", "import_id", "row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("extension_import.id", ondelete="CASCADE"))
    row: Mapped[int]
    column: Mapped[str] = mapped_column(String(127))
    code: Mapped[str] = mapped_column(String(63))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
