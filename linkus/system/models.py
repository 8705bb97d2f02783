from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class Setting(Base):
    """A group of settings that an administrator changes in the portal: `general`, `mail_server`, ..."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(63), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
