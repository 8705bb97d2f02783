"""From the core's events to the calls that go on: a reducer without clock, database or socket.

Fed with what the plan endpoint decided and with AMI events, in whatever order the two arrive. Channels are known by
their name, which is what both sides speak of. A call ends with its caller's leg or with the leg that answered; legs
that a transfer leaves together in a bridge go on as a call of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from linkus.call.live import Call, Change, Channel, Ended, Leg, result_of
from linkus.call.schemas import CallResult
from linkus.call.values import TRUNK, Cause
from linkus.kit.kinds import SipKind

# a plan may be younger than the list of channels it is compared with
GRACE = timedelta(seconds=5)
REMEMBERED = 200  # channels that have ended


class Tracker:
    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._by_caller: dict[str, Call] = {}
        self._by_leg: dict[str, Call] = {}
        self._gone: dict[str, tuple[str, str]] = {}

    # ------------------------------------------------------------------ reading
    def calls(self) -> list[Call]:
        return sorted(self._by_caller.values(), key=lambda call: call.started_at)

    def on_call(self) -> set[str]:
        """The numbers that are on the phone: everybody who called, and who answered. Ringing alone is not on a call."""
        return {number for number, kind in self._talking() if kind != TRUNK}

    def busy_kinds(self, number: str) -> frozenset[SipKind]:
        """Which clients of an extension are on a call (CW-2, CW-3)."""
        return frozenset(SipKind(kind) for whose, kind in self._talking() if whose == number and kind in set(SipKind))

    def calls_of(self, number: str) -> Counter[SipKind]:
        """How many calls each client of an extension has, those that ring with them: a third is refused (CW-2)."""
        found: Counter[SipKind] = Counter()
        for call in self._by_caller.values():
            is_talking = call.answered_at is not None and not call.is_page
            called = [call.answered_channel] if is_talking else call.legs
            sides = {(call.from_number, call.from_kind), *(self.identity(leg) for leg in called)}
            found.update(SipKind(kind) for whose, kind in sides if whose == number and kind in set(SipKind))
        return found

    def is_page(self, call_id: str) -> bool:
        return any(call.is_page for call in self._by_caller.values() if call.call_id == call_id)

    def calls_on_trunk(self, trunk_id: int) -> int:
        return sum(call.trunk_id == trunk_id for call in self._by_caller.values())

    def _talking(self) -> Iterator[tuple[str, str]]:
        """(number, kind) of every leg that is on a call: who called, and who answered."""
        for call in self._by_caller.values():
            yield call.from_number, call.from_kind
            if call.is_page:
                yield from (self.identity(leg) for leg in call.on_page)
            elif call.answered_at and call.answered_channel:
                yield call.to_number, call.answered_kind

    def identity(self, channel: str) -> tuple[str, str]:
        """Whose leg a channel is; of a called leg only the dial string told, and the core forgets it. Known for a while
        after its end: who hands a caller on is often gone before the plan for that caller is asked for."""
        known = self._channels.get(channel)
        return (known.number, known.kind) if known else self._gone.get(channel, ("", ""))

    def others_of_member(self, leg: str) -> list[str]:
        """In a page, the other legs to the person who has just answered with this one."""
        call, number = self._by_leg.get(leg), self.identity(leg)[0]
        if call is None or not call.is_page:
            return []
        return [name for name in call.legs if name != leg and self.identity(name)[0] == number]

    def channels_of(self, number: str, kind: str) -> list[str]:
        """The legs of one client."""
        return [item.name for item in self._channels.values() if (item.number, item.kind) == (number, kind)]

    def clients(self) -> set[tuple[str, SipKind]]:
        """Everybody with a leg who is neither a desk phone nor a trunk, and so has a connection that can break."""
        kinds = set(SipKind) - {SipKind.PHONE}
        return {(each.number, SipKind(each.kind)) for each in self._channels.values() if each.kind in kinds}

    def ids_of(self, name: str) -> set[str]:
        """The call's id of a leg, and the one that it had before a transfer."""
        channel, call = self._channels.get(name), self._by_caller.get(name) or self._by_leg.get(name)
        return {each for each in (channel and channel.last_call, call and call.call_id) if each}

    # ------------------------------------------------------------------ what the brain decided
    def planned(self, call: Call) -> list[Change]:
        """A new call; or what a leg does next that was in another call until it was transferred."""
        if (
            call.caller_channel in self._gone
        ):  # the core did not wait for the plan, and nobody will say again that it ended
            return [Change(call, Ended(call, call.started_at, CallResult.FAILED, Cause.OUT_OF_ORDER))]
        channel = self._channel(call.caller_channel)
        channel.bridge = ""  # who asks for a plan is in no bridge, even if the core's word of it is still on its way
        changes = self._leave(call.caller_channel, call.started_at)
        channel.number, channel.kind = call.from_number, call.from_kind
        self._by_caller[call.caller_channel] = call
        return [*changes, Change(call)]

    # ------------------------------------------------------------------ what the core says
    def channel_begins(self, name: str) -> None:
        self._channel(name)

    def state(self, name: str, up: bool, at: datetime) -> list[Change]:
        self._channel(name).up = up
        call = self._by_caller.get(name)
        if up and call and call.action in ("echo", "voicemail") and not call.answered_at:
            call.answered_at = at
            return [Change(call)]
        return []

    def dial_begins(self, caller: Leg, leg: Leg, at: datetime) -> list[Change]:
        call = self._by_caller.get(caller.name) or self._unplanned(caller, leg.number, at)
        return self._rings(call, leg)

    def forget_gone(self) -> None:
        self._gone.clear()

    def page_rings(self, leg: Leg) -> list[Change]:
        """The core names no caller of a leg that a page rings; the leg knows the call's id."""
        found = (call for call in self._by_caller.values() if call.is_page and call.call_id == leg.call_id)
        call = next(found, None)
        if call is None:
            return []
        call.page_rung += leg.name not in call.legs
        return self._rings(call, leg)

    def deserted_pages(self, at: datetime) -> list[str]:
        """The callers of pages that are over: each is named once, and then on the way out."""
        found = [call for call in self._by_caller.values() if not call.page_over and call.is_deserted(at)]
        for call in found:
            call.page_over = True
        return [call.caller_channel for call in found]

    def _rings(self, call: Call, leg: Leg) -> list[Change]:
        channel = self._channel(leg.name)
        channel.number, channel.kind = leg.number, leg.kind
        if leg.kind == TRUNK:  # the one that is tried now
            call.origin, call.trunk_id = "outbound", leg.trunk_id
        call.legs[leg.name] = leg.kind
        self._by_leg[leg.name] = call
        return [Change(call)]

    def dial_ends(self, leg: str, status: str, at: datetime) -> list[Change]:
        call = self._by_leg.get(leg)
        if call is not None and call.is_page:
            return self._joins_page(call, leg, at) if status == "ANSWER" else []
        if call is None or call.answered_at:
            return []
        call.dial_ends.add(status)
        return [self._answered(call, leg, at)] if status == "ANSWER" else []

    def bridge_entered(self, name: str, bridge: str, at: datetime) -> list[Change]:
        self._channel(name).bridge = bridge
        return self._join(name, at)

    def bridge_left(self, name: str) -> None:
        self._channel(name).bridge = ""

    def hung_up(self, name: str, cause: int, at: datetime) -> list[Change]:
        if gone := self._channels.pop(name, None):
            self._remember(gone)
        call, called = self._by_caller.get(name), self._by_leg.pop(name, None)
        changes = self._end(call, cause, at) if call else []
        if called:
            called.on_page.discard(name)
        if called and called.answered_channel == name:
            changes += self._end(called, cause, at)
        elif called and called.legs.pop(name, None) is not None and (called.is_page or not called.answered_at):
            changes.append(Change(called))
        return changes

    def resync(self, legs: Iterable[Leg], at: datetime) -> list[Change]:
        """Compare with the list of all channels: end what is gone, take in what was missed."""
        found = {leg.name: leg for leg in legs}
        young = {name for name, call in self._by_caller.items() if at - call.started_at <= GRACE}
        gone = sorted(self._channels.keys() - found.keys() - young)
        changes: list[Change] = []
        for name in gone:
            changes += self.hung_up(name, 0, at)
        held = self._by_caller.keys() | self._by_leg.keys()
        groups: dict[str, list[Leg]] = {}
        for leg in found.values():
            channel = self._channel(leg.name)
            channel.up = leg.up
            channel.number, channel.kind = channel.number or leg.number, channel.kind or leg.kind
            groups.setdefault(leg.group, []).append(leg)
        for group in groups.values():
            if len(group) > 1 and not any(leg.name in held for leg in group):
                changes += self._adopt(group, at)
        return changes

    # ------------------------------------------------------------------ steps
    def _channel(self, name: str) -> Channel:
        return self._channels.setdefault(name, Channel(name))

    def _unplanned(self, caller: Leg, to_number: str, at: datetime) -> Call:
        """A call that the core put through by itself, while the brain was away."""
        channel = self._channel(caller.name)
        channel.number, channel.kind = channel.number or caller.number, channel.kind or caller.kind
        call_id = caller.call_id or caller.group or caller.name
        call = Call(call_id, caller.name, channel.number, to_number, at, from_kind=channel.kind)
        if channel.kind == TRUNK:
            call.origin, call.trunk_id = "inbound", caller.trunk_id
        self._by_caller[caller.name] = call
        return call

    def _remember(self, channel: Channel) -> None:
        self._gone[channel.name] = channel.number, channel.kind
        if len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]

    def _joins_page(self, call: Call, leg: str, at: datetime) -> list[Change]:
        call.on_page.add(leg)
        call.answered_at = call.answered_at or at
        return [Change(call)]

    def _answered(self, call: Call, leg: str, at: datetime) -> Change:
        call.answered_channel, call.answered_kind, call.answered_at = leg, call.legs.get(leg, ""), at
        call.to_number = self._channel(leg).number or call.to_number
        return Change(call)

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
                if call.is_page:  # two that are left in it have nothing to say to each other
                    channel.bridge = ""
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

    def _adopt(self, group: list[Leg], at: datetime) -> list[Change]:
        """A call that began while nobody listened: its first leg is the caller's, the others were rung."""
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
