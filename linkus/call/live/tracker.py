"""Reduces the core's events to the live calls, without clock, database or socket.

The input is the decisions of the plan endpoint and AMI events, in any order. Channels are known by their name, which
both inputs use. A call ends with its caller's leg or with the leg that answered. Legs that a transfer leaves together
in a bridge continue as a call of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from linkus.call.call_state import Call, Change, Channel, Ended, Leg, result_of
from linkus.call.live.call_book import CallBook
from linkus.call.types import TRUNK, CallResult, Cause

# a plan may be newer than the list of channels that it is compared with
RESYNC_GRACE = timedelta(seconds=5)


class Tracker(CallBook):
    def __init__(self) -> None:
        super().__init__()
        self._handed_on: dict[str, Call] = {}  # by caller's channel: plans waiting for the previous call's answer

    # ------------------------------------------------------------------ decisions of the control server
    def planned(self, call: Call, *, is_transfer: bool = False) -> list[Change]:
        """Take in a new call, or the next call of a leg that was transferred.

        The plan comes over HTTP and may overtake the core's events about the previous call. Only an answered call is
        transferred: until its answer is known, the plan waits.
        """
        before = self._by_caller.get(call.caller_channel) or self._by_leg.get(call.caller_channel)
        if before is not None and call.core_key and before.core_key == call.core_key:
            return []  # already read from the core's journal
        if is_transfer and before is not None and before.answered_at is None:
            self._handed_on[call.caller_channel] = call
            return []
        if self._ended.has_ended(call.caller_channel, call.core_key.rpartition("/")[0]):
            # the core did not wait for the plan, and will not report the end again
            return [Change(call, Ended(call, call.started_at, CallResult.FAILED, Cause.OUT_OF_ORDER))]
        channel = self._channel(call.caller_channel)
        if channel.began_at is not None and not channel.has_planned:
            call.started_at = channel.began_at
        channel.has_planned = True
        channel.bridge = ""  # a leg that asks for a plan is in no bridge, even if that event is still in flight
        changes = self._leave(call.caller_channel, call.started_at)
        channel.number, channel.kind = call.from_number, call.from_kind
        self._by_caller[call.caller_channel] = call
        return [*changes, Change(call)]

    # ------------------------------------------------------------------ events of the core
    def channel_begins(self, name: str, unique: str = "", at: datetime | None = None) -> None:
        """Take in a leg. The core's time counts, even if the plan request came before this event."""
        channel = self._channel(name)
        channel.unique = channel.unique or unique
        channel.began_at = channel.began_at or at
        call = self._by_caller.get(name)
        if call is not None and at is not None:
            call.started_at = min(call.started_at, at)

    def state(self, name: str, up: bool, at: datetime) -> list[Change]:
        self._channel(name)  # known from its first event
        call = self._by_caller.get(name)
        if up and call and call.action in ("echo", "voicemail") and not call.answered_at:
            call.answered_at = at
            return [Change(call)]
        return []

    def dial_begins(self, caller: Leg, leg: Leg, at: datetime) -> list[Change]:
        if self._ended.has_ended(caller.name, caller.unique):  # a late event: the call has ended
            return []
        call = self._by_caller.get(caller.name) or self._unplanned(caller, leg.number, at)
        return self._rings(call, leg)

    def dial_status(self, caller: str, status: str) -> None:
        """Record how the core's ringing ended, for an unanswered call."""
        call = self._by_caller.get(caller)
        if call is not None and call.answered_at is None and status:
            call.dial_ends.add(status)

    def forget_ended(self) -> None:
        self._ended.forget_all()

    def page_rings(self, leg: Leg) -> list[Change]:
        """Take in a leg that a page rings. The core names no caller for it, but the leg knows the call's id."""
        pages = (call for call in self._by_caller.values() if call.is_page and call.call_id == leg.call_id)
        call = next(pages, None)
        if call is None:
            return []
        call.page_rung += leg.name not in call.legs
        return self._rings(call, leg)

    def deserted_pages(self, at: datetime) -> list[str]:
        """Return the callers of pages that are over: each once, and again while one is still in the page later."""
        pages = [call for name, call in self._by_caller.items() if call.is_to_be_left(at, self.is_bridged(name))]
        for page in pages:
            page.page_over_at = at
        return [page.caller_channel for page in pages]

    def _rings(self, call: Call, leg: Leg) -> list[Change]:
        channel = self._channel(leg.name)
        channel.number, channel.kind = leg.number, leg.kind
        channel.unique = channel.unique or leg.unique
        if leg.kind == TRUNK:  # the trunk that is being tried
            call.origin, call.trunk_id = "outbound", leg.trunk_id
        call.legs[leg.name] = leg.kind
        self._by_leg[leg.name] = call
        return [Change(call)]

    def leaves_page(self, leg: str) -> list[Change]:
        """Take a leg whose other end has hung up out of its page. The core keeps the leg of a member who hangs up just
        before entering the page, until the page is over. It may report even the answer after that."""
        call = self._by_leg.get(leg)
        if call is None or not call.is_page or call.legs.pop(leg, None) is None:
            return []
        call.on_page.discard(leg)
        return [Change(call)]

    def dial_ends(self, leg: str, status: str, at: datetime) -> list[Change]:
        call = self._by_leg.get(leg)
        if call is not None and call.is_page:
            return self._joins_page(call, leg, at) if status == "ANSWER" else []
        if call is None or call.answered_at:
            return []
        call.dial_ends.add(status)
        if status != "ANSWER":
            return []
        return [self._answered(call, leg, at), *self._hand_on(call.caller_channel, leg)]

    def bridge_entered(self, name: str, bridge: str, at: datetime) -> list[Change]:
        self._channel(name).bridge = bridge
        call = self._by_caller.get(name)
        if call is not None and call.is_page:  # the core forgets a redirect of a caller who was still entering the page
            call.page_over_at = None
        return self._join(name, at)

    def bridge_left(self, name: str) -> None:
        self._channel(name).bridge = ""

    def holds(self, name: str, holds: bool) -> list[Change]:
        """Record that a leg has put the other side on hold, or resumed it."""
        self._channel(name).holds = holds
        call = self.call_of(name)
        return [Change(call)] if call else []

    def replace_leg(self, old: str, new: str, own_id: str) -> list[Change]:
        """Replace a client's old leg in its call by `new`, whose INVITE got the id `own_id` from the edge."""
        call, channel = self.call_of(old), self._channel(new)
        if call is None:
            return []
        channel.number, channel.kind = self.identity(old)
        channel.last_call = own_id
        if call.caller_channel == old:
            del self._by_caller[old]
            call.caller_channel, self._by_caller[new] = new, call
        else:
            self._by_leg.pop(old, None)
            call.legs[new] = call.legs.pop(old, channel.kind)
            call.answered_channel, self._by_leg[new] = new, call
        return [Change(call)]

    def hung_up(self, name: str, cause: int, at: datetime) -> list[Change]:
        before = self._hand_on(name)
        if channel := self._channels.pop(name, None):
            self._ended.remember(channel)
        call, called = self._by_caller.get(name), self._by_leg.pop(name, None)
        changes = self._end(call, cause, at) if call else []
        if called:
            called.on_page.discard(name)
        if called and called.answered_channel == name:
            changes += self._end(called, cause, at)
        elif called and called.legs.pop(name, None) is not None and (called.is_page or not called.answered_at):
            changes.append(Change(called))
        return [*before, *changes]

    def resync(
        self, legs: Iterable[Leg], at: datetime, ended_at: datetime | None = None, *, grace: timedelta = RESYNC_GRACE
    ) -> list[Change]:
        """Compare with the list of all channels: end missing legs (at `ended_at`), take in unknown calls. Calls that
        began within `grace` may be newer than the list."""
        present = {leg.name: leg for leg in legs}
        changes = self._hand_on(*self._handed_on)
        recent = {name for name, call in self._by_caller.items() if at - call.started_at <= grace}
        gone = sorted(self._channels.keys() - present.keys() - recent)
        for name in gone:
            changes += self.hung_up(name, 0, ended_at or at)
        in_calls = self._by_caller.keys() | self._by_leg.keys()
        groups: dict[str, list[Leg]] = {}
        for leg in present.values():
            channel = self._channel(leg.name)
            channel.unique = channel.unique or leg.unique
            channel.number, channel.kind = channel.number or leg.number, channel.kind or leg.kind
            groups.setdefault(leg.group, []).append(leg)
        for group in groups.values():
            if len(group) > 1 and not any(leg.name in in_calls for leg in group):
                changes += self._adopt(group, at)
        return changes

    # ------------------------------------------------------------------ helpers
    def _hand_on(self, *names: str) -> list[Change]:
        """Take in the next calls of these legs whose plans came early."""
        waiting = [self._handed_on.pop(name) for name in names if name in self._handed_on]
        return [change for call in waiting for change in self.planned(call)]

    def _channel(self, name: str) -> Channel:
        return self._channels.setdefault(name, Channel(name))

    def _unplanned(self, caller: Leg, to_number: str, at: datetime) -> Call:
        """Create a call that the core connected without a plan, while the control server was away."""
        channel = self._channel(caller.name)
        channel.number, channel.kind = channel.number or caller.number, channel.kind or caller.kind
        channel.unique = channel.unique or caller.unique
        call_id = caller.call_id or caller.group or caller.name
        started_at = channel.began_at if channel.began_at is not None and not channel.has_planned else at
        call = Call(call_id, caller.name, channel.number, to_number, started_at, from_kind=channel.kind)
        call.core_key = f"{channel.unique}/0" if channel.unique else ""
        if channel.kind == TRUNK:
            call.origin, call.trunk_id = "inbound", caller.trunk_id
        self._by_caller[caller.name] = call
        return call

    def _joins_page(self, call: Call, leg: str, at: datetime) -> list[Change]:
        if leg in call.legs:  # otherwise it has left already
            call.on_page.add(leg)
        call.answered_at = call.answered_at or at
        return [Change(call)]

    def _answered(self, call: Call, leg: str, at: datetime) -> Change:
        call.answered_channel, call.answered_kind, call.answered_at = leg, call.legs.get(leg, ""), at
        call.to_number = self._channel(leg).number or call.to_number
        return Change(call)

    def _leave(self, name: str, at: datetime) -> list[Change]:
        """End the calls of a leg that goes elsewhere (blind transfer)."""
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
                if call.is_page:  # the last two legs of a page do not form a call
                    channel.bridge = ""
                channel.last_call = channel.last_call or call.call_id
                channel.was_caller = name == call.caller_channel
        changes = [Change(call, Ended(call, at, result_of(call, cause), cause or call.plan_cause))]
        for name in left:
            changes += self._join(name, at)
        return changes

    def _join(self, name: str, at: datetime) -> list[Change]:
        """Create a call from two legs in one bridge that are in no other call: an attended transfer left them there."""
        channel = self._channels.get(name)
        if channel is None or not channel.bridge or self._is_held(channel):
            return []
        others = [item for item in self._channels.values() if item.bridge == channel.bridge and item is not channel]
        if len(others) != 1 or self._is_held(others[0]):
            return []
        caller, callee = channel, others[0]
        if callee.was_caller and not caller.was_caller:
            caller, callee = callee, caller
        call_id = caller.last_call or callee.last_call or channel.bridge
        call = Call(call_id, caller.name, caller.number, callee.number, at, from_kind=caller.kind)
        call.legs[callee.name] = callee.kind
        if caller.unique and callee.unique:
            call.core_key = f"{caller.unique}+{callee.unique}"
        self._by_caller[caller.name] = self._by_leg[callee.name] = call
        return [self._answered(call, callee.name, at)]

    def _is_held(self, channel: Channel) -> bool:
        return channel.name in self._by_caller or channel.name in self._by_leg

    def _adopt(self, group: list[Leg], at: datetime) -> list[Change]:
        """Create a call that began while nobody listened. Its first leg is the caller's; the others were rung."""
        caller = next((leg for leg in group if leg.first), group[0])
        others = [leg for leg in group if leg is not caller]
        call = self._unplanned(caller, others[0].number, at)
        for leg in others:
            call.legs[leg.name] = leg.kind
            self._by_leg[leg.name] = call
        talking = [leg for leg in others if leg.up]
        if len(talking) > 1:
            call.action, call.origin, call.on_page = "page", "page", {leg.name for leg in talking}
            call.answered_at = at
            return [Change(call)]
        return [self._answered(call, talking[0].name, at)] if caller.up and talking else [Change(call)]
