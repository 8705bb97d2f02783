"""Rules for who may page a group, and which clients of a member ring. Pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Callers = Literal["all", "members", "chosen"]
Answer = Literal["idle", "phone", "preempts", "waits", "busy"]


@dataclass(frozen=True, slots=True)
class Permission:
    """Says who may page a group: everybody, its members, or the chosen ones (by the ids of their extensions)."""

    callers: str = "all"
    member_ids: frozenset[int] = frozenset()
    caller_ids: frozenset[int] = frozenset()


def may_page(permission: Permission, extension_id: int | None) -> bool:
    """Return whether an extension may page. `extension_id` None is a call from outside, which gets here only by an
    inbound route that an administrator made."""
    if extension_id is None or permission.callers == "all":
        return True
    allowed: Collection[int] = permission.member_ids if permission.callers == "members" else permission.caller_ids
    return extension_id in allowed


def answer_to_page(
    *, is_phone: bool, on_call: bool, call_waiting: bool, paging_auto_answer: bool, paging_preempt: bool
) -> Answer:
    """Return what a page finds at a client, which rings unless that is `busy`. A desk phone decides for itself and
    always rings.

    A client that is on a call rings if it would answer in spite of that call (AA-3, 抢占), or if its user has call
    waiting on.
    """
    if not on_call:
        return "idle"
    if is_phone:
        return "phone"
    if paging_auto_answer and paging_preempt:
        return "preempts"
    return "waits" if call_waiting else "busy"
