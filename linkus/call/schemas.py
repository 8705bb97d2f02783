"""What goes in and out about calls."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.kit.pages import Page


class CallResult(StrEnum):
    ANSWERED = "answered"
    MISSED = "missed"  # the callee's side of a call that nobody answered
    BUSY = "busy"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNANSWERED = "unanswered"


class CallState(StrEnum):
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


class CallFilter(StrEnum):
    ALL = "all"
    MISSED = "missed"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class ClientCall(BaseModel):
    """A call as one of its two sides sees it."""

    id: int
    direction: Literal["in", "out"]
    number: str
    name: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    duration: int
    result: CallResult
    seen: bool


class ClientCallPage(Page[ClientCall]):
    missed_unseen: int


class MissedUnseen(BaseModel):
    missed_unseen: int


class LiveCall(BaseModel):
    """A call that goes on; also the fields of `call.changed`."""

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


class LiveCalls(BaseModel):
    items: list[LiveCall]


class CallRecordSort(StrEnum):
    STARTED = "started_at"
    STARTED_DOWN = "-started_at"
    FROM = "from_number"
    FROM_DOWN = "-from_number"
    TO = "to_number"
    TO_DOWN = "-to_number"
    RESULT = "result"
    RESULT_DOWN = "-result"


class CallRecordItem(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    call_id: str
    from_number: str
    from_name: str
    from_kind: str
    to_number: str
    to_name: str
    to_kind: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    duration: int
    result: CallResult
    cause: int
