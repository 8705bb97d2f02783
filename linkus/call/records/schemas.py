"""Response schemas of call records."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from linkus.call.types import CallResult, Origin
from linkus.kit.pages import Page


class CallFilter(StrEnum):
    ALL = "all"
    MISSED = "missed"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class ClientCall(BaseModel):
    """Describes a call as one of its two sides sees it."""

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
    origin: Origin
    did_number: str
    did_name: str


class ClientCallPage(Page[ClientCall]):
    missed_unseen: int


class MissedUnseen(BaseModel):
    missed_unseen: int


class CallRecordSort(StrEnum):
    STARTED = "started_at"
    STARTED_DESC = "-started_at"
    FROM = "from_number"
    FROM_DESC = "-from_number"
    TO = "to_number"
    TO_DESC = "-to_number"
    RESULT = "result"
    RESULT_DESC = "-result"


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
    origin: Origin
    trunk_id: int | None
    trunk_name: str | None
    did_number: str
    did_name: str


class RecordTrunk(BaseModel):
    id: int
    name: str


class RecordDid(BaseModel):
    number: str
    name: str


class CallRecordFilters(BaseModel):
    """Lists the values to filter the records by: the trunks and the dialled numbers that occur in them."""

    trunks: list[RecordTrunk]
    dids: list[RecordDid]
