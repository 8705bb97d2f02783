"""Request and response schemas of live calls and of claims to answer them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from linkus.call.schemas import HeldReason, LiveCall
from linkus.kit.fields import Line

MAX_CALLS_LEFT = 8  # more than a client has: two calls and a page


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


class LiveCalls(BaseModel):
    items: list[LiveCall]


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
