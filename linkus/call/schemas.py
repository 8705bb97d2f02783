"""Describes calls as pages and events show them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from linkus.call.types import CallState, Origin


class LiveCall(BaseModel):
    """Describes a live call; also the fields of `call.changed`."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    call_id: str
    state: CallState
    from_: str = Field(alias="from")
    from_name: str
    from_kind: str
    to: str
    to_name: str
    to_kinds: list[str]
    answered_kind: str | None
    started_at: datetime
    answered_at: datetime | None
    origin: Origin
    trunk_id: int | None
    did_number: str
    did_name: str


class HeldReason(StrEnum):
    """Says why a side of a call hears nobody: the other side has put it on hold, or has lost its connection."""

    HOLD = "hold"
    AWAY = "away"
