from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime

DEVICE_LIFETIME = timedelta(days=180)  # of a known device and its cookie, from the last sign-in


class FailureRecord(Base):
    """Stores the failures to sign in of one key, for a day (`rules.Record`)."""

    __tablename__ = "failure_record"
    __table_args__ = (UniqueConstraint("scope", "place", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(15))  # a rules.Scope
    place: Mapped[str] = mapped_column(String(64), default="")
    account: Mapped[str] = mapped_column(String(255), default="")
    failures: Mapped[list[float]] = mapped_column(JSON, default=list)  # Unix times
    pauses: Mapped[list[float]] = mapped_column(JSON, default=list)
    paused_until: Mapped[float] = mapped_column(default=0.0)
    last_account: Mapped[str] = mapped_column(String(64), default="")
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)


class KnownDevice(Base):
    """Stores that somebody has signed in from a browser. The browser keeps the token in a cookie."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("token_hash", "owner_kind", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    owner_kind: Mapped[str] = mapped_column(String(15))  # "extension" or "administrator"
    owner_id: Mapped[int]
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)


class AllowedAddress(Base):
    """Stores an address or a network that is never blocked."""

    __tablename__ = "allowed_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(String(49), unique=True)  # in the form of ipaddress.ip_network
    note: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class BlockedAddress(Base):
    """Stores an address that is not answered. Without `blocked_until`, the block lasts until somebody ends it, and
    concerns everything; with it, only SIP."""

    __tablename__ = "blocked_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(45), unique=True)
    reason: Mapped[str] = mapped_column(String(31))  # a BlockReason
    protocol: Mapped[str] = mapped_column(String(15), default="sip")  # a Protocol
    failures: Mapped[int] = mapped_column(default=0)
    blocks: Mapped[int] = mapped_column(default=1)  # in a row, each within a day of the one before
    identity: Mapped[str] = mapped_column(String(127), default="")  # the identity in the last failed attempt
    first_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)  # of the failures
    blocked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    blocked_until: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
