from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime
from linkus.shared.names import display_name


class Extension(Base):
    """Holds a user of the PBX. `display_name`, `email_key` and `search_key` are derived from other columns."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("first_name <> '' OR last_name <> ''", name="named"),
        CheckConstraint("phone_max_contacts BETWEEN 1 AND 10", name="phone_max_contacts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    first_name: Mapped[str] = mapped_column(String(63), default="")
    last_name: Mapped[str] = mapped_column(String(63), default="")
    display_name: Mapped[str] = mapped_column(String(127), index=True)
    email: Mapped[str | None] = mapped_column(String(255))
    email_key: Mapped[str | None] = mapped_column(String(255), unique=True)  # unique regardless of case
    mobile_number: Mapped[str] = mapped_column(String(31), default="")
    caller_id: Mapped[str] = mapped_column(String(31))
    # None replaces the hash of a random password that nobody knows: the user signs in with a one-time credential
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_by: Mapped[str] = mapped_column(String(15), default="system")  # system, administrator, user
    language: Mapped[str] = mapped_column(String(15), default="follow_system")
    email_language: Mapped[str] = mapped_column(String(15), default="follow_system")
    registration_name: Mapped[str] = mapped_column(String(63))
    registration_ha1: Mapped[str] = mapped_column(String(32))
    phone_max_contacts: Mapped[int] = mapped_column(default=1)
    emergency_caller_id: Mapped[str] = mapped_column(String(31), default="")
    voicemail_enabled: Mapped[bool] = mapped_column(default=True)
    voicemail_pin_sealed: Mapped[str] = mapped_column(String(255))
    linkus_enabled: Mapped[bool] = mapped_column(default=False, index=True)
    privacy_version: Mapped[int] = mapped_column(default=0)  # of the privacy text that the user has accepted
    search_key: Mapped[str] = mapped_column(String(600))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)


@event.listens_for(Extension, "before_insert")
@event.listens_for(Extension, "before_update")
def _derive(_mapper: Mapper[Any], _connection: Connection, extension: Extension) -> None:
    derive(extension)


def derive(extension: Extension) -> None:
    """Set the derived columns. Python makes the lower case, because SQLite's lower() knows ASCII only."""
    first, last = extension.first_name or "", extension.last_name or ""
    extension.display_name = display_name(first, last)
    extension.email_key = extension.email.lower() if extension.email else None
    parts = (extension.number, extension.display_name, f"{first} {last}", extension.email, extension.mobile_number)
    extension.search_key = "\n".join(part for part in parts if part).lower()[:600]
