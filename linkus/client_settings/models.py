from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class ClientSetting(Base):
    """Holds the settings of one client kind of one extension. Without a row the defaults apply, at version 1.

    Columns instead of JSON, so that one statement sets a new default for all without touching the other settings. A
    column that a kind does not have stays at its default.
    """

    __tablename__ = "client_setting"
    __table_args__ = (Index("ix_client_setting_client_kind", "client_kind"),)

    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True)
    client_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    call_waiting: Mapped[bool] = mapped_column(default=True)
    auto_answer: Mapped[bool] = mapped_column(default=False)
    auto_answer_delay: Mapped[int] = mapped_column(default=0)  # seconds
    auto_answer_tone: Mapped[bool] = mapped_column(default=False)
    paging_auto_answer: Mapped[bool] = mapped_column(default=False)
    paging_preempt: Mapped[bool] = mapped_column(default=False)
    paging_tone: Mapped[bool] = mapped_column(default=False)
    screen_pop: Mapped[bool] = mapped_column(default=False)
    screen_pop_url: Mapped[str] = mapped_column(String(2000), default="")
    screen_pop_inbound: Mapped[bool] = mapped_column(default=True)
    screen_pop_internal: Mapped[bool] = mapped_column(default=False)
    screen_pop_mode: Mapped[str] = mapped_column(String(10), default="automatic")
    screen_pop_trigger: Mapped[str] = mapped_column(String(10), default="ringing")
    codec: Mapped[str] = mapped_column(String(10), default="opus")
    only_this_codec: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class ClientSettingsChange(Base):
    """Holds a bulk edit: its changes and its progress. `ClientSettingsBefore` holds the previous values until the
    undo."""

    __tablename__ = "client_settings_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    administrator_id: Mapped[int | None] = mapped_column(ForeignKey("administrator.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(15))  # of BulkState
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)  # the ticked values by client kind
    extension_ids: Mapped[list[int]] = mapped_column(JSON, deferred=True)
    total: Mapped[int] = mapped_column(default=0)  # extensions
    done: Mapped[int] = mapped_column(default=0)  # of them, in the order of extension_ids; a restart resumes here
    changed: Mapped[int] = mapped_column(default=0)  # extensions that differed from the ticked values
    rows: Mapped[int] = mapped_column(default=0)  # single settings, and switches, that were changed
    sessions_ended: Mapped[int] = mapped_column(default=0)
    restored: Mapped[int] = mapped_column(default=0)  # of `rows`: put back by the undo
    kept: Mapped[int] = mapped_column(default=0)  # of `rows`: left alone by the undo (see `values_back`)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ClientSettingsBefore(Base):
    """Holds the values of one row before a bulk edit, and the version that the edit gave the row."""

    __tablename__ = "client_settings_before"

    change_id: Mapped[int] = mapped_column(
        ForeignKey("client_settings_change.id", ondelete="CASCADE"), primary_key=True
    )
    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True)
    client_kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # "linkus": the switch of the extension
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    version_after: Mapped[int]
