"""Decides which clients of a user ring, by registrations, current calls and the settings of each (CW-1, EN-3)."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from linkus.call.plan.types import LegChoice, Reason
from linkus.call.types import Client, Party
from linkus.kit.kinds import SipKind
from linkus.paging.rules import Answer, answer_to_page

RING_SECONDS = 30
AUTO_ANSWER_SECONDS = 5  # time for an auto-answering client beyond its delay, until the core knows
WAITING_RING_SECONDS = 170  # until the current call ends; the edge gives up after 180 (tm's fr_inv_timer)
MAX_PAGE_CHARACTERS = 4000  # of `PJSIP/1002.web@edge&...` that fit into one variable of the core (4095)
BUSY_REASON = "explain_leg_busy"
FULL_REASON = "explain_leg_full"
PAGE_REASONS: dict[Answer, str] = {
    "idle": "explain_leg_idle",
    "phone": "explain_leg_phone_on_call",
    "preempts": "explain_leg_preempts",
    "waits": "explain_leg_waiting",
    "busy": "explain_leg_page_busy",
}


def for_call(party: Party) -> tuple[LegChoice, ...]:
    """Decide for every kind of client whether it rings for an ordinary call."""
    return tuple(_for_call(party, kind) for kind in SipKind)


def _for_call(party: Party, kind: SipKind) -> LegChoice:
    client = party.client(kind)
    if client is None:
        return _choice(party, kind, False, "explain_leg_not_registered")
    if kind is not SipKind.PHONE and not party.linkus_enabled:
        return _choice(party, kind, False, "explain_leg_linkus_off")
    if kind is SipKind.PHONE:  # a desk phone does its own call waiting, with its own setting
        reason = "explain_leg_phone_on_call" if client.on_call else "explain_leg_idle"
        return _choice(party, kind, True, reason, on_call=client.on_call)
    if client.on_call and not client.call_waiting:
        return _choice(party, kind, False, BUSY_REASON, on_call=True)
    if client.is_full:  # a client takes two calls at most, including ringing ones
        return _choice(party, kind, False, FULL_REASON, on_call=client.on_call)
    if client.on_call:
        reason = "explain_leg_waiting_auto_later" if client.auto_answer else "explain_leg_waiting"
        return _choice(party, kind, True, reason, on_call=True)
    return LegChoice(party.number, kind, True, _of_idle(client))


def _of_idle(client: Client) -> Reason:
    if not client.auto_answer:
        return Reason("explain_leg_idle")
    if client.auto_answer_delay == 0:
        return Reason("explain_leg_idle_auto_now")
    return Reason("explain_leg_idle_auto", {"seconds": client.auto_answer_delay})


def seconds(party: Party, choices: Iterable[LegChoice]) -> int:
    """Return how long the clients ring: as usual, or until every auto-answering client has answered (AA-1, AA-2). A
    client with a call answers when that call is over, which may be any time."""
    longest = RING_SECONDS
    for choice in choices:
        client = party.client(choice.kind) if choice.rings and choice.kind is not None else None
        if client is not None and client.auto_answer:
            has_call = client.on_call or client.calls > 0
            longest = max(longest, WAITING_RING_SECONDS if has_call else client.auto_answer_delay + AUTO_ANSWER_SECONDS)
    return longest


def for_page(members: Iterable[Party]) -> tuple[LegChoice, ...]:
    """Decide for every registered client of the members whether a page rings it."""
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
            if answer == "idle" and client.paging_auto_answer and not is_phone:
                reason = "explain_leg_idle_page_auto"
            choices.append(_choice(member, client.kind, answer != "busy", reason, on_call=client.on_call))
    return tuple(choices)


def targets(choices: Iterable[LegChoice]) -> tuple[str, ...]:
    return tuple(choice.target for choice in choices if choice.rings)


def page_targets(choices: Iterable[LegChoice]) -> tuple[str, ...]:
    """Return the targets, but no more than the core can hold. The first client of every member comes before anybody's
    second client, so that second clients are left out first."""
    turns: dict[str, int] = {}
    rung: list[tuple[int, str]] = []
    for choice in choices:
        if choice.rings:
            turn = turns[choice.number] = turns.get(choice.number, -1) + 1
            rung.append((turn, choice.target))
    fitting, characters_left = [], MAX_PAGE_CHARACTERS
    for _, target in sorted(rung, key=lambda pair: pair[0]):
        characters_left -= len(f"PJSIP/{target}@edge&")
        if characters_left < 0:
            break
        fitting.append(target)
    return tuple(fitting)


def cut(choices: Iterable[LegChoice], rung: Container[str]) -> tuple[LegChoice, ...]:
    """Mark the clients that the core has no room for as not ringing, with the reason."""
    reason = Reason("explain_leg_cut")
    return tuple(
        replace(choice, rings=False, reason=reason) if choice.rings and choice.target not in rung else choice
        for choice in choices
    )


def _choice(party: Party, kind: SipKind | None, rings: bool, code: str, *, on_call: bool = False) -> LegChoice:
    return LegChoice(party.number, kind, rings, Reason(code), on_call)
