"""Defines the values that planning, live calls and records share: the two sides of a call, origins, causes, results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from linkus.kit.kinds import SipKind
from linkus.kit.messages import DEFAULT_LANGUAGE, Language

MAX_CALLS_PER_CLIENT = 2  # of a Linkus client (web/packages/sdk/src/phone/phone.ts); it answers a third with 486
PAGE_RING_SECONDS = 20  # members who have not answered a page by then are left out
TRUNK = "trunk"  # as the kind of a leg: a line to a provider, not a client

# (viewer, extension): whether the viewer may not see the extension, by ids. None is no extension, and never hidden
Hides = Callable[[int, int | None], bool]
DELETED = 0  # as the id of an extension: one that exists no more
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
    NO_TRUNK = 34  # 503
    OUT_OF_ORDER = 38  # 500: the core got no plan in time
    CONGESTION = 42  # 503: the caller may try again at once


class CallState(StrEnum):
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


class CallResult(StrEnum):
    ANSWERED = "answered"
    VOICEMAIL = "voicemail"  # nobody answered: the caller could leave a message
    MISSED = "missed"  # the callee's side of a call that nobody answered
    BUSY = "busy"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNANSWERED = "unanswered"


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
        return self.calls >= MAX_CALLS_PER_CLIENT


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
    voicemail_full: bool = False
    clients: tuple[Client, ...] = ()

    def client(self, kind: SipKind) -> Client | None:
        return next((client for client in self.clients if client.kind is kind), None)
