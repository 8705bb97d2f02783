"""Applies the core's events to the live calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from linkus.call.call_state import Change, Leg
from linkus.call.live.calls import Calls
from linkus.call.types import TRUNK
from linkus.engine import core_events as core
from linkus.kit.clock import now
from linkus.presence.registry import split_aor


def happened_at(event: core.CoreEvent) -> datetime:
    """Return when the event happened, by the core's clock."""
    channel = getattr(event, "channel", None) or getattr(event, "called", None)
    return datetime.fromtimestamp(channel.at, UTC) if channel is not None and channel.at is not None else now()


def leg_of(channel: core.Channel) -> Leg:
    return Leg(
        name=channel.name,
        group=channel.linked_id,
        up=channel.state == "Up",
        first=channel.unique_id == channel.linked_id,
        call_id=channel.call,
        number=channel.user,
        kind=channel.kind,
        trunk_id=int(channel.trunk) if channel.trunk.isdecimal() else None,
        unique=channel.unique_id,
    )


def called_leg(event: core.DialBegin) -> Leg:
    """Return the called leg. The dial string names its client; a leg to a provider names itself."""
    leg = leg_of(event.called)
    if leg.kind == TRUNK:
        return leg
    number, kind = split_aor(event.aor) or ("", "")
    return replace(leg, number=number, kind=kind)


def apply(calls: Calls, event: core.CoreEvent, at: datetime) -> list[Change]:
    """Apply an event of the core to the tracker."""
    tracker = calls.tracker
    match event:
        case core.NewChannel():
            tracker.channel_begins(event.channel.name, event.channel.unique_id, at)
        case core.NewState():
            return tracker.state(event.channel.name, event.channel.state == "Up", at)
        case core.DialBegin():
            leg = called_leg(event)
            return tracker.dial_begins(leg_of(event.caller), leg, at) if event.caller else tracker.page_rings(leg)
        case core.DialEnd():
            return tracker.dial_ends(event.called.name, event.status, at)
        case core.BridgeEnter():
            calls.keeping.joined(event.channel.name)
            return tracker.bridge_entered(event.channel.name, event.bridge, at)
        case core.BridgeLeave():
            tracker.bridge_left(event.channel.name)
        case core.Held() | core.Unheld():
            return tracker.holds(event.channel.name, isinstance(event, core.Held))
        case core.HangupRequested():
            return tracker.leaves_page(event.channel.name)
        case core.Hangup():
            return tracker.hung_up(event.channel.name, event.cause, at)
        case _:
            pass  # a transfer: the events above report what it does to the legs
    return []
