from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime
from linkus.shared.roles.catalogue import Action, Page

NO_PASSWORD = "!"  # noqa: S105 - is no hash, so no password fits it


class Administrator(Base):
    """Stores who may open the portal: an account with a name and password of its own, or the user of an extension, who
    signs in with the extension's login.

    The user of an extension has the name `@<extension id>`, which nobody can sign in with, and no password here.
    """

    __tablename__ = "administrator"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(63), unique=True)  # lower case: see rules.py
    password_hash: Mapped[str] = mapped_column(String(200))
    extension_id: Mapped[int | None] = mapped_column(
        ForeignKey("extension.id", ondelete="CASCADE"), index=True, unique=True
    )
    role: Mapped[str] = mapped_column(String(31), default="super")  # a BuiltinKey, or "custom"
    custom_role_id: Mapped[int | None] = mapped_column(ForeignKey("custom_role.id"), index=True)
    disabled: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(15), default="zh-CN")
    seen_event_id: Mapped[int] = mapped_column(default=0)  # the newest event of the log that they have seen
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class CustomRole(Base):
    """Stores a role that an administrator has made."""

    __tablename__ = "custom_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(63))
    name_key: Mapped[str] = mapped_column(String(63), unique=True)  # in lower case
    note: Mapped[str] = mapped_column(String(500), default="")
    permissions: Mapped[dict[Page, Action]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)


class SecondFactor(Base):
    """Stores the key that an administrator's authenticator app has. It counts once `confirmed_at` is set."""

    __tablename__ = "second_factor"

    administrator_id: Mapped[int] = mapped_column(ForeignKey("administrator.id", ondelete="CASCADE"), primary_key=True)
    secret_sealed: Mapped[str] = mapped_column(String(255))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # of the last code that was accepted, in steps of 30 s: no code works twice (RFC 6238, 5.2)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """Stores one of the codes that replace the authenticator app, each of them once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    administrator_id: Mapped[int] = mapped_column(ForeignKey("administrator.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PasswordLink(Base):
    """Holds the link by which an administrator with a user name of their own chooses a password: at most one each."""

    __tablename__ = "administrator_password_link"

    administrator_id: Mapped[int] = mapped_column(ForeignKey("administrator.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SetupToken(Base):
    """Holds the one-time link for the first administrator: at most one row, and none once an administrator exists."""

    __tablename__ = "setup_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
