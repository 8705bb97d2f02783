"""Response schemas of the explanation of a plan."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel

from linkus.call.types import Action, Origin
from linkus.kit.kinds import SipKind
from linkus.kit.messages import Language


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
