"""What goes in and out about calls."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.call.values import Action, Origin
from linkus.kit.fields import Line
from linkus.kit.kinds import SipKind
from linkus.kit.messages import Language
from linkus.kit.pages import Page

MAX_CALLS_LEFT = 8  # a client has two calls, and a page


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
    origin: Origin
    did_number: str
    did_name: str


class ClientCallPage(Page[ClientCall]):
    missed_unseen: int


class MissedUnseen(BaseModel):
    missed_unseen: int


class ClaimRequest(BaseModel):
    """`lets_speaker_first`: this client is idle, and one of its kind that is on a call would hold that for this one."""

    lets_speaker_first: bool = False


class ClaimRefusal(StrEnum):
    """Why a client is not to answer by itself: another one does, or the user speaks on another one of its kind."""

    TAKEN = "taken"
    ON_CALL = "on_call"


class ClaimAnswer(BaseModel):
    """Whether this client answers; if not, why."""

    yours: bool
    reason: ClaimRefusal | None = None


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
    origin: Origin
    trunk_id: int | None
    did_number: str
    did_name: str


class LiveCalls(BaseModel):
    items: list[LiveCall]


class HeldReason(StrEnum):
    """Why somebody on a call hears nobody: the other side has put them on hold, or its connection is gone."""

    HOLD = "hold"
    AWAY = "away"


class OwnCall(BaseModel):
    """A call of two that goes on, as one of them sees it. `call_id` is what the edge gave this client's own leg.
    `kept`: this client is gone, and the other side waits for it."""

    call_id: str
    direction: Literal["in", "out"]
    number: str
    name: str
    seconds: int  # of talking so far, by the server's clock
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
    """What the records can be filtered by: the trunks and the dialled numbers that are in them."""

    trunks: list[RecordTrunk]
    dids: list[RecordDid]


class CallerKind(StrEnum):
    """From where somebody calls: a client, a desk phone, or from outside."""

    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"
    PHONE = "phone"
    TRUNK = "trunk"


class ExplainedTrunk(BaseModel):
    id: int
    name: str
    caller_id: str  # as whom the called person sees the caller


class ExplainedPlan(BaseModel):
    """What the core would be told. `targets` are identities such as `1002.web`, `trunks` in the order of trying."""

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
    """Whether a client would ring, and why. Without `kind`: nobody is registered there at all."""

    number: str
    kind: SipKind | None
    rings: bool
    code: str
    reason: str


class Explanation(BaseModel):
    """What would happen, step by step, and of every client that might ring, whether it does."""

    plan: ExplainedPlan
    steps: list[ExplainedStep]
    legs: list[ExplainedLeg]
