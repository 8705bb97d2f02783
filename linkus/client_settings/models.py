from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class ClientSetting(Base):
    """The settings of one client kind of one extension. Without a row they are the default, at version 1.

    Columns and not JSON: a new default for all is one statement that leaves the other settings alone. A column that a
    kind does not have stays at its default.
    """

    __tablename__ = "client_setting"
    __table_args__ = (Index("ix_client_setting_client_kind", "client_kind"),)

    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True)
    client_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    codec: Mapped[str] = mapped_column(String(10), default="opus")
    only_this_codec: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
