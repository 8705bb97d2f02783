"""What is to be done with a call: a pure function of the facts. No telephone and no database is needed to test it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from linkus.kit.kinds import ClientKind, SipKind
from linkus.kit.messages import DEFAULT_LANGUAGE, Language

RING_SECONDS = 30
ECHO_NUMBER = "*43"


class Cause(IntEnum):
    """Q.850 causes that end a call; the core makes a SIP answer of them (RFC 3398, 8.2.6.1)."""

    UNALLOCATED = 1  # 404
    NORMAL = 16
    BUSY = 17  # 486
    NO_ANSWER = 19  # 480
    ABSENT = 20  # 480
    REJECTED = 21  # 403: the plan's own refusal
    DECLINED = 24  # 603: the called person did not want (engine/README.md)


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a call. `extension_id` is None for who is no extension (any more)."""

    number: str
    name: str = ""
    extension_id: int | None = None
    language: Language = DEFAULT_LANGUAGE
    linkus_enabled: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    caller: Party | None  # None: nobody that this house knows
    caller_kind: str
    dialled: str
    callee: Party | None  # None: no extension has this number
    registered: frozenset[SipKind] = frozenset()  # clients of the callee that are registered now


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to the core. `targets` are identities such as `1002.web`."""

    action: Literal["dial", "prompt", "reject", "echo"]
    language: Language = DEFAULT_LANGUAGE
    targets: tuple[str, ...] = ()
    timeout: int = 0
    cid_num: str = ""
    cid_name: str = ""
    prompt: str = ""
    cause: int = 0


def plan_call(facts: Facts) -> Plan:
    caller, callee = facts.caller, facts.callee
    if caller is None or (facts.caller_kind in set(ClientKind) and not caller.linkus_enabled):
        return Plan("reject", cause=Cause.REJECTED)
    if facts.dialled == ECHO_NUMBER:
        return Plan("echo", language=caller.language)
    if callee is None:
        return _prompt("number-not-found", Cause.UNALLOCATED, caller)
    if callee.number == caller.number:
        # as on any telephone: who calls the own number, is on the phone
        return _prompt("busy", Cause.BUSY, caller)
    kinds = usable(callee, facts.registered)
    if not kinds:
        return _prompt("unavailable", Cause.ABSENT, caller)
    return Plan(
        "dial",
        language=caller.language,
        targets=tuple(f"{callee.number}.{kind}" for kind in kinds),
        timeout=RING_SECONDS,
        cid_num=caller.number,
        cid_name=caller.name,
    )


def usable(callee: Party, registered: frozenset[SipKind]) -> tuple[SipKind, ...]:
    """The registered clients that may ring: Linkus clients only while Linkus is on for the extension (EN-3)."""
    return tuple(kind for kind in SipKind if kind in registered and (kind is SipKind.PHONE or callee.linkus_enabled))


def _prompt(name: str, cause: Cause, caller: Party) -> Plan:
    return Plan("prompt", language=caller.language, prompt=name, cause=cause)
