"""Request and response schemas for calls."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.call.types import Action, Origin
from linkus.kit.fields import Line
from linkus.kit.kinds import SipKind
from linkus.kit.messages import Language
from linkus.kit.pages import Page

MAX_CALLS_LEFT = 8  # more than a client has: two calls and a page


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


class ClaimRequest(BaseModel):
    """Requests a claim. `lets_speaker_first`: this client is idle, and lets a client of its kind go first that is on a
    call and would hold that call for the new one."""

    lets_speaker_first: bool = False


class ClaimRefusal(StrEnum):
    """Says why a client must not answer: another one does, or the user talks on another client of its kind."""

    TAKEN = "taken"
    ON_CALL = "on_call"


class ClaimAnswer(BaseModel):
    """Says whether this client answers, and if not, why."""

    yours: bool
    reason: ClaimRefusal | None = None


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


class LiveCalls(BaseModel):
    items: list[LiveCall]


class HeldReason(StrEnum):
    """Says why a side of a call hears nobody: the other side has put it on hold, or has lost its connection."""

    HOLD = "hold"
    AWAY = "away"


class OwnCall(BaseModel):
    """Describes a live two-party call as one side sees it. The edge gave `call_id` to this client's own leg. `kept`:
    this client is gone, and the other side waits for it."""

    call_id: str
    direction: Literal["in", "out"]
    number: str
    name: str
    seconds: int  # talk time so far, by the server's clock
    kept: bool
    held: HeldReason | None


class OwnCalls(BaseModel):
    items: list[OwnCall]


class LeaveRequest(BaseModel):
    call_ids: Annotated[list[Annotated[Line, Field(min_length=1, max_length=64)]], Field(max_length=MAX_CALLS_LEFT)]


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


class CallerKind(StrEnum):
    """Names the kind of a caller: a client, a desk phone, or a trunk for a call from outside."""

    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"
    PHONE = "phone"
    TRUNK = "trunk"


class ExplainedTrunk(BaseModel):
    id: int
    name: str
    caller_id: str  # shown to the called person


class ExplainedPlan(BaseModel):
    """Describes the plan for the core. `targets` are identities such as `1002.web`, `trunks` in the order of trying."""

    action: Action
    origin: Origin
    language: Language
    targets: list[str]
    prompt: str | None
    cause: int | None  # Q.850
    waiting: bool
    page: str | None
    two_way: bool
    trunks: list[ExplainedTrunk]
    number: str | None
    mailbox: str | None
    did_number: str | None
    did_name: str | None


class ExplainedStep(BaseModel):
    code: str
    message: str


class ExplainedLeg(BaseModel):
    """Says whether a client would ring, and why. Without `kind`, no client is registered."""

    number: str
    kind: SipKind | None
    rings: bool
    code: str
    reason: str


class Explanation(BaseModel):
    """Explains step by step what would happen, and for every client that might ring, whether it does."""

    plan: ExplainedPlan
    steps: list[ExplainedStep]
    legs: list[ExplainedLeg]
