from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base, UTCDateTime


class ServerSettingHistory(Base):
    """Holds one change of a group of settings: the values that it altered, before and after, without secrets."""

    __tablename__ = "server_setting_history"

    key: Mapped[str] = mapped_column(String(63), primary_key=True)
    version_after: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_kind: Mapped[str] = mapped_column(String(15))  # an ActorKind
    actor_name: Mapped[str] = mapped_column(String(150))
    source: Mapped[Literal["form", "restore"]] = mapped_column(String(7), default="form")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class Setting(Base):
    """A group of settings that an administrator changes in the portal: `general`, `mail_server`, ..."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(63), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
