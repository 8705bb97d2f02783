"""Who may page a group, and which clients of a member ring. Pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Callers = Literal["all", "members", "chosen"]
Answer = Literal["idle", "phone", "preempts", "waits", "busy"]


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may page a group: everybody, its members, or the chosen ones (by the ids of their extensions)."""

    callers: str = "all"
    member_ids: frozenset[int] = frozenset()
    caller_ids: frozenset[int] = frozenset()


def may_page(permission: Permission, extension_id: int | None) -> bool:
    """`extension_id` None: a call from outside, which gets here only by an inbound route that an administrator made."""
    if extension_id is None or permission.callers == "all":
        return True
    allowed: Collection[int] = permission.member_ids if permission.callers == "members" else permission.caller_ids
    return extension_id in allowed


def answer_to_page(
    *, is_phone: bool, on_call: bool, call_waiting: bool, paging_auto_answer: bool, paging_preempt: bool
) -> Answer:
    """What a page finds at a client; it rings unless that is `busy`. A desk phone decides for itself: it always rings.

    A client that is on a call rings when it would answer although it is (AA-3, 抢占), or when its user wants to hear of
    a second call at all.
    """
    if not on_call:
        return "idle"
    if is_phone:
        return "phone"
    if paging_auto_answer and paging_preempt:
        return "preempts"
    return "waits" if call_waiting else "busy"
