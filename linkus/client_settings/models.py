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
    """Holds a bulk edit: its changes and its progress. `ClientSettingHistory` holds the previous values."""

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


class ClientSettingWrite(Base):
    """Describes a change of the rows of one kind: when, by whom, by which way, and the values that were written.

    A bulk edit finds by `change_id` what its undo restores; it is null for other changes, and once it was undone.
    """

    __tablename__ = "client_setting_write"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_kind: Mapped[str] = mapped_column(String(10))  # "linkus": the switch of the extension
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_kind: Mapped[str] = mapped_column(String(15))  # an ActorKind
    actor_name: Mapped[str] = mapped_column(String(150))
    source: Mapped[str] = mapped_column(String(15))  # a ChangeSource
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    change_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_settings_change.id", ondelete="SET NULL"), index=True
    )


class ClientSettingHistory(Base):
    """Holds the values of one row before a change, as narrow as it can be: a bulk edit makes tens of thousands.

    The row's version after the change is the key, because each change raises it by one.
    """

    __tablename__ = "client_setting_history"

    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True)
    client_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    version_after: Mapped[int] = mapped_column(primary_key=True)
    write_id: Mapped[int] = mapped_column(ForeignKey("client_setting_write.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
