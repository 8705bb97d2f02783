"""Which clients of somebody ring: by what is registered, by who is on a call, by the settings of each (CW-1, EN-3)."""

from __future__ import annotations

from collections.abc import Iterable

from linkus.call.values import PAGE_TEXT, LegChoice, Party, Reason
from linkus.kit.kinds import SipKind
from linkus.paging.rules import Answer, answer_to_page

BUSY = "explain_leg_busy"
PAGE_REASONS: dict[Answer, str] = {
    "idle": "explain_leg_idle",
    "phone": "explain_leg_phone_on_call",
    "preempts": "explain_leg_preempts",
    "waits": "explain_leg_waiting",
    "busy": "explain_leg_page_busy",
}


def for_call(party: Party) -> tuple[LegChoice, ...]:
    """Of every kind of client, whether it rings for an ordinary call."""
    return tuple(_for_call(party, kind) for kind in SipKind)


def _for_call(party: Party, kind: SipKind) -> LegChoice:
    client = party.client(kind)
    if client is None:
        return _choice(party, kind, False, "explain_leg_not_registered")
    if kind is not SipKind.PHONE and not party.linkus_enabled:
        return _choice(party, kind, False, "explain_leg_linkus_off")
    if not client.on_call:
        return _choice(party, kind, True, "explain_leg_idle")
    if kind is SipKind.PHONE:  # it has its own call waiting, and its own setting for it
        return _choice(party, kind, True, "explain_leg_phone_on_call", on_call=True)
    if client.call_waiting:
        return _choice(party, kind, True, "explain_leg_waiting", on_call=True)
    return _choice(party, kind, False, BUSY, on_call=True)


def for_page(members: Iterable[Party]) -> tuple[LegChoice, ...]:
    """Of every registered client of the members, whether a page rings it."""
    choices: list[LegChoice] = []
    for member in members:
        if not member.clients:
            choices.append(_choice(member, None, False, "explain_leg_not_registered"))
        for client in member.clients:
            is_phone = client.kind is SipKind.PHONE
            if not is_phone and not member.linkus_enabled:
                choices.append(_choice(member, client.kind, False, "explain_leg_linkus_off"))
                continue
            answer = answer_to_page(
                is_phone=is_phone,
                on_call=client.on_call,
                call_waiting=client.call_waiting,
                paging_auto_answer=client.paging_auto_answer,
                paging_preempt=client.paging_preempt,
            )
            reason = PAGE_REASONS[answer]
            choices.append(_choice(member, client.kind, answer != "busy", reason, on_call=client.on_call))
    return tuple(choices)


def targets(choices: Iterable[LegChoice]) -> tuple[str, ...]:
    return tuple(choice.target for choice in choices if choice.rings)


def page_targets(choices: Iterable[LegChoice]) -> tuple[str, ...]:
    """As `targets`, but no more than the core can hold: the first client of every member comes before anybody's
    second, so that what may be left out is a second client of somebody who is rung."""
    turns: dict[str, int] = {}
    rung: list[tuple[int, str]] = []
    for choice in choices:
        if choice.rings:
            turn = turns[choice.number] = turns.get(choice.number, -1) + 1
            rung.append((turn, choice.target))
    found, left = [], PAGE_TEXT
    for _, target in sorted(rung, key=lambda one: one[0]):
        left -= len(f"PJSIP/{target}@edge&")
        if left < 0:
            break
        found.append(target)
    return tuple(found)


def _choice(party: Party, kind: SipKind | None, rings: bool, code: str, *, on_call: bool = False) -> LegChoice:
    return LegChoice(party.number, kind, rings, Reason(code), on_call)
