"""Defines live calls and the results of ended calls. This is plain data that only the tracker changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linkus.call.types import PAGE_RING_SECONDS, CallResult, CallState, Cause, Origin

MAX_PAGE_RING_TIME = timedelta(seconds=PAGE_RING_SECONDS + 5)
PAGE_EXIT_TIME = timedelta(seconds=2)  # a redirected caller leaves the page within this time


@dataclass(slots=True)
class Channel:
    """Describes a leg as the core knows it."""

    name: str
    unique: str = ""  # the core's unique id: a restarted core reuses names, but not this
    began_at: datetime | None = None
    has_planned: bool = False
    number: str = ""  # the owner's number: known from the plan or from the dial string
    kind: str = ""
    bridge: str = ""
    connected_to: str = ""  # the number of the other side, once answered
    last_call: str = ""  # the id of its last ended call: a transferred leg continues under it
    was_caller: bool = False
    holds: bool = False  # it has put the other side on hold


@dataclass(frozen=True, slots=True)
class Leg:
    """Describes one leg in the core's list of channels. `group` is the same for legs that belong together."""

    name: str
    group: str
    up: bool
    first: bool = False  # the first leg of its group
    call_id: str = ""
    number: str = ""
    kind: str = ""
    trunk_id: int | None = None
    unique: str = ""


@dataclass(slots=True)
class Call:
    """Describes a call between two sides. `caller_channel` and `answered_channel` are channel names of the core."""

    call_id: str
    caller_channel: str
    from_number: str
    to_number: str
    started_at: datetime
    from_name: str = ""
    from_kind: str = ""
    from_extension_id: int | None = None
    to_name: str = ""
    to_extension_id: int | None = None
    action: str = "dial"
    plan_cause: int = 0
    origin: Origin = "internal"
    trunk_id: int | None = None
    did_number: str = ""
    did_name: str = ""
    legs: dict[str, str] = field(default_factory=dict)  # called side: channel name -> kind
    answered_channel: str = ""
    answered_kind: str = ""
    answered_at: datetime | None = None
    on_page: set[str] = field(default_factory=set)  # the legs of a page that have answered
    page_targets: int = 0  # how many legs the plan has; the core starts them one by one
    page_rung: int = 0
    page_over_at: datetime | None = None  # when the control server last sent its caller out of it
    dial_ends: set[str] = field(default_factory=set)
    core_key: str = ""  # the same whether the call comes from events or from the journal

    @property
    def state(self) -> CallState:
        return CallState.TALKING if self.answered_at else CallState.RINGING

    @property
    def sides(self) -> tuple[str, str]:
        """Return the caller's leg and the leg that answered."""
        return self.caller_channel, self.answered_channel

    def other_side(self, leg: str) -> str:
        return self.answered_channel if leg == self.caller_channel else self.caller_channel

    @property
    def is_page(self) -> bool:
        return self.action == "page"

    @property
    def extension_ids(self) -> list[int]:
        """Return the ids of the extensions in the call, each once."""
        sides = {self.from_extension_id, self.to_extension_id}
        return sorted(side for side in sides if side is not None)

    @property
    def attending_extension_ids(self) -> list[int]:
        """Return the ids of the extensions whose clients take part. A message for a mailbox is no call of its owner,
        who hears of it by `voicemail.changed` if they see the menu."""
        if self.action == "voicemail":
            return [] if self.from_extension_id is None else [self.from_extension_id]
        return self.extension_ids

    def is_deserted(self, at: datetime) -> bool:
        """Return whether this is a page that has no leg left and that will ring no further one."""
        is_rung = self.page_rung >= self.page_targets or at - self.started_at > MAX_PAGE_RING_TIME
        return self.is_page and not self.legs and is_rung

    def is_to_be_left(self, at: datetime, is_caller_in: bool) -> bool:
        """Return whether this is a deserted page whose caller has not been sent out of it, or has not left: the core
        forgets a redirect of a caller who was about to enter, whether its event about that came before or after."""
        is_left = self.page_over_at is not None and not (is_caller_in and at - self.page_over_at >= PAGE_EXIT_TIME)
        return self.is_deserted(at) and not is_left

    @property
    def to_kinds(self) -> list[str]:
        return sorted({kind for kind in self.legs.values() if kind})


@dataclass(frozen=True, slots=True)
class Ended:
    """Holds what the call history stores about an ended call."""

    call: Call
    ended_at: datetime
    result: CallResult
    cause: int


@dataclass(frozen=True, slots=True)
class Change:
    """Describes one change of a call; `ended` is set on the last one."""

    call: Call
    ended: Ended | None = None

    @property
    def state(self) -> CallState:
        return CallState.ENDED if self.ended else self.call.state


_RESULTS_BY_CAUSE = {
    Cause.NORMAL: CallResult.CANCELLED,
    Cause.BUSY: CallResult.BUSY,
    18: CallResult.UNANSWERED,  # no user responding
    Cause.NO_ANSWER: CallResult.UNANSWERED,
    Cause.ABSENT: CallResult.UNANSWERED,
    Cause.REJECTED: CallResult.DECLINED,
    Cause.DECLINED: CallResult.DECLINED,
}
_CORE_CAUSES = frozenset(_RESULTS_BY_CAUSE) - {Cause.NORMAL}  # causes with which the core itself ends a call


def result_of(call: Call, cause: int) -> CallResult:
    """Return how the call went for the caller. `cause` is that of the caller's own leg (Q.850)."""
    if call.answered_at:
        return CallResult.VOICEMAIL if call.action == "voicemail" else CallResult.ANSWERED
    if call.is_page:
        return CallResult.UNANSWERED
    if call.action not in ("dial", "trunk"):  # the plan ended it, whenever the caller hung up
        planned = _RESULTS_BY_CAUSE.get(call.plan_cause, CallResult.FAILED)
        return CallResult.FAILED if call.action == "reject" else planned
    if "CANCEL" in call.dial_ends:
        return CallResult.CANCELLED
    if cause not in _CORE_CAUSES:  # the call failed first; then the caller hung up during the prompt that says so
        for status, result in (("BUSY", CallResult.BUSY), ("NOANSWER", CallResult.UNANSWERED)):
            if status in call.dial_ends:
                return result
    return _RESULTS_BY_CAUSE.get(cause, CallResult.FAILED)
