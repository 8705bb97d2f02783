"""What a call is planned from, and what comes of it: plain values that every rule speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from linkus.kit.kinds import SipKind
from linkus.kit.messages import DEFAULT_LANGUAGE, Language
from linkus.route.rules import Line

RING_SECONDS = 30
ANSWER_SECONDS = 5  # what a client that answers by itself may take beyond its delay, until the core knows
WAITING_RING_SECONDS = 170  # for the end of the call that goes on; the edge gives up after 180 (tm's fr_inv_timer)
MOST_CALLS = 2  # at once in a Linkus client (web/packages/sdk/src/phone/phone.ts); it answers a third with 486
PAGE_RING_SECONDS = 20  # who has not answered a page by then is left out
PAGE_TEXT = 4000  # characters of `PJSIP/1002.web@edge&...` that the core can hold in one variable (4095)
TRUNK_RING_SECONDS = 120  # the provider has limits of its own
ECHO_NUMBER = "*43"
TRUNK = "trunk"  # as the kind of a leg: no client, but a line to a provider

Origin = Literal["internal", "inbound", "outbound", "page"]
Action = Literal["dial", "prompt", "reject", "echo", "page", "trunk", "voicemail"]


class Cause(IntEnum):
    """Q.850 causes that end a call; the core makes a SIP answer of them (RFC 3398, 8.2.6.1)."""

    UNALLOCATED = 1  # 404
    NORMAL = 16
    BUSY = 17  # 486
    NO_ANSWER = 19  # 480
    ABSENT = 20  # 480
    REJECTED = 21  # 403: the plan's own refusal
    DECLINED = 24  # 603: the called person did not want (engine/README.md)
    ANSWERED_ELSEWHERE = 26  # of a leg that rings: not missed
    NO_LINE = 34  # 503
    OUT_OF_ORDER = 38  # 500: the core had no plan in time


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code of the message catalogue and what fills its text."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client of an extension as it is now, and what its settings say about calls."""

    kind: SipKind
    on_call: bool = False
    call_waiting: bool = True
    paging_auto_answer: bool = False
    paging_preempt: bool = False
    auto_answer: bool = False
    auto_answer_delay: int = 0  # seconds
    calls: int = 0  # that it has, those that ring with them

    @property
    def is_full(self) -> bool:
        return self.calls >= MOST_CALLS


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a call. `extension_id` is None for who is no extension (any more), `clients` are registered now."""

    number: str
    name: str = ""
    extension_id: int | None = None
    language: Language = DEFAULT_LANGUAGE
    linkus_enabled: bool = False
    caller_id: str = ""  # shown outside, where the trunk shows none of its own; empty: the number
    voicemail_enabled: bool = False
    clients: tuple[Client, ...] = ()

    def client(self, kind: SipKind) -> Client | None:
        return next((client for client in self.clients if client.kind is kind), None)


@dataclass(frozen=True, slots=True)
class LegChoice:
    """Whether a client rings, and why. `kind` is None for somebody who has no client at all now."""

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
    """Who is called, as the call's record names it."""

    number: str
    name: str = ""
    extension_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to the core. `targets` are identities such as `1002.web`. The rest says why, and for the record."""

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
    lines: tuple[Line, ...] = ()  # the trunks, in the order in which they are tried
    number: str = ""  # as it is sent to the provider
    mailbox: str = ""
    did_number: str = ""
    did_name: str = ""
    destination: Destination | None = None
    steps: tuple[Reason, ...] = field(default=(), compare=False)
    legs: tuple[LegChoice, ...] = field(default=(), compare=False)
