from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class PromptUpload(Base):
    """Holds a recording that replaces a spoken prompt. The database keeps it; tasks.py writes it to where the core
    plays it from."""

    __tablename__ = "prompt_upload"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255))
    seconds: Mapped[float]
    audio: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # WAV, 16 kHz, 16 bit, mono
    audio_narrow: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # the same at 8 kHz
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
