"""Presents the live calls to the rest of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import structlog

from linkus.call.call_state import Call, Change, Ended
from linkus.call.live.events import CallChanged, CallConnected, CallHeld, CallKept
from linkus.call.live.keeping import Keeping
from linkus.call.live.leg_owners import LegOwners
from linkus.call.live.tracker import Tracker
from linkus.call.schemas import HeldReason, LiveCall
from linkus.call.types import TRUNK, Hides, Party
from linkus.kit.bus import PORTAL, Bus, extension_topic
from linkus.presence.service import Presence

log = structlog.get_logger("call")
HangUp = Callable[[str], Awaitable[None]]
Render = Callable[[Mapping[str, object]], str]


class Calls:
    """Takes changes of calls, publishes them to everybody concerned and queues ended calls for the call history."""

    def __init__(self, bus: Bus, presence: Presence, render: Render, hides: Hides) -> None:
        self.tracker = Tracker()
        self.leg_owners = LegOwners()
        self.keeping = Keeping(self.tracker, self.take)
        self.render = render
        self.hides = hides
        self.ended: asyncio.Queue[Ended] = asyncio.Queue()
        self.end_channel: HangUp | None = None  # set by the tasks while the engine runs
        self.full_mailboxes: set[int] = set()  # extensions that take no more messages: set by linkus/voicemail
        self.in_step = False  # whether the core's calls have been read since it connected
        self._bus = bus
        self._presence = presence
        self._parties: dict[str, Party] = {}  # by number, as read for the plans
        self._published_held: dict[str, HeldReason] = {}  # by leg, the last reason sent to its client
        self._published_kept: set[str] = set()  # legs published as kept while their client is gone

    def live(self) -> list[LiveCall]:
        return [LiveCall(**_fields(Change(call))) for call in self.tracker.calls()]

    def remember_parties(self, parties: Iterable[Party]) -> None:
        self._parties.update({party.number: party for party in parties})

    def planned(self, call: Call, *, is_transfer: bool = False) -> None:
        self.take(self.tracker.planned(call, is_transfer=is_transfer))

    def take(self, changes: list[Change]) -> None:
        for change in changes:
            self._fill_in_extensions(change.call)
            self._publish(change)
            if change.ended is not None:
                self.ended.put_nowait(change.ended)
                self.keeping.ended(change.call)
                log.info("call_ended", call=change.call.call_id, result=change.ended.result, cause=change.ended.cause)
            self._publish_held(change)
            self._publish_connected(change)
        if changes:
            self._presence.set_on_call(self.tracker.on_call())

    def _publish(self, change: Change) -> None:
        """Publish a call to the portal and to both sides, without the names that a side may not see."""
        call = change.call
        event = CallChanged(**_fields(change))
        parties = {"from_name": call.from_extension_id, "to_name": call.to_extension_id}
        topics = [PORTAL]
        for side in call.attending_extension_ids:
            hidden = [name for name, extension_id in parties.items() if self.hides(side, extension_id)]
            if hidden:
                shown = event.model_copy(update=dict.fromkeys(hidden, ""))
                self._bus.publish([extension_topic(side)], shown)
            else:
                topics.append(extension_topic(side))
        self._bus.publish(topics, event)

    def restore(self, tracker: Tracker, changes: Iterable[Change]) -> None:
        """Replace the known calls by those from the core's journal. Queue the ended calls, of which the history skips
        those already written, and publish the live calls."""
        for change in changes:
            if change.ended is not None:
                self._fill_in_extensions(change.call)
                self.ended.put_nowait(change.ended)
        self.tracker = tracker
        self.keeping.read_from(tracker)
        self.take([Change(call) for call in tracker.calls()])
        self._presence.set_on_call(tracker.on_call())

    async def hang_up(self, number: str, kind: str, owners: frozenset[str] | None = None) -> None:
        """End all calls of one client; with `owners` only those of these browsers or apps."""
        if self.end_channel is None:
            return
        for channel in self.legs_of(number, kind, owners):
            log.info("hang_up", channel=channel, number=number, kind=kind)
            await self.end_channel(channel)

    def legs_of(self, number: str, kind: str, owners: frozenset[str] | None = None) -> list[str]:
        """Return the legs of one client; with `owners` only those of these browsers or apps."""
        return [
            leg
            for leg in self.tracker.channels_of(number, kind)
            if owners is None or self.leg_owners.owns(self.tracker.ids_of(leg), f"{number}.{kind}", owners)
        ]

    def held_reason(self, call: Call, leg: str) -> HeldReason | None:
        """Return why this side of a call hears nobody, if the other side is the cause."""
        other = call.other_side(leg)
        if self.keeping.is_gone(other):
            return HeldReason.AWAY
        return HeldReason.HOLD if self.tracker.is_holding(other) else None

    def _publish_held(self, change: Change) -> None:
        """Publish to each side whether it is held. The core answers a hold itself and plays music, so the held client
        learns of the hold only from this event."""
        call = change.call
        if call.is_page or not call.answered_channel:
            return
        for leg, extension_id in zip(call.sides, (call.from_extension_id, call.to_extension_id), strict=True):
            self._publish_kept(leg, extension_id, kept=change.ended is None and self.keeping.is_gone(leg))
            reason = None if change.ended else self.held_reason(call, leg)
            if reason == self._published_held.get(leg):
                continue
            if reason is None:
                del self._published_held[leg]
            else:
                self._published_held[leg] = reason
            if extension_id is not None and not change.ended:
                held = CallHeld(call_id=self.tracker.own_id(leg), reason=reason)
                self._bus.publish([extension_topic(extension_id)], held)

    def _publish_connected(self, change: Change) -> None:
        """Publish to each side who is on the other one, if a transfer has changed that."""
        call = change.call
        if call.is_page or not call.answered_channel or change.ended is not None:
            return
        caller = (call.from_extension_id, call.from_number, call.from_name)
        callee = (call.to_extension_id, call.to_number, call.to_name)
        for leg, (own, *_), (other, number, name) in zip(call.sides, (caller, callee), (callee, caller), strict=True):
            if self.tracker.is_connected_anew(leg, number) and own is not None:
                shown = "" if self.hides(own, other) else name
                connected = CallConnected(call_id=self.tracker.own_id(leg), number=number, name=shown)
                self._bus.publish([extension_topic(own)], connected)

    def forget_leg(self, leg: str) -> None:
        """Drop the published state of a leg that another leg has replaced. Publish that its call is no longer kept."""
        party = self._parties.get(self.tracker.identity(leg)[0])
        self._publish_kept(leg, party.extension_id if party else None, kept=False)
        self._published_held.pop(leg, None)

    def _publish_kept(self, leg: str, extension_id: int | None, *, kept: bool) -> None:
        """Publish whether a call is kept for its client, because another page of that client may resume it."""
        if kept == (leg in self._published_kept):
            return
        (self._published_kept.add if kept else self._published_kept.discard)(leg)
        if extension_id is not None:
            changed = CallKept(call_id=self.tracker.own_id(leg), kept=kept)
            self._bus.publish([extension_topic(extension_id)], changed)

    def _fill_in_extensions(self, call: Call) -> None:
        """Fill in the extensions of a call that knows only numbers: a transfer made it, or it was found in progress."""
        caller = self._parties.get(call.from_number) if call.from_kind != TRUNK else None
        callee = self._parties.get(call.to_number) if call.origin == "internal" else None
        if caller is not None and call.from_extension_id is None:
            call.from_extension_id, call.from_name = caller.extension_id, caller.name
        if callee is not None and call.to_extension_id is None:
            call.to_extension_id, call.to_name = callee.extension_id, callee.name


def _fields(change: Change) -> dict[str, Any]:
    """Return the fields of a LiveCall."""
    call = change.call
    return {
        "call_id": call.call_id,
        "state": change.state,
        "from": call.from_number,
        "from_name": call.from_name,
        "from_kind": call.from_kind,
        "to": call.to_number,
        "to_name": call.to_name,
        "to_kinds": call.to_kinds,
        "answered_kind": call.answered_kind or None,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "origin": call.origin,
        "trunk_id": call.trunk_id,
        "did_number": call.did_number,
        "did_name": call.did_name,
    }
