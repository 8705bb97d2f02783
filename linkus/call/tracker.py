"""From the core's events to the calls that go on: a reducer without clock, database or socket.

Fed with what the plan endpoint decided and with AMI events, in whatever order the two arrive. Channels are known by
their name, which is what both sides speak of. A call ends with its caller's leg or with the leg that answered; legs
that a transfer leaves together in a bridge go on as a call of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from linkus.call.live import Call, Change, Channel, Ended, result_of

Event = Mapping[str, str]
_TARGET = re.compile(r"sip:(?P<number>[^.@&,]+)\.(?P<kind>web|desktop|mobile|pad|phone)@")
# a plan may be younger than the list of channels it is compared with
GRACE = timedelta(seconds=5)


def target_of(dial_string: str) -> tuple[str, str]:
    """Number and kind of `edge/sip:1002.web@127.0.0.1:5070`; empty for a dial string of another shape."""
    match = _TARGET.search(dial_string)
    return (match["number"], match["kind"]) if match else ("", "")


class Tracker:
    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._by_caller: dict[str, Call] = {}
        self._by_leg: dict[str, Call] = {}

    # ------------------------------------------------------------------ reading
    def calls(self) -> list[Call]:
        return sorted(self._by_caller.values(), key=lambda call: call.started_at)

    def on_call(self) -> set[str]:
        """The numbers that are on the phone: everybody who called, and who answered. Ringing alone is not on a call."""
        callers = {call.from_number for call in self._by_caller.values()}
        return callers | {call.to_number for call in self._by_caller.values() if call.answered_at}

    def identity(self, channel: str) -> tuple[str, str]:
        """Whose leg a channel is; of a called leg only the dial string told, and the core forgets it."""
        known = self._channels.get(channel)
        return (known.number, known.kind) if known else ("", "")

    def channels_of(self, number: str, kind: str) -> list[str]:
        """The legs of one client."""
        return [item.name for item in self._channels.values() if (item.number, item.kind) == (number, kind)]

    # ------------------------------------------------------------------ what the brain decided
    def planned(self, call: Call) -> list[Change]:
        """A new call; or what a leg does next that was in another call until it was transferred."""
        changes = self._leave(call.caller_channel, call.started_at)
        channel = self._channel(call.caller_channel)
        channel.number, channel.kind = call.from_number, call.from_kind
        self._by_caller[call.caller_channel] = call
        return [*changes, Change(call)]

    # ------------------------------------------------------------------ what the core says
    def apply(self, event: Event, at: datetime) -> list[Change]:
        name = event.get("Channel", "")
        match event.get("Event"):
            case "Newchannel":
                self._channel(name)
            case "Newstate":
                return self._new_state(name, event.get("ChannelStateDesc", ""), at)
            case "DialBegin":
                return self._dial_begin(event, at)
            case "DialEnd":
                return self._dial_end(event, at)
            case "BridgeEnter":
                self._channel(name).bridge = event.get("BridgeUniqueid", "")
                return self._join(name, at)
            case "BridgeLeave":
                self._channel(name).bridge = ""
            case "Rename":
                self._rename(name, event.get("Newname", ""))
            case "Hangup":
                return self._hangup(name, int(event.get("Cause") or 0), at)
        return []

    def resync(self, rows: Iterable[Event], at: datetime) -> list[Change]:
        """Compare with the list of all channels (CoreShowChannels): end what is gone, take in what was missed."""
        found = {row["Channel"]: row for row in rows if row.get("Channel")}
        changes: list[Change] = []
        for call in list(self._by_caller.values()):
            gone = call.caller_channel not in found or (call.answered_channel and call.answered_channel not in found)
            if gone and at - call.started_at > GRACE:
                changes += self._end(call, 0, at)
        for name in self._channels.keys() - found.keys() - self._by_caller.keys() - self._by_leg.keys():
            del self._channels[name]
        for name, row in found.items():
            channel = self._channel(name)
            channel.up = row.get("ChannelStateDesc") == "Up"
            channel.bridge = row.get("BridgeId", "")
        for row in found.values():
            if row.get("Application") == "Dial" and row["Channel"] not in self._by_caller:
                changes += self._adopt(row, found, at)
        for name in found:
            changes += self._join(name, at)
        return changes

    # ------------------------------------------------------------------ steps
    def _channel(self, name: str) -> Channel:
        return self._channels.setdefault(name, Channel(name))

    def _new_state(self, name: str, state: str, at: datetime) -> list[Change]:
        channel = self._channel(name)
        channel.up = state == "Up"
        call = self._by_caller.get(name)
        if channel.up and call and call.action == "echo" and not call.answered_at:
            call.answered_at = at
            return [Change(call)]
        return []

    def _dial_begin(self, event: Event, at: datetime) -> list[Change]:
        caller, leg = event.get("Channel", ""), event.get("DestChannel", "")
        if not caller or not leg:
            return []
        channel = self._channel(leg)
        channel.number, channel.kind = target_of(event.get("DialString", ""))
        call = self._by_caller.get(caller) or self._unplanned(caller, channel.number, event, at)
        call.legs[leg] = channel.kind
        self._by_leg[leg] = call
        return [Change(call)]

    def _unplanned(self, caller: str, to_number: str, event: Event, at: datetime) -> Call:
        """A call that the core put through by itself, while the brain was away."""
        channel = self._channel(caller)
        channel.number = channel.number or event.get("CallerIDNum", "").partition(".")[0]
        call_id = event.get("ChanVariable(LK_CALL)") or event.get("Linkedid") or event.get("Uniqueid") or caller
        call = Call(call_id, caller, channel.number, to_number, at, from_kind=channel.kind)
        self._by_caller[caller] = call
        return call

    def _dial_end(self, event: Event, at: datetime) -> list[Change]:
        leg = event.get("DestChannel", "")
        call = self._by_leg.get(leg)
        if call is None or call.answered_at:
            return []
        status = event.get("DialStatus", "")
        call.dial_ends.add(status)
        if status != "ANSWER":
            return []
        return [self._answered(call, leg, at)]

    def _answered(self, call: Call, leg: str, at: datetime) -> Change:
        call.answered_channel, call.answered_kind, call.answered_at = leg, call.legs.get(leg, ""), at
        call.to_number = self._channel(leg).number or call.to_number
        return Change(call)

    def _hangup(self, name: str, cause: int, at: datetime) -> list[Change]:
        channel = self._channels.pop(name, None)
        call = self._by_caller.get(name)
        changes = self._end(call, cause, at) if call else []
        called = self._by_leg.pop(name, None)
        if called and called.answered_channel == name:
            changes += self._end(called, cause, at)
        elif called and called.legs.pop(name, None) is not None and not called.answered_at:
            changes.append(Change(called))
        return changes if channel or changes else []

    def _leave(self, name: str, at: datetime) -> list[Change]:
        """A leg goes elsewhere (blind transfer): what it was in is over."""
        changes: list[Change] = []
        call, called = self._by_caller.get(name), self._by_leg.get(name)
        if call:
            changes += self._end(call, 16, at)
        if called:
            changes += self._end(called, 16, at)
        return changes

    def _end(self, call: Call, cause: int, at: datetime) -> list[Change]:
        if self._by_caller.get(call.caller_channel) is not call:
            return []
        del self._by_caller[call.caller_channel]
        left = [call.caller_channel, *call.legs]
        for name in call.legs:
            if self._by_leg.get(name) is call:
                del self._by_leg[name]
        for name in left:
            if channel := self._channels.get(name):
                channel.last_call, channel.was_caller = call.call_id, name == call.caller_channel
        changes = [Change(call, Ended(call, at, result_of(call, cause), cause or call.plan_cause))]
        for name in left:
            changes += self._join(name, at)
        return changes

    def _join(self, name: str, at: datetime) -> list[Change]:
        """Two legs in one bridge that no call holds any more: an attended transfer left them to each other."""
        one = self._channels.get(name)
        if one is None or not one.bridge or self._is_held(one):
            return []
        others = [item for item in self._channels.values() if item.bridge == one.bridge and item is not one]
        if len(others) != 1 or self._is_held(others[0]):
            return []
        caller, callee = (one, others[0]) if one.was_caller or not others[0].was_caller else (others[0], one)
        call_id = caller.last_call or callee.last_call or one.bridge
        call = Call(call_id, caller.name, caller.number, callee.number, at, from_kind=caller.kind)
        call.legs[callee.name] = callee.kind
        self._by_caller[caller.name] = self._by_leg[callee.name] = call
        return [self._answered(call, callee.name, at)]

    def _is_held(self, channel: Channel) -> bool:
        return channel.name in self._by_caller or channel.name in self._by_leg

    def _adopt(self, row: Event, found: Mapping[str, Event], at: datetime) -> list[Change]:
        """A call that began while nobody listened: bridge or linked id show who is in it."""
        targets = [target_of(part) for part in row.get("ApplicationData", "").partition(",")[0].split("&")]
        caller = self._channel(row["Channel"])
        caller.number = caller.number or row.get("CallerIDNum", "").partition(".")[0]
        call_id = row.get("ChanVariable(LK_CALL)") or row.get("Linkedid") or caller.name
        call = Call(call_id, caller.name, caller.number, targets[0][0], at - _duration(row.get("Duration", "")))
        call.from_kind = caller.kind
        self._by_caller[caller.name] = call
        for other in found.values():
            together = caller.bridge and other.get("BridgeId") == caller.bridge
            ringing = not caller.bridge and other.get("Linkedid") == row.get("Linkedid")
            if other is row or other["Channel"] in self._by_leg or not (together or ringing):
                continue
            leg = self._channel(other["Channel"])
            leg.number, leg.kind = targets[0][0], targets[0][1] if len(targets) == 1 else leg.kind
            call.legs[leg.name] = leg.kind
            self._by_leg[leg.name] = call
            if together:
                self._answered(call, leg.name, call.started_at)
        return [Change(call)]

    def _rename(self, old: str, new: str) -> None:
        """A masquerade gives a leg another name; it stays the same leg."""
        if not new or old not in self._channels:
            return
        self._channels[new] = channel = self._channels.pop(old)
        channel.name = new
        if call := self._by_caller.pop(old, None):
            call.caller_channel = new
            self._by_caller[new] = call
        if call := self._by_leg.pop(old, None):
            call.legs[new] = call.legs.pop(old, "")
            call.answered_channel = new if call.answered_channel == old else call.answered_channel
            self._by_leg[new] = call


def _duration(text: str) -> timedelta:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return timedelta()
    hours, minutes, seconds = map(int, parts)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
