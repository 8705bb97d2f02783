"""Plain values that plans are made from, and the plans themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from linkus.kit.kinds import SipKind
from linkus.kit.messages import DEFAULT_LANGUAGE, Language
from linkus.route.rules import Line

RING_SECONDS = 30
ANSWER_SECONDS = 5  # time for an auto-answering client beyond its delay, until the core knows
WAITING_RING_SECONDS = 170  # until the current call ends; the edge gives up after 180 (tm's fr_inv_timer)
MOST_CALLS = 2  # concurrent, per Linkus client (web/packages/sdk/src/phone/phone.ts); it answers a third with 486
PAGE_RING_SECONDS = 20  # members who have not answered a page by then are left out
PAGE_TEXT = 4000  # characters of `PJSIP/1002.web@edge&...` that fit into one variable of the core (4095)
TRUNK_RING_SECONDS = 120  # the provider has limits of its own
ECHO_NUMBER = "*43"
TRUNK = "trunk"  # as the kind of a leg: a line to a provider, not a client

Origin = Literal["internal", "inbound", "outbound", "page"]
Action = Literal["dial", "prompt", "reject", "echo", "page", "trunk", "voicemail"]


class Cause(IntEnum):
    """Lists the Q.850 causes that end a call. The core maps them to SIP responses (RFC 3398, 8.2.6.1)."""

    UNALLOCATED = 1  # 404
    NORMAL = 16
    BUSY = 17  # 486
    NO_ANSWER = 19  # 480
    ABSENT = 20  # 480
    REJECTED = 21  # 403: refused by the plan
    DECLINED = 24  # 603: the called person declined (engine/README.md)
    ANSWERED_ELSEWHERE = 26  # for a ringing leg: not missed
    NO_LINE = 34  # 503
    OUT_OF_ORDER = 38  # 500: the core got no plan in time


@dataclass(frozen=True, slots=True)
class Reason:
    """Explains a decision: a code of the message catalogue and the parameters of its text."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """Describes a registered client of an extension and its settings for calls."""

    kind: SipKind
    on_call: bool = False
    call_waiting: bool = True
    paging_auto_answer: bool = False
    paging_preempt: bool = False
    auto_answer: bool = False
    auto_answer_delay: int = 0  # seconds
    calls: int = 0  # including ringing calls

    @property
    def is_full(self) -> bool:
        return self.calls >= MOST_CALLS


@dataclass(frozen=True, slots=True)
class Party:
    """Describes one side of a call. `extension_id` is None if it is no extension (any more). `clients` are those
    registered now."""

    number: str
    name: str = ""
    extension_id: int | None = None
    language: Language = DEFAULT_LANGUAGE
    linkus_enabled: bool = False
    caller_id: str = ""  # shown outside if the trunk has none; empty: the number
    voicemail_enabled: bool = False
    clients: tuple[Client, ...] = ()

    def client(self, kind: SipKind) -> Client | None:
        return next((client for client in self.clients if client.kind is kind), None)


@dataclass(frozen=True, slots=True)
class LegChoice:
    """Says whether a client rings, and why. `kind` is None for a user without a registered client."""

    number: str
    kind: SipKind | None
    rings: bool
    reason: Reason
    on_call: bool = False

    @property
    def target(self) -> str:
        return f"{self.number}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Names the called side for the call's record."""

    number: str
    name: str = ""
    extension_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Describes the answer to the core. `targets` are identities such as `1002.web`. `steps` and `legs` say why."""

    action: Action
    language: Language = DEFAULT_LANGUAGE
    targets: tuple[str, ...] = ()
    timeout: int = 0
    cid_num: str = ""
    cid_name: str = ""
    prompt: str = ""
    cause: int = 0
    waiting: bool = False  # CW-3: the caller hears the call-waiting prompt while it rings
    origin: Origin = "internal"
    page: str = ""
    duplex: bool = False
    lines: tuple[Line, ...] = ()  # the trunks, in the order of trying
    number: str = ""  # as sent to the provider
    mailbox: str = ""
    did_number: str = ""
    did_name: str = ""
    destination: Destination | None = None
    steps: tuple[Reason, ...] = field(default=(), compare=False)
    legs: tuple[LegChoice, ...] = field(default=(), compare=False)
